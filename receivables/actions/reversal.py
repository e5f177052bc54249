"""Undoing what was booked: never by editing, always by a booking the other way round."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.adjustments import undo_those_of
from receivables.actions.allocation import Source
from receivables.actions.discounts import give_up
from receivables.actions.journal import Booking, Posting, post
from receivables.errors import AllocationAlreadyReversed
from receivables.models import Account, Allocation, Journal, JournalKind, Side


def reverse_allocation(
    session: Session, *, allocation_id: uuid.UUID, reason: str, deed: Deed
) -> None:
    """Undo one allocation: the invoice is open again, the money or credit note free again.

    A discount it had earned is taken back with it, and so are the differences it was booked with.

    Raises AllocationAlreadyReversed. The caller holds the customers' locks.
    """
    done = session.get_one(Allocation, allocation_id)
    reversing = sa.select(Allocation.id).where(Allocation.reverses_id == allocation_id)
    if done.reverses_id or session.scalars(reversing).one_or_none():
        raise AllocationAlreadyReversed(allocation_id)
    [journal_id] = post(session, [_booking(session, done, reason, deed)])
    copied = (
        "customer_id",
        "payer_id",
        "receipt_id",
        "credit_note_id",
        "invoice_id",
        "amount_minor",
        "currency",
    )
    row = {name: getattr(done, name) for name in copied}
    session.execute(
        sa.insert(Allocation)
        .inline()
        .values(
            id=uuid.uuid4(),
            journal_id=journal_id,
            reverses_id=allocation_id,
            created_at=deed.at,
            **row,
        )
    )
    undo_those_of(session, allocation_id=allocation_id, reason=reason, deed=deed)
    give_up(session, invoice_id=done.invoice_id, source_id=allocation_id, reason=reason, deed=deed)
    record(
        session,
        "allocation.reversed",
        object_id=allocation_id,
        deed=deed,
        facts={"reason": reason, "journal": str(journal_id)},
    )


def _booking(session: Session, done: Allocation, reason: str, deed: Deed) -> Booking:
    source = Source(
        payer_id=done.payer_id, receipt_id=done.receipt_id, credit_note_id=done.credit_note_id
    )
    ledger_id = session.scalars(
        sa.select(Journal.ledger_id).where(Journal.id == done.journal_id)
    ).one()
    amount = Money(done.amount_minor, done.currency)
    return Booking(
        ledger_id=ledger_id,
        kind=JournalKind.ALLOCATION_REVERSED,
        source_id=done.id,
        deed=deed,
        reverses_id=None if _has_sisters(session, done) else done.journal_id,
        reason=reason,
        postings=(
            Posting(
                account=Account.RECEIVABLE,
                side=Side.DEBIT,
                amount=amount,
                customer_id=done.customer_id,
                invoice_id=done.invoice_id,
            ),
            source.line(Side.CREDIT, amount),
        ),
    )


def _has_sisters(session: Session, done: Allocation) -> bool:
    """Whether its journal settled other invoices too; then no one journal reverses it whole."""
    same = sa.select(sa.func.count()).where(Allocation.journal_id == done.journal_id)
    return session.scalars(same).one() > 1
