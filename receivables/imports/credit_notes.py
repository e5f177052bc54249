"""Import of credit notes with their lines; the columns are told in invoice_rows.py."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from foundation.database import TransactionFactory
from foundation.deed import Deed
from receivables.actions.credit_notes import CreditNoteDraft, issue_credit_notes
from receivables.errors import CreditNoteNumberTaken
from receivables.imports.documents import Documents, Whole, check_documents, import_documents
from receivables.imports.invoice_rows import CREDIT_NOTES
from receivables.imports.known import known_credit_notes
from receivables.imports.report import ImportReport, Progress, unheard
from receivables.models import CreditReason


def check_credit_notes(
    transaction: TransactionFactory, content: bytes, *, progress: Progress = unheard
) -> ImportReport:
    """What an import of the file would do, and everything that is wrong with it; stores nothing."""
    return check_documents(_OF, transaction, content, progress=progress)


def import_credit_notes(
    transaction: TransactionFactory, content: bytes, *, deed: Deed, progress: Progress = unheard
) -> ImportReport:
    """Issue what is new in the file; a file with a problem is refused whole.

    What is issued settles nothing yet: it is the customers' credit. Stored in batches like
    invoices. Raises CreditNoteNumberTaken when somebody issues another credit note under one of
    the numbers meanwhile; then the rest is not stored.
    """
    return import_documents(_OF, transaction, content, deed=deed, progress=progress)


def _issue(session: Session, new: Sequence[Whole], deed: Deed) -> None:
    issue_credit_notes(session, [_draft(one) for one in new], deed=deed)


def _draft(new: Whole) -> CreditNoteDraft:
    head = new.head
    return CreditNoteDraft(
        ledger_id=new.ledger_id,
        customer_id=new.customer_id,
        number=head.number,
        reason=CreditReason(head.reason),
        issued_on=head.issued_on,
        currency=head.currency,
        lines=new.lines,
        invoice_id=head.invoice_id,
    )


_OF: Final = Documents(
    shape=CREDIT_NOTES, known=known_credit_notes, issue=_issue, taken=CreditNoteNumberTaken
)
