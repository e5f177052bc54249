"""Early-payment discount: taken once money that came in time leaves no more open than that."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.journal import Booking, Posting, post
from receivables.models import Account, Invoice, JournalKind, Side
from receivables.queries.discounts import earned_on, taken_minor


def take_earned(
    session: Session,
    *,
    ledger_id: uuid.UUID,
    invoice_ids: Sequence[uuid.UUID],
    operation_id: uuid.UUID,
    deed: Deed,
) -> None:
    """Take the discount of each invoice that has earned it: debit discount, credit receivable.

    Earned is what is still open, where that is no more than the discount and everything that
    settles the invoice is dated by the last day: money by the day it arrived, a credit note by
    the day it was issued. Discount and allocations then come to the invoice's total. The caller
    holds the customers' locks and has just settled something of each.
    """
    earned = earned_on(session, invoice_ids)
    if not earned:
        return
    lines = [
        line
        for invoice_id, (customer_id, amount) in earned.items()
        for line in _postings(invoice_id, customer_id, amount, Side.DEBIT)
    ]
    booking = Booking(
        ledger_id=ledger_id,
        kind=JournalKind.DISCOUNT,
        source_id=operation_id,
        deed=deed,
        postings=lines,
    )
    [journal_id] = post(session, [booking])
    for invoice_id, (customer_id, amount) in earned.items():
        record(
            session,
            "discount.taken",
            object_id=invoice_id,
            deed=replace(deed, subject_id=customer_id),
            facts={"amount": str(amount), "journal": str(journal_id)},
        )


def give_up(
    session: Session, *, invoice_id: uuid.UUID, source_id: uuid.UUID, reason: str, deed: Deed
) -> None:
    """Take a discount back, where one was taken: what had earned it settles the invoice no more."""
    invoice = session.execute(
        sa.select(
            Invoice.ledger_id, Invoice.customer_id, Invoice.currency, Invoice.discount_minor
        ).where(Invoice.id == invoice_id)
    ).one()
    if invoice.discount_minor is None:
        return
    amount = Money(taken_minor(session, invoice_id), invoice.currency)
    if not amount.is_positive:
        return
    booking = Booking(
        ledger_id=invoice.ledger_id,
        kind=JournalKind.DISCOUNT_REVERSED,
        source_id=source_id,
        deed=deed,
        reason=reason,
        postings=_postings(invoice_id, invoice.customer_id, amount, Side.CREDIT),
    )
    [journal_id] = post(session, [booking])
    record(
        session,
        "discount.reversed",
        object_id=invoice_id,
        deed=deed,
        facts={"amount": str(amount), "journal": str(journal_id)},
    )


def _postings(
    invoice_id: uuid.UUID, customer_id: uuid.UUID, amount: Money, side: Side
) -> tuple[Posting, Posting]:
    """The discount on its side, the invoice on the other."""
    other = Side.CREDIT if side is Side.DEBIT else Side.DEBIT
    whose = {"customer_id": customer_id, "invoice_id": invoice_id}
    return (
        Posting(account=Account.DISCOUNT, side=side, amount=amount, **whose),
        Posting(account=Account.RECEIVABLE, side=other, amount=amount, **whose),
    )
