"""Original PDFs of invoices, out of a folder or a ZIP.

A file is named for its invoice ("FA-20114.pdf"); where two ledgers have the number, its folder is
named for the ledger ("FR01/FA-20114.pdf"). Or an index.csv at the top says it, with the columns
file, invoice_number and, if wanted, ledger; then it names every file. What was kept for an invoice
is never replaced. Files are read one by one, twice: to check them all, then to keep the new ones.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.files import PDF_BYTES_MAX, Files
from foundation.rows import plan_anew
from receivables.actions.originals import OriginalDraft, keep_originals
from receivables.imports.batching import batches, met_once
from receivables.imports.known import known_ledgers
from receivables.imports.original_words import (
    Named,
    Wanted,
    matched,
    named_files,
    trouble_with,
    twice,
)
from receivables.imports.outcome import Counts
from receivables.imports.report import (
    NO_LINE,
    ImportReport,
    Problem,
    Progress,
    first_seen,
    note_run,
    unheard,
)
from receivables.queries.originals import invoices_numbered, with_originals

BATCH_BYTES_MAX: Final = 20 * 1024 * 1024  # of one transaction; one file may be as large as half
BATCH_FILES_MAX: Final = 200


def check_originals(
    transaction: TransactionFactory, files: Files, *, progress: Progress = unheard
) -> ImportReport:
    """What an import of the files would do, and all that is wrong with them; stores nothing."""
    return _check(transaction, files, progress)[0]


def import_originals(
    transaction: TransactionFactory, files: Files, *, deed: Deed, progress: Progress = unheard
) -> ImportReport:
    """Keep each PDF for the customer of its invoice; with one bad file nothing is kept.

    Kept in batches: whatever ends it, running it again finishes it.
    """
    checked, wanted = _check(transaction, files, progress)
    report = replace(checked, is_dry=False)
    if report.is_refused:
        return report
    counts = Counts(unchanged=report.counts.unchanged, unchanged_rows=report.counts.unchanged)
    for batch in _batched(files, wanted):
        kept = _store(transaction, batch, deed)
        counts += Counts(new=kept, new_rows=kept)
        progress("storing", counts.new, len(wanted))
    stored = replace(report, counts=counts)
    note_run(transaction, stored, deed)
    return stored


def _check(
    transaction: TransactionFactory, files: Files, progress: Progress
) -> tuple[ImportReport, list[Wanted]]:
    problems: list[Problem] = []
    with transaction() as session:
        ledgers = known_ledgers(session)
    named = named_files(files, ledgers, problems)
    whole = hashlib.sha256()
    wanted, counts = list[Wanted](), Counts()
    for done, batch in enumerate(batches(named, BATCH_FILES_MAX)):
        progress("comparing", done * BATCH_FILES_MAX, len(named))
        for found in _compared(transaction, files, batch, problems):
            whole.update(f"{found.invoice.id} {found.sha256}\n".encode())
            is_known = found.invoice.sha256 is not None
            counts += Counts(new=not is_known, unchanged=is_known)
            wanted += [] if is_known else [found]
    problems += twice(wanted)
    with transaction() as session:
        seen_on = first_seen(session, whole.hexdigest())
    report = ImportReport(
        kind="originals",
        sha256=whole.hexdigest(),
        rows_read=len(named),
        counts=replace(counts, new_rows=counts.new, unchanged_rows=counts.unchanged),
        problems=tuple(problems),
        seen_on=seen_on,
        is_dry=True,
    )
    return report, wanted


@retried
def _compared(
    transaction: TransactionFactory,
    files: Files,
    batch: Sequence[Named],
    problems: list[Problem],
) -> list[Wanted]:
    with transaction() as session:
        plan_anew(session)
        invoices = invoices_numbered(session, {one.number for one in batch})
    found = []
    for one in batch:
        content = files.read(one.name, PDF_BYTES_MAX)
        words = trouble_with(content)
        invoice = None
        if not words and content is not None:
            sha256 = hashlib.sha256(content).hexdigest()
            invoice, words = matched(one, invoices.get(one.number, ()), sha256)
        if invoice and not words:
            size = len(content or b"")
            found.append(Wanted(name=one.name, invoice=invoice, sha256=sha256, size=size))
        elif words:
            problems.append(Problem(line=NO_LINE, column=one.name, sentence=words))
    return found


def _batched(files: Files, wanted: Sequence[Wanted]) -> Iterator[list[OriginalDraft]]:
    """So many at a time that they fit into memory. What was changed meanwhile is left out."""
    batch, size = list[OriginalDraft](), 0
    for one in wanted:
        if batch and (size + one.size > BATCH_BYTES_MAX or len(batch) == BATCH_FILES_MAX):
            yield batch
            batch, size = [], 0
        content = files.read(one.name, PDF_BYTES_MAX)
        if content is not None and hashlib.sha256(content).hexdigest() == one.sha256:
            batch.append(_draft(one, content))
            size += one.size
    if batch:
        yield batch


def _draft(one: Wanted, content: bytes) -> OriginalDraft:
    invoice = one.invoice
    return OriginalDraft(
        invoice_id=invoice.id,
        customer_id=invoice.customer_id,
        currency=invoice.currency,
        name=one.name,
        content=content,
    )


@met_once
@retried
def _store(transaction: TransactionFactory, batch: Sequence[OriginalDraft], deed: Deed) -> int:
    """One batch; what another import has kept meanwhile is passed over. How many were new."""
    with transaction() as session:
        known = with_originals(session, [one.invoice_id for one in batch])
        new = [one for one in batch if one.invoice_id not in known]
        keep_originals(session, new, deed=deed)
        return len(new)
