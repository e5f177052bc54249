"""Settling an invoice whole by money that is a little less or more: the rest is coded."""

import uuid

from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.adjustments import AdjustmentDraft, book_adjustment
from receivables.actions.allocation import Settled, Share, Source, book_shares
from receivables.errors import (
    BankFeeUnlikely,
    CurrenciesDiffer,
    DifferenceTooLarge,
    LedgersDiffer,
    NoDifference,
)
from receivables.models import AdjustmentKind, Invoice, Receipt, ReceiptMethod
from receivables.queries.discounts import settled_whole_by
from receivables.residuals import LIMITS


def settle_with_difference(
    session: Session,
    *,
    receipt_id: uuid.UUID,
    invoice_id: uuid.UUID,
    kind: AdjustmentKind,
    operation_id: uuid.UUID,
    deed: Deed,
) -> Money:
    """Settle an invoice whole with all that a receipt has left, and code what is between them.

    Returns the difference: positive where too little came (the invoice is owed less, or the fee the
    bank kept counts as received), negative where too much did. It is undone with the allocation.
    The caller holds the locks of both customers. Raises CurrenciesDiffer, LedgersDiffer,
    NoDifference (also where one of the two has nothing left), BankFeeUnlikely (only of a bank
    transfer that is short) or DifferenceTooLarge, by LIMITS.
    """
    receipt = session.get_one(Receipt, receipt_id, populate_existing=True)
    invoice = session.get_one(Invoice, invoice_id, populate_existing=True)
    needed = settled_whole_by(session, invoice, on=receipt.received_on)
    short = _difference(receipt, invoice, needed, kind)
    allocation_id = uuid.uuid4()
    book_adjustment(session, _draft(receipt, invoice, kind, short, allocation_id), deed=deed)
    is_less = short.is_positive and kind != AdjustmentKind.BANK_FEE
    amount = needed - short if is_less else needed
    share = Share(
        source=Source(payer_id=receipt.customer_id, receipt_id=receipt_id),
        of=Settled(invoice_id=invoice_id, customer_id=invoice.customer_id, amount=amount),
        allocation_id=allocation_id,
    )
    book_shares(
        session,
        [share],
        ledger_id=receipt.ledger_id,
        operation_id=operation_id,
        object_id=receipt_id,
        deed=deed,
    )
    return short


def _difference(receipt: Receipt, invoice: Invoice, needed: Money, kind: AdjustmentKind) -> Money:
    """What is missing of what settles the invoice; refused where it cannot be meant."""
    if receipt.currency != invoice.currency:
        raise CurrenciesDiffer(receipt.currency, invoice.currency)
    if receipt.ledger_id != invoice.ledger_id:
        raise LedgersDiffer(receipt.number, invoice.number)
    left = Money(receipt.unapplied_minor, receipt.currency)
    short = needed - left
    if short.is_zero or left.is_zero or needed.is_zero or receipt.customer_id is None:
        raise NoDifference(receipt.number, invoice.number)
    is_transfer = receipt.method == ReceiptMethod.BANK_TRANSFER
    if kind == AdjustmentKind.BANK_FEE and not (is_transfer and short.is_positive):
        raise BankFeeUnlikely(receipt.number)
    limit = LIMITS[kind].of(invoice.total)
    if abs(short) > limit:
        raise DifferenceTooLarge(kind, abs(short), limit)
    return short


def _draft(
    receipt: Receipt,
    invoice: Invoice,
    kind: AdjustmentKind,
    short: Money,
    allocation_id: uuid.UUID,
) -> AdjustmentDraft:
    """Of the receipt where its bank kept a fee, or too much came; else of the invoice."""
    is_receipts = kind == AdjustmentKind.BANK_FEE or short.is_negative
    whose = receipt.customer_id if is_receipts else invoice.customer_id
    if whose is None:
        raise ValueError("money of nobody settles nothing")
    return AdjustmentDraft(
        kind=kind,
        ledger_id=invoice.ledger_id,
        customer_id=whose,
        amount=abs(short),
        invoice_id=None if is_receipts else invoice.id,
        receipt_id=receipt.id if is_receipts else None,
        allocation_id=allocation_id,
    )
