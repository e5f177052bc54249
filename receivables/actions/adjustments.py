"""Coded journals: what needs no money is booked under its reason, and undone by its opposite."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.journal import Booking, Posting, post
from receivables.errors import AdjustmentAlreadyUndone
from receivables.models import Account, Adjustment, AdjustmentKind, Journal, JournalKind, Side
from receivables.models import AdjustmentKind as A
from receivables.models import JournalKind as K

# What it is booked on, by which journal, and by which journal it is undone.
BOOKED: Final[dict[AdjustmentKind, tuple[Account, JournalKind, JournalKind]]] = {
    A.WRITE_OFF: (Account.WRITE_OFF, K.WRITE_OFF, K.WRITE_OFF_REVERSED),
    A.BANK_FEE: (Account.BANK_FEES, K.BANK_FEE, K.BANK_FEE_REVERSED),
    A.TOLERANCE: (Account.TOLERANCE, K.TOLERANCE, K.TOLERANCE_REVERSED),
    A.FX_DIFFERENCE: (Account.FX_DIFFERENCE, K.FX_DIFFERENCE, K.FX_DIFFERENCE_REVERSED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentDraft:
    """One to be: of an invoice (it is owed less) or a receipt; positive, in its currency."""

    kind: AdjustmentKind
    ledger_id: uuid.UUID
    customer_id: uuid.UUID
    amount: Money
    invoice_id: uuid.UUID | None = None
    receipt_id: uuid.UUID | None = None
    allocation_id: uuid.UUID | None = None  # with which it is undone
    reason: str | None = None  # of a write-off


def book_adjustment(session: Session, draft: AdjustmentDraft, *, deed: Deed) -> uuid.UUID:
    """Book it; its id. The caller holds the customer's lock and has checked the amount.

    Of an invoice: debit its account, credit receivable. Of a receipt: a bank's fee is debited to
    bank fees and credited to the receipt's unapplied cash, a surplus the other way round.
    """
    _account, kind, _undoing = BOOKED[draft.kind]
    adjustment_id = uuid.uuid4()
    booking = Booking(
        ledger_id=draft.ledger_id,
        kind=kind,
        source_id=adjustment_id,
        deed=replace(deed, subject_id=draft.customer_id),
        reason=draft.reason,
        postings=_postings(draft, is_undone=False),
    )
    [journal_id] = post(session, [booking])
    session.execute(
        sa.insert(Adjustment)
        .inline()
        .values(
            id=adjustment_id,
            customer_id=draft.customer_id,
            kind=draft.kind,
            invoice_id=draft.invoice_id,
            receipt_id=draft.receipt_id,
            allocation_id=draft.allocation_id,
            amount_minor=draft.amount.minor,
            currency=draft.amount.currency,
            reason=draft.reason,
            journal_id=journal_id,
            created_at=deed.at,
        )
    )
    _tell(session, f"{draft.kind}.booked", draft, journal_id, booking.deed, draft.reason)
    return adjustment_id


def undo_adjustment(session: Session, *, adjustment_id: uuid.UUID, reason: str, deed: Deed) -> None:
    """Undo one by a booking the other way round. Raises AdjustmentAlreadyUndone.

    The caller holds the customer's lock.
    """
    done = session.get_one(Adjustment, adjustment_id)
    undoing = sa.select(Adjustment.id).where(Adjustment.reverses_id == adjustment_id)
    if done.reverses_id or session.scalars(undoing).one_or_none():
        raise AdjustmentAlreadyUndone(adjustment_id)
    draft = _draft_of(session, done)
    booking = Booking(
        ledger_id=draft.ledger_id,
        kind=BOOKED[draft.kind][2],
        source_id=done.id,
        deed=replace(deed, subject_id=done.customer_id),
        reverses_id=done.journal_id,
        reason=reason,
        postings=_postings(draft, is_undone=True),
    )
    [journal_id] = post(session, [booking])
    copied = ("customer_id", "kind", "invoice_id", "receipt_id", "allocation_id", "reason")
    row = {name: getattr(done, name) for name in (*copied, "amount_minor", "currency")}
    session.execute(
        sa.insert(Adjustment)
        .inline()
        .values(
            id=uuid.uuid4(),
            journal_id=journal_id,
            reverses_id=done.id,
            created_at=deed.at,
            **row,
        )
    )
    _tell(session, f"{draft.kind}.undone", draft, journal_id, booking.deed, reason)


def undo_those_of(session: Session, *, allocation_id: uuid.UUID, reason: str, deed: Deed) -> None:
    """Undo the differences that were booked with an allocation, which has just been undone."""
    undone = sa.select(Adjustment.reverses_id).where(
        Adjustment.allocation_id == allocation_id, Adjustment.reverses_id.is_not(None)
    )
    standing = sa.select(Adjustment.id).where(
        Adjustment.allocation_id == allocation_id,
        Adjustment.reverses_id.is_(None),
        Adjustment.id.not_in(undone),
    )
    for adjustment_id in session.scalars(standing.order_by(Adjustment.id)).all():
        undo_adjustment(session, adjustment_id=adjustment_id, reason=reason, deed=deed)


def _draft_of(session: Session, done: Adjustment) -> AdjustmentDraft:
    ledger = sa.select(Journal.ledger_id).where(Journal.id == done.journal_id)
    return AdjustmentDraft(
        kind=AdjustmentKind(done.kind),
        ledger_id=session.scalars(ledger).one(),
        customer_id=done.customer_id,
        amount=Money(done.amount_minor, done.currency),
        invoice_id=done.invoice_id,
        receipt_id=done.receipt_id,
    )


def _postings(draft: AdjustmentDraft, *, is_undone: bool) -> tuple[Posting, Posting]:
    """Its own account on one side, the document on the other."""
    is_surplus = draft.receipt_id is not None and draft.kind is not A.BANK_FEE
    is_debit = is_surplus is is_undone
    line: Callable[..., Posting] = _line(draft)
    document = Account.RECEIVABLE if draft.invoice_id else Account.UNAPPLIED_CASH
    own, other = (Side.DEBIT, Side.CREDIT) if is_debit else (Side.CREDIT, Side.DEBIT)
    return line(account=BOOKED[draft.kind][0], side=own), line(account=document, side=other)


def _line(draft: AdjustmentDraft) -> Callable[..., Posting]:
    def line(*, account: Account, side: Side) -> Posting:
        return Posting(
            account=account,
            side=side,
            amount=draft.amount,
            customer_id=draft.customer_id,
            invoice_id=draft.invoice_id,
            receipt_id=draft.receipt_id,
        )

    return line


def _tell(
    session: Session,
    action: str,
    draft: AdjustmentDraft,
    journal_id: uuid.UUID,
    deed: Deed,
    reason: str | None,
) -> None:
    facts: dict[str, Fact] = {"amount": str(draft.amount), "journal": str(journal_id)}
    if reason:
        facts["reason"] = reason
    record(session, action, object_id=draft.invoice_id or draft.receipt_id, deed=deed, facts=facts)
