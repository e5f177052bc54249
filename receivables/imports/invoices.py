"""Import of invoices with their lines; the columns are told in invoice_rows.py."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from foundation.database import TransactionFactory
from foundation.deed import Deed
from receivables.actions.invoices import InvoiceDraft, issue_invoices
from receivables.errors import InvoiceNumberTaken
from receivables.imports.documents import Documents, Whole, check_documents, import_documents
from receivables.imports.invoice_rows import INVOICES
from receivables.imports.known import known_invoices
from receivables.imports.report import ImportReport, Progress, unheard


def check_invoices(
    transaction: TransactionFactory, content: bytes, *, progress: Progress = unheard
) -> ImportReport:
    """What an import of the file would do, and everything that is wrong with it; stores nothing."""
    return check_documents(_OF, transaction, content, progress=progress)


def import_invoices(
    transaction: TransactionFactory, content: bytes, *, deed: Deed, progress: Progress = unheard
) -> ImportReport:
    """Issue what is new in the file; a file with a problem is refused whole.

    Stored in batches, each under the locks of its customers: whatever ends it, running it again
    finishes it. Raises InvoiceNumberTaken when somebody issues another invoice under one of the
    numbers meanwhile; then the rest is not stored.
    """
    return import_documents(_OF, transaction, content, deed=deed, progress=progress)


def _issue(session: Session, new: Sequence[Whole], deed: Deed) -> None:
    issue_invoices(session, [_draft(one) for one in new], deed=deed)


def _draft(new: Whole) -> InvoiceDraft:
    head = new.head
    return InvoiceDraft(
        ledger_id=new.ledger_id,
        customer_id=new.customer_id,
        number=head.number,
        purchase_order=head.purchase_order,
        issued_on=head.issued_on,
        due_on=head.due_on or dt.date.max,
        currency=head.currency,
        lines=new.lines,
        discount=head.discount,
    )


_OF: Final = Documents(shape=INVOICES, known=known_invoices, issue=_issue, taken=InvoiceNumberTaken)
