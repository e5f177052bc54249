"""contacts.csv: who may act for which customer.

Columns: email, name, role (viewer, payer or admin), customer_number and, if wanted, language (en or
fr; else the customer's own). A line is a right: one person may have several, each on a line of its
own. Somebody we have keeps name and language; a right that stands with another role is changed to
what the file says. Access that was ended is never given back by a file: the account's admins invite
people again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.i18n import LANGUAGES
from foundation.i18n import gettext as _
from people.emails import email_of
from people.errors import EmailUnreadable
from people.models.person import EMAIL_LENGTH_MAX, NAME_LENGTH_MAX
from receivables.actions.seats import seat_people
from receivables.imports.batching import BATCH, batches, met_once
from receivables.imports.contact_words import Line, Verdict, judged, planned
from receivables.imports.customers import NUMBER_MAX
from receivables.imports.fields import Fields
from receivables.imports.known import known_customers
from receivables.imports.known_people import known_people
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
from receivables.models import ContactRole

REQUIRED: Final = ("email", "name", "role", "customer_number")
LANGUAGE: Final = "language"


@dataclass(slots=True)
class _File:
    """A file as read: its good lines, and who stands where."""

    sha256: str
    rows: list[Line] = field(default_factory=list)
    seats: dict[tuple[str, str], int] = field(default_factory=dict)  # address, customer: line
    names: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # of an address
    problems: list[Problem] = field(default_factory=list)
    rows_read: int = 0


def check_contacts(
    transaction: TransactionFactory, content: bytes, *, progress: Progress = unheard
) -> ImportReport:
    """What an import of the file would do, and everything that is wrong with it; stores nothing."""
    return _check(transaction, _read(content, progress), progress)


def import_contacts(
    transaction: TransactionFactory, content: bytes, *, deed: Deed, progress: Progress = unheard
) -> ImportReport:
    """Add people and rights as the file says; a file with a problem is refused whole.

    New people sign in by a link in a mail, at first. Whoever's role changes is signed out there.
    Stored in batches: whatever ends it, running it again finishes it.
    """
    file = _read(content, progress)
    report = replace(_check(transaction, file, progress), is_dry=False)
    if report.is_refused:
        return report
    counts, done = Counts(), 0
    for batch in batches(file.rows):
        counts += _store(transaction, batch, deed)
        done += len(batch)
        progress("storing", done, len(file.rows))
    stored = replace(report, counts=counts)
    note_run(transaction, stored, deed)
    return stored


def _read(content: bytes, progress: Progress) -> _File:
    file = _File(sha256=hashlib.sha256(content).hexdigest())
    table = open_table(content, (*REQUIRED, LANGUAGE), file.problems)
    if table is None:
        return file
    if missing := without(table, REQUIRED):
        file.problems += missing
        return file
    for row in table.rows(file.problems):
        file.rows_read += 1
        _take(file, row)
        if file.rows_read % BATCH == 0:
            progress("reading", file.rows_read, 0)
    return file


def _take(file: _File, row: Row) -> None:
    fields = Fields(row, file.problems)
    read = _line(fields)
    if not read.email:
        return
    first = file.seats.setdefault((read.email, read.customer_number), read.line)
    if first != read.line:
        fields.refuse("email", _("This person stands on line %(line)s already.", line=first))
    name, language, line = file.names.setdefault(read.email, (read.name, read.language, read.line))
    if (name, language) != (read.name, read.language):
        words = _("On line %(line)s this person has another name or language.", line=line)
        fields.refuse("name", words)
    if fields.is_clean:
        file.rows.append(read)


def _line(fields: Fields) -> Line:
    language = fields.typed(LANGUAGE)
    return Line(
        line=fields.line,
        email=_email(fields),
        name=fields.text("name", NAME_LENGTH_MAX),
        role=fields.chosen("role", list(ContactRole), _("Write viewer, payer or admin.")),
        customer_number=fields.number("customer_number", NUMBER_MAX),
        language=fields.chosen(LANGUAGE, LANGUAGES, _("Write en or fr.")) if language else "",
    )


def _email(fields: Fields) -> str:
    """In the one spelling we keep; nothing where it is no address."""
    typed = fields.text("email", EMAIL_LENGTH_MAX)
    try:
        return email_of(typed)
    except EmailUnreadable:
        if typed:
            fields.refuse("email", _("This is no e-mail address."))
        return ""


def _check(transaction: TransactionFactory, file: _File, progress: Progress) -> ImportReport:
    counts, done = Counts(), 0
    for batch in batches(file.rows):
        counts += _compared(transaction, batch, file.problems)
        done += len(batch)
        progress("comparing", done, len(file.rows))
    with transaction() as session:
        seen_on = first_seen(session, file.sha256)
    return ImportReport(
        kind="contacts",
        sha256=file.sha256,
        rows_read=file.rows_read,
        counts=counts,
        problems=ordered(file.problems),
        seen_on=seen_on,
        is_dry=True,
    )


@retried
def _compared(
    transaction: TransactionFactory, rows: Sequence[Line], problems: list[Problem]
) -> Counts:
    with transaction() as session:
        customers = known_customers(session, {row.customer_number for row in rows})
        people = known_people(session, {row.email for row in rows})
    verdicts = [judged(row, customers, people) for row in rows]
    problems += [verdict for verdict in verdicts if isinstance(verdict, Problem)]
    return _counted(verdicts)


def _counted(verdicts: Sequence[Verdict | Problem]) -> Counts:
    new, changed, same = (verdicts.count(verdict) for verdict in Verdict)
    return Counts(new=new, changed=changed, unchanged=same, new_rows=new, unchanged_rows=same)


@met_once
@retried
def _store(transaction: TransactionFactory, rows: Sequence[Line], deed: Deed) -> Counts:
    """One batch, under the locks of its customers; what was stored before is passed over."""
    with transaction() as session:
        found = known_customers(session, {row.customer_number for row in rows})
    with transaction(lock={"customer": [one.id for one in found.values()]}) as session:
        customers = known_customers(session, {row.customer_number for row in rows})
        people = known_people(session, {row.email for row in rows})
        verdicts = [judged(row, customers, people) for row in rows]
        wanted = [
            planned(row, customers, people)
            for row, verdict in zip(rows, verdicts, strict=True)
            if verdict in (Verdict.NEW, Verdict.CHANGED)
        ]
        seat_people(session, wanted, deed=deed)
    return _counted(verdicts)
