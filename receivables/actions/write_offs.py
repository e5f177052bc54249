"""Giving up what nobody will pay: a posting with a reason, that can be undone."""

import uuid
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.adjustments import AdjustmentDraft, book_adjustment, undo_adjustment
from receivables.actions.discounts import give_up, take_earned
from receivables.errors import NothingWrittenOff, WriteOffBeyondOpen
from receivables.models import Adjustment, AdjustmentKind, Invoice, WriteOffReason


def write_off(
    session: Session,
    *,
    invoice_id: uuid.UUID,
    reason: WriteOffReason,
    deed: Deed,
    amount: Money | None = None,
) -> Money:
    """Give up an amount of an invoice, or all that is open: debit write-off, credit receivable.

    Returns what was written off. The caller holds the customer's lock. Raises WriteOffBeyondOpen:
    the amount is nothing, in another currency, or more than is open.
    """
    invoice = session.get_one(Invoice, invoice_id, populate_existing=True)
    given_up = invoice.still_open if amount is None else amount
    if (
        given_up.currency != invoice.currency
        or not given_up.is_positive
        or given_up > invoice.still_open
    ):
        raise WriteOffBeyondOpen(given_up, invoice.still_open)
    draft = AdjustmentDraft(
        kind=AdjustmentKind.WRITE_OFF,
        ledger_id=invoice.ledger_id,
        customer_id=invoice.customer_id,
        amount=given_up,
        invoice_id=invoice_id,
        reason=reason,
    )
    book_adjustment(session, draft, deed=deed)
    return given_up


def undo_write_off(session: Session, *, invoice_id: uuid.UUID, reason: str, deed: Deed) -> Money:
    """Take the latest write-off of an invoice back that stands: so much of it is owed again.

    Returns how much. A discount that was earned with its help is counted anew. The caller holds the
    customer's lock. Raises NothingWrittenOff.
    """
    undone = sa.select(Adjustment.reverses_id).where(
        Adjustment.invoice_id == invoice_id, Adjustment.reverses_id.is_not(None)
    )
    standing = sa.select(Adjustment).where(
        Adjustment.invoice_id == invoice_id,
        Adjustment.kind == AdjustmentKind.WRITE_OFF,
        Adjustment.reverses_id.is_(None),
        Adjustment.id.not_in(undone),
    )
    latest = standing.order_by(Adjustment.created_at.desc(), Adjustment.id.desc()).limit(1)
    done = session.scalars(latest).one_or_none()
    if done is None:
        raise NothingWrittenOff(session.get_one(Invoice, invoice_id).number)
    undo_adjustment(session, adjustment_id=done.id, reason=reason, deed=deed)
    deed = replace(deed, subject_id=done.customer_id)
    give_up(session, invoice_id=invoice_id, source_id=done.id, reason=reason, deed=deed)
    take_earned(
        session,
        ledger_id=session.get_one(Invoice, invoice_id).ledger_id,
        invoice_ids=[invoice_id],
        operation_id=done.id,
        deed=deed,
    )
    return Money(done.amount_minor, done.currency)
