"""customers.csv: who buys on account.

Columns: number, name, country (two letters), language (en or fr), terms_days (0 to 365) and, where
there are branches, parent_number (empty: it has no parent; no such column: parents stay as they
are). A parent is a customer of the books or of the same file, before or after. A customer is known
by its number; one we have is changed to what the file says.
"""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from babel.core import Locale

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.i18n import LANGUAGES
from foundation.i18n import gettext as _
from foundation.rows import plan_anew
from receivables.actions.customers import AccountDraft, change_account, open_accounts
from receivables.imports.batching import BATCH, batches, met_once
from receivables.imports.families import broken_families, parents_first
from receivables.imports.fields import Fields
from receivables.imports.known import KnownCustomer, known_customers
from receivables.imports.outcome import Counts
from receivables.imports.report import (
    ImportReport,
    Problem,
    Progress,
    first_seen,
    note_run,
    ordered,
    unheard,
)
from receivables.imports.table import Row, open_table, without

REQUIRED: Final = ("number", "name", "country", "language", "terms_days")
PARENT: Final = "parent_number"
TERMS_DAYS_MAX: Final = 365
NUMBER_MAX: Final = 32
NAME_MAX: Final = 200
COUNTRIES: Final = frozenset(
    code for code in map(str, Locale.parse("en").territories) if len(code) == 2
) - {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}  # no countries


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """One line of the file. `parent_number` is None where the file does not speak of parents."""

    line: int
    number: str
    name: str
    country: str
    language: str
    net_days: int
    parent_number: str | None


@dataclass(slots=True)
class _File:
    """A file as read: its good lines by number; of all lines where a number stands, its parent."""

    sha256: str
    rows: dict[str, CustomerRow] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows_read: int = 0


def check_customers(
    transaction: TransactionFactory, content: bytes, *, progress: Progress = unheard
) -> ImportReport:
    """What an import of the file would do, and everything that is wrong with it; stores nothing."""
    return _check(transaction, _read(content, progress), progress)


def import_customers(
    transaction: TransactionFactory, content: bytes, *, deed: Deed, progress: Progress = unheard
) -> ImportReport:
    """Add and change customers as the file says; a file with a problem is refused whole.

    Stored in batches, parents first: whatever ends it, running it again finishes it.
    """
    file = _read(content, progress)
    report = replace(_check(transaction, file, progress), is_dry=False)
    if report.is_refused:
        return report
    counts, done = Counts(), 0
    for generation in parents_first(file.links):
        for batch in batches(generation):
            counts += _store(transaction, {number: file.rows[number] for number in batch}, deed)
            done += len(batch)
            progress("storing", done, len(file.rows))
    stored = replace(report, counts=counts)
    note_run(transaction, stored, deed)
    return stored


def _read(content: bytes, progress: Progress) -> _File:
    file = _File(sha256=hashlib.sha256(content).hexdigest())
    table = open_table(content, (*REQUIRED, PARENT), file.problems)
    if table is None:
        return file
    missing = without(table, REQUIRED)
    if missing:
        file.problems += missing
        return file
    for row in table.rows(file.problems):
        file.rows_read += 1
        _take(file, row, speaks_of_parents=PARENT in table.columns)
        if file.rows_read % BATCH == 0:
            progress("reading", file.rows_read, 0)
    return file


def _take(file: _File, row: Row, *, speaks_of_parents: bool) -> None:
    fields = Fields(row, file.problems)
    read = _row(fields, speaks_of_parents=speaks_of_parents)
    first = file.lines.setdefault(read.number, read.line)
    if first != read.line and read.number:
        fields.refuse("number", _("This customer stands on line %(line)s already.", line=first))
    if read.number and read.parent_number == read.number:
        fields.refuse(PARENT, _("A customer is not its own parent."))
    elif read.number and first == read.line:
        file.links[read.number] = read.parent_number or ""
    if fields.is_clean:
        file.rows[read.number] = read


def _row(fields: Fields, *, speaks_of_parents: bool) -> CustomerRow:
    return CustomerRow(
        line=fields.line,
        number=fields.number("number", NUMBER_MAX),
        name=fields.text("name", NAME_MAX),
        country=fields.chosen(
            "country", COUNTRIES, _("Write the two capital letters of a country, such as FR.")
        ),
        language=fields.chosen("language", LANGUAGES, _("Write en or fr.")),
        net_days=fields.count("terms_days", TERMS_DAYS_MAX),
        parent_number=(
            fields.number(PARENT, NUMBER_MAX, may_lack=True) if speaks_of_parents else None
        ),
    )


def _check(transaction: TransactionFactory, file: _File, progress: Progress) -> ImportReport:
    counts, done = Counts(), 0
    broken = broken_families(transaction, file.links, file.lines)
    file.problems += [
        Problem(line=file.lines[number], column=PARENT, sentence=words)
        for number, words in broken.items()
    ]
    for batch in batches(file.rows.values()):
        with transaction() as session:
            known = known_customers(session, [row.number for row in batch])
        counts += _counted({row.number: row for row in batch}, known)
        done += len(batch)
        progress("comparing", done, len(file.rows))
    with transaction() as session:
        seen_on = first_seen(session, file.sha256)
    return ImportReport(
        kind="customers",
        sha256=file.sha256,
        rows_read=file.rows_read,
        counts=counts,
        problems=ordered(file.problems),
        seen_on=seen_on,
        is_dry=True,
    )


def _counted(rows: Mapping[str, CustomerRow], known: Mapping[str, KnownCustomer]) -> Counts:
    same = sum(_is_same(row, known[number]) for number, row in rows.items() if number in known)
    new = len(rows) - len(known)
    return Counts(
        new=new, changed=len(known) - same, unchanged=same, new_rows=new, unchanged_rows=same
    )


def _is_same(row: CustomerRow, known: KnownCustomer) -> bool:
    says = (row.name, row.country, row.language, row.net_days)
    has = (known.name, known.country, known.language, known.net_days)
    has_parent = row.parent_number is None or row.parent_number == (known.parent_number or "")
    return says == has and has_parent


@met_once
@retried
def _store(transaction: TransactionFactory, rows: Mapping[str, CustomerRow], deed: Deed) -> Counts:
    """One batch, under the locks of those that change; what was stored before is passed over."""
    with transaction() as session:
        plan_anew(session)
        known = known_customers(session, list(rows))
    changed = [known[number].id for number in known if not _is_same(rows[number], known[number])]
    with transaction(lock={"customer": changed}) as session:
        known = known_customers(session, list(rows))
        named = {row.parent_number or "" for row in rows.values()}
        named |= {customer.parent_number or "" for customer in known.values()}
        parents = {number: parent.id for number, parent in known_customers(session, named).items()}
        new = [_draft(row, None, parents) for row in rows.values() if row.number not in known]
        if new:
            open_accounts(session, new, deed=deed)
        for number, has in known.items():
            if not _is_same(rows[number], has):
                wanted = _draft(rows[number], has, parents)
                change_account(session, customer_id=has.id, wanted=wanted, deed=deed)
    return _counted(rows, known)


def _draft(
    row: CustomerRow, known: KnownCustomer | None, parents: Mapping[str, uuid.UUID]
) -> AccountDraft:
    """Where the file does not speak of parents, the one in the books stays."""
    parent_number = row.parent_number
    if parent_number is None and known:
        parent_number = known.parent_number
    return AccountDraft(
        number=row.number,
        name=row.name,
        language=row.language,
        country=row.country,
        net_days=row.net_days,
        parent_id=parents[parent_number] if parent_number else None,
    )
