"""Import of invoices with their lines; the columns are told in invoice_rows.py.

An invoice is known by its ledger and number. One the books have with the same content adds
nothing; one they have with other content is refused and the sentence says what differs: what was
issued is never edited. Two readings: the first checks everything and keeps a few words an invoice,
the second gathers the lines and stores invoices as soon as they are whole.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.i18n import gettext as _
from foundation.money import MINOR_MAX
from foundation.rows import plan_anew
from receivables.actions.invoices import InvoiceDraft, LineDraft, issue_invoices
from receivables.errors import InvoiceNumberTaken
from receivables.imports.batching import batches, met_once
from receivables.imports.invoice_rows import Head, InvoiceFile, read_invoices, read_lines
from receivables.imports.invoice_words import differences, refusals
from receivables.imports.known import (
    Key,
    KnownCustomer,
    known_customers,
    known_invoices,
    known_ledgers,
)
from receivables.imports.report import (
    Counts,
    ImportReport,
    Problem,
    Progress,
    first_seen,
    note_run,
    ordered,
    unheard,
)


def check_invoices(
    transaction: TransactionFactory, content: bytes, *, progress: Progress = unheard
) -> ImportReport:
    """What an import of the file would do, and everything that is wrong with it; stores nothing."""
    file = read_invoices(content, progress)
    return _check(transaction, file, content, progress)


def import_invoices(
    transaction: TransactionFactory, content: bytes, *, deed: Deed, progress: Progress = unheard
) -> ImportReport:
    """Issue what is new in the file; a file with a problem is refused whole.

    Stored in batches, each under the locks of its customers: whatever ends it, running it again
    finishes it. Raises InvoiceNumberTaken when somebody issues another invoice under one of the
    numbers meanwhile; then the rest is not stored.
    """
    file = read_invoices(content, progress)
    report = replace(_check(transaction, file, content, progress), is_dry=False)
    if report.is_refused:
        return report
    counts = Counts(unchanged=report.counts.unchanged, unchanged_rows=report.counts.unchanged_rows)
    ledgers = _ledgers(transaction)
    for batch in batches(_whole(file, ledgers)):
        counts += _store(transaction, file, batch, deed)
        progress("storing", counts.new, report.counts.new)
    stored = replace(report, counts=counts)
    note_run(transaction, stored, deed)
    return stored


def _check(
    transaction: TransactionFactory, file: InvoiceFile, content: bytes, progress: Progress
) -> ImportReport:
    """Hold every invoice of the file against the books, as far as it can be read."""
    sha256 = hashlib.sha256(content).hexdigest()
    heads = list(file.heads.values())
    file.problems += _too_much(heads)
    ledgers, counts, done = _ledgers(transaction), Counts(), 0
    for batch in batches(heads):
        counts += _compare(transaction, file, batch, ledgers)
        done += len(batch)
        progress("comparing", done, len(heads))
    with transaction() as session:
        seen_on = first_seen(session, sha256)
    return ImportReport(
        kind="invoices",
        sha256=sha256,
        rows_read=file.rows_read,
        counts=counts,
        problems=ordered(file.problems),
        seen_on=seen_on,
        is_dry=True,
    )


@retried
def _ledgers(transaction: TransactionFactory) -> dict[str, uuid.UUID]:
    with transaction() as session:
        return known_ledgers(session)


def _compare(
    transaction: TransactionFactory,
    file: InvoiceFile,
    heads: Sequence[Head],
    ledgers: Mapping[str, uuid.UUID],
) -> Counts:
    with transaction() as session:
        plan_anew(session)
        customers = known_customers(session, {head.customer_number for head in heads})
        known = known_invoices(session, [head.key for head in heads])
    counts = Counts()
    for head in heads:
        customer = customers.get(head.customer_number)
        wrong = list(refusals(file, head, ledgers, customer))
        is_whole = head.key not in file.spoiled
        if is_whole and (has := known.get(head.key)):
            wrong += differences(file, head, has)
        file.problems += [
            Problem(line=head.line, column=column, sentence=words) for column, words in wrong
        ]
        if is_whole and customer and not wrong:
            counts += _verdict(head, customer, is_known=head.key in known)
    return counts


def _verdict(head: Head, customer: KnownCustomer, *, is_known: bool) -> Counts:
    """Count the invoice; a new one learns its customer and its due day."""
    if is_known:
        return Counts(unchanged=1, unchanged_rows=head.rows)
    head.customer_id = customer.id
    if head.due_on is None:
        head.due_on = head.issued_on + dt.timedelta(days=customer.net_days)
    return Counts(new=1, new_rows=head.rows)


def _too_much(heads: Sequence[Head]) -> list[Problem]:
    """More money than we can count: each amount is possible, all of them together are not."""
    sums: dict[str, int] = {}
    for head in heads:
        sums[head.currency] = sums.get(head.currency, 0) + abs(head.total_minor)
        if sums[head.currency] > MINOR_MAX:
            words = _("The amounts of this file are too large to be true.")
            return [Problem(line=head.line, column=None, sentence=words)]
    return []


def _whole(
    file: InvoiceFile, ledgers: Mapping[str, uuid.UUID]
) -> Iterator[tuple[Head, InvoiceDraft]]:
    """The new invoices of the file, each as soon as its last line was read."""
    gathered: dict[Key, list[LineDraft]] = {}
    for head, line in read_lines(file):
        if head.customer_id is None:
            continue
        lines = gathered.setdefault(head.key, [])
        lines.append(line)
        if len(lines) == head.rows:
            yield head, _draft(head, ledgers[head.ledger], gathered.pop(head.key))


def _draft(head: Head, ledger_id: uuid.UUID, lines: Sequence[LineDraft]) -> InvoiceDraft:
    if head.customer_id is None or head.due_on is None:
        raise ValueError("only a new invoice is issued")
    return InvoiceDraft(
        ledger_id=ledger_id,
        customer_id=head.customer_id,
        number=head.number,
        purchase_order=head.purchase_order,
        issued_on=head.issued_on,
        due_on=head.due_on,
        currency=head.currency,
        lines=lines,
    )


@met_once
@retried
def _store(
    transaction: TransactionFactory,
    file: InvoiceFile,
    batch: Sequence[tuple[Head, InvoiceDraft]],
    deed: Deed,
) -> Counts:
    """One batch, under its customers' locks; what somebody stored meanwhile is passed over."""
    with transaction(lock={"customer": {draft.customer_id for _head, draft in batch}}) as session:
        plan_anew(session)
        known = known_invoices(session, [head.key for head, _draft in batch])
        for head, _draft in batch:
            if head.key in known and any(differences(file, head, known[head.key])):
                raise InvoiceNumberTaken(head.number)
        fresh = [(head, draft) for head, draft in batch if head.key not in known]
        if fresh:
            issue_invoices(session, [draft for _head, draft in fresh], deed=deed)
    return _counted((head for head, _draft in batch), known)


def _counted(heads: Iterable[Head], known: Container[Key]) -> Counts:
    counts = Counts()
    for head in heads:
        if head.key in known:
            counts += Counts(unchanged=1, unchanged_rows=head.rows)
        else:
            counts += Counts(new=1, new_rows=head.rows)
    return counts
