"""Import of documents with their lines, invoices or credit notes; columns: invoice_rows.py.

A document is known by its ledger and number. One the books have with the same content adds
nothing; one they have with other content is refused and the sentence says what differs: what was
issued is never edited. Two readings: the first checks everything and keeps a few words a document,
the second gathers the lines and stores documents as soon as they are whole.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.errors import QuittanceError
from foundation.i18n import gettext as _
from foundation.money import MINOR_MAX
from foundation.rows import plan_anew
from receivables.actions.invoices import LineDraft
from receivables.imports.batching import batches, met_once
from receivables.imports.invoice_rows import Head, InvoiceFile, Shape, read_documents, read_lines
from receivables.imports.invoice_words import differences, refusals, wrong_reference
from receivables.imports.known import (
    Key,
    KnownCustomer,
    KnownDocument,
    known_customers,
    known_invoices,
    known_ledgers,
)
from receivables.imports.outcome import Counts
from receivables.imports.report import (
    ImportReport,
    Problem,
    Progress,
    first_seen,
    note_run,
    ordered,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One new document of the file, with everything that issues it."""

    head: Head
    ledger_id: uuid.UUID
    customer_id: uuid.UUID
    lines: Sequence[LineDraft]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """How one kind of documents is found in the books and issued there."""

    shape: Shape
    known: Callable[[Session, Iterable[Key]], Mapping[Key, KnownDocument]]
    issue: Callable[[Session, Sequence[Whole], Deed], object]
    taken: Callable[[str], QuittanceError]  # what is raised for a number


def check_documents(
    of: Documents, transaction: TransactionFactory, content: bytes, *, progress: Progress
) -> ImportReport:
    """What an import of the file would do, and everything that is wrong with it; stores nothing."""
    file = read_documents(content, progress, of.shape)
    return _check(of, transaction, file, content, progress)


def import_documents(
    of: Documents,
    transaction: TransactionFactory,
    content: bytes,
    *,
    deed: Deed,
    progress: Progress,
) -> ImportReport:
    """Issue what is new in the file; a file with a problem is refused whole."""
    file = read_documents(content, progress, of.shape)
    report = replace(_check(of, transaction, file, content, progress), is_dry=False)
    if report.is_refused:
        return report
    counts = Counts(unchanged=report.counts.unchanged, unchanged_rows=report.counts.unchanged_rows)
    ledgers = _ledgers(transaction)
    for batch in batches(_whole(file, ledgers)):
        counts += _store(of, transaction, file, batch, deed)
        progress("storing", counts.new, report.counts.new)
    stored = replace(report, counts=counts)
    note_run(transaction, stored, deed)
    return stored


def _check(
    of: Documents,
    transaction: TransactionFactory,
    file: InvoiceFile,
    content: bytes,
    progress: Progress,
) -> ImportReport:
    """Hold every document of the file against the books, as far as it can be read."""
    sha256 = hashlib.sha256(content).hexdigest()
    heads = list(file.heads.values())
    file.problems += _too_much(heads)
    ledgers, counts, done = _ledgers(transaction), Counts(), 0
    for batch in batches(heads):
        counts += _compare(of, transaction, file, batch, ledgers)
        done += len(batch)
        progress("comparing", done, len(heads))
    with transaction() as session:
        seen_on = first_seen(session, sha256)
    return ImportReport(
        kind=of.shape.kind,
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
    of: Documents,
    transaction: TransactionFactory,
    file: InvoiceFile,
    heads: Sequence[Head],
    ledgers: Mapping[str, uuid.UUID],
) -> Counts:
    with transaction() as session:
        plan_anew(session)
        customers = known_customers(session, {head.customer_number for head in heads})
        known = of.known(session, [head.key for head in heads])
        named = [(head.ledger, head.invoice_number) for head in heads if head.invoice_number]
        corrected = known_invoices(session, named)
    counts = Counts()
    for head in heads:
        customer = customers.get(head.customer_number)
        wrong = list(refusals(file, head, ledgers, customer))
        is_whole = head.key not in file.spoiled
        invoice = corrected.get((head.ledger, head.invoice_number or ""))
        wrong += wrong_reference(head, invoice) if is_whole else []
        if is_whole and (has := known.get(head.key)):
            wrong += differences(file, head, has)
        file.problems += [
            Problem(line=head.line, column=column, sentence=words) for column, words in wrong
        ]
        if is_whole and customer and not wrong:
            head.invoice_id = invoice.id if invoice else None
            counts += _verdict(head, customer, is_known=head.key in known)
    return counts


def _verdict(head: Head, customer: KnownCustomer, *, is_known: bool) -> Counts:
    """Count the document; a new one learns its customer and its due day."""
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


def _whole(file: InvoiceFile, ledgers: Mapping[str, uuid.UUID]) -> Iterator[Whole]:
    """The new documents of the file, each as soon as its last line was read."""
    gathered: dict[Key, list[LineDraft]] = {}
    for head, line in read_lines(file):
        if head.customer_id is None:
            continue
        lines = gathered.setdefault(head.key, [])
        lines.append(line)
        if len(lines) == head.rows:
            yield Whole(
                head=head,
                ledger_id=ledgers[head.ledger],
                customer_id=head.customer_id,
                lines=gathered.pop(head.key),
            )


@met_once
@retried
def _store(
    of: Documents,
    transaction: TransactionFactory,
    file: InvoiceFile,
    batch: Sequence[Whole],
    deed: Deed,
) -> Counts:
    """One batch, under its customers' locks; what somebody stored meanwhile is passed over."""
    heads = [one.head for one in batch]
    with transaction(lock={"customer": {one.customer_id for one in batch}}) as session:
        plan_anew(session)
        known = of.known(session, [head.key for head in heads])
        for head in heads:
            if head.key in known and any(differences(file, head, known[head.key])):
                raise of.taken(head.number)
        fresh = [one for one in batch if one.head.key not in known]
        if fresh:
            of.issue(session, fresh, deed)
    return _counted(heads, known)


def _counted(heads: Iterable[Head], known: Container[Key]) -> Counts:
    counts = Counts()
    for head in heads:
        if head.key in known:
            counts += Counts(unchanged=1, unchanged_rows=head.rows)
        else:
            counts += Counts(new=1, new_rows=head.rows)
    return counts
