"""What became of a charge becomes ours: postings by the provider's own movements, states, cases.

The caller holds the locks of the payment and of every customer whose invoices its money settled.
Whatever is booked is booked once, by the name of the provider's object; older news changes nothing.
"""

import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.money import Money
from payments.card.afterwards import (
    DISPUTE_MOVES,
    REFUND_MOVES,
    CardDispute,
    CardRefund,
    DisputeState,
    RefundState,
)
from payments.card.apply import PROVIDER, note
from payments.card.cases import open_case
from payments.card.facts import AfterwardsFact, DisputeFact, RefundFact
from payments.card.models import CardPayment, ProviderEffect
from payments.card.news import tell_of_going_back
from receivables.actions.going_back import amount_of, book_going_back, free
from receivables.models import JournalKind as K
from receivables.models import Receipt, ReceiptMethod

NAMES: Final = uuid.UUID("5f0c2d1e-0c55-4d0f-9c3e-6f1f3a8d7b21")  # makes the journal's source ids
DISPUTE_NEWS: Final = {
    DisputeState.OPEN: "payment_disputed",
    DisputeState.LOST: "payment_returned",
    DisputeState.WON: "dispute_won",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Money that was taken and booked: its receipt and the payment it was for."""

    receipt: Receipt
    payment: CardPayment
    deed: Deed


def apply_afterwards(
    session: Session, receipt: Receipt, payment: CardPayment, fact: AfterwardsFact, *, deed: Deed
) -> None:
    """Book what is news in the fact, and move each refund and dispute to where it stands."""
    taken = Taken(receipt=receipt, payment=payment, deed=deed)
    for refund in sorted(fact.refunds, key=lambda one: (one.at, one.ref)):
        _refund(session, taken, refund, fact.charge.charge_ref)
    is_return = fact.charge.method == ReceiptMethod.BANK_DEBIT
    for dispute in sorted(fact.disputes, key=lambda one: (one.at, one.ref)):
        _dispute(session, taken, dispute, fact.charge.charge_ref, is_return=is_return)


def _refund(session: Session, taken: Taken, fact: RefundFact, charge_ref: str) -> None:
    known, state = session.get(CardRefund, fact.ref), RefundState(fact.state)
    if known is None:
        known = _add_refund(session, taken, fact, charge_ref)
        if state is not RefundState.FAILED:  # one that failed before we heard of it moved nothing
            _request_refund(session, taken, fact)
    if fact.paid_ref and _is_booked(session, fact.ref, "requested"):
        _book_once(session, taken, K.REFUND_PAID, fact.paid_ref, "paid", fact.amount)
    if state == known.state or state not in REFUND_MOVES[RefundState(known.state)]:
        return
    _move(session, taken, known, state)
    if state is RefundState.FAILED:
        _undo_refund(session, taken, fact)


def _add_refund(session: Session, taken: Taken, fact: RefundFact, charge_ref: str) -> CardRefund:
    row = CardRefund(
        ref=fact.ref,
        charge_ref=charge_ref,
        receipt_id=taken.receipt.id,
        card_payment_id=taken.payment.id,
        customer_id=taken.payment.customer_id,
        amount_minor=fact.amount.minor,
        currency=fact.amount.currency,
        state=fact.state,
        opened_at=fact.at,
        changed_at=taken.deed.at,
    )
    session.add(row)
    session.flush()
    _record(session, taken, "card_refund.seen", fact.ref, state=fact.state)
    return row


def _request_refund(session: Session, taken: Taken, fact: RefundFact) -> None:
    is_opened = _take_from_receipt(session, taken, K.REFUND_REQUESTED, fact.ref, fact.amount)
    if is_opened:  # a person says whether the invoices are owed again, or credited
        _case(session, taken, "refunded", fact.ref, fact.amount)
    tell_of_going_back(session, taken.payment, "refund_sent", fact.ref, taken.deed)


def _undo_refund(session: Session, taken: Taken, fact: RefundFact) -> None:
    """It is the payer's credit again, exactly as much as went."""
    if fact.back_ref and fact.paid_ref and _is_booked(session, fact.paid_ref, "paid"):
        _book_once(session, taken, K.REFUND_CAME_BACK, fact.back_ref, "back", fact.amount)
    booked = _booked_amount(session, fact.ref, "requested", fact.amount)
    _book_once(session, taken, K.REFUND_UNDONE, fact.ref, "undone", booked)
    _case(session, taken, "refund_failed", fact.ref, fact.amount)
    tell_of_going_back(session, taken.payment, "refund_failed", fact.ref, taken.deed)


def _dispute(
    session: Session, taken: Taken, fact: DisputeFact, charge_ref: str, *, is_return: bool
) -> None:
    for ref, amount in fact.movements:
        kind = K.DISPUTE_WITHDRAWN if amount.is_negative else K.DISPUTE_REINSTATED
        _book_once(session, taken, kind, ref, "dispute", abs(amount))
    row = session.get(CardDispute, fact.ref)
    before = DisputeState(row.state) if row else None
    row = row or _add_dispute(session, taken, fact, charge_ref, is_return=is_return)
    wanted = DisputeState(fact.state)
    if before and wanted in DISPUTE_MOVES[before]:
        _move(session, taken, row, wanted)
    state = DisputeState(row.state)
    if state is DisputeState.LOST:
        _lose(session, taken, fact)
    if state is DisputeState.WON and _is_booked(session, fact.ref, "lost"):
        _win_late(session, taken, fact)
    if state is not before:
        tell_of_going_back(session, taken.payment, DISPUTE_NEWS[state], fact.ref, taken.deed)
    if state is not before and state is not DisputeState.WON:
        _case(session, taken, _dispute_case(state, is_return=is_return), fact.ref, fact.amount)


def _dispute_case(state: DisputeState, *, is_return: bool) -> str:
    if is_return:
        return "debit_returned"
    return "disputed" if state is DisputeState.OPEN else "dispute_lost"


def _add_dispute(
    session: Session, taken: Taken, fact: DisputeFact, charge_ref: str, *, is_return: bool
) -> CardDispute:
    row = CardDispute(
        ref=fact.ref,
        charge_ref=charge_ref,
        receipt_id=taken.receipt.id,
        card_payment_id=taken.payment.id,
        customer_id=taken.payment.customer_id,
        is_return=is_return,
        reason=fact.reason,
        amount_minor=fact.amount.minor,
        currency=fact.amount.currency,
        state=fact.state,
        opened_at=fact.at,
        changed_at=taken.deed.at,
    )
    session.add(row)
    session.flush()
    _record(session, taken, "card_dispute.seen", fact.ref, state=fact.state)
    return row


def _lose(session: Session, taken: Taken, fact: DisputeFact) -> None:
    """The money is gone for good: its invoices are open again. Once, when it was withdrawn."""
    withdrawn = -Money.total((amount for _, amount in fact.movements), fact.amount.currency)
    if withdrawn.is_positive and not _is_booked(session, fact.ref, "lost"):
        _take_from_receipt(session, taken, K.DISPUTE_LOST, fact.ref, withdrawn)


def _win_late(session: Session, taken: Taken, fact: DisputeFact) -> None:
    """Won by an appeal after it was lost: the payer's credit again, and a person applies it."""
    if _is_booked(session, fact.ref, "won_late"):
        return
    amount = _booked_amount(session, fact.ref, "lost", fact.amount)
    _book_once(session, taken, K.DISPUTE_WON_LATE, fact.ref, "won_late", amount)
    _case(session, taken, "dispute_won_late", fact.ref, amount)


def _take_from_receipt(session: Session, taken: Taken, kind: K, ref: str, amount: Money) -> bool:
    """Book money out of its receipt; whether invoices were opened for it.

    What the receipt no longer has stays on clearing, where its age shows, and is a case.
    """
    deed, receipt = taken.deed, taken.receipt
    wanted = Money(amount.minor if amount.currency == receipt.currency else 0, receipt.currency)
    there, is_opened = free(
        session, receipt_id=receipt.id, amount=wanted, reason=f"{kind} {ref}", deed=deed
    )
    if there.is_positive:
        effect = "requested" if kind is K.REFUND_REQUESTED else "lost"
        _book_once(session, taken, kind, ref, effect, there)
    if there != amount:
        _case(session, taken, "goes_back_beyond", ref, amount)
    return is_opened


def _book_once(
    session: Session, taken: Taken, kind: K, ref: str, effect: str, amount: Money
) -> None:
    if not amount.is_positive or _is_booked(session, ref, effect):
        return
    if amount.currency != taken.receipt.currency:
        _case(session, taken, "goes_back_beyond", ref, amount)
        return
    journal_id = book_going_back(
        session,
        kind,
        receipt_id=taken.receipt.id,
        amount=amount,
        source_id=uuid.uuid5(NAMES, ref),
        deed=taken.deed,
    )
    note(session, ref, effect, journal_id, customer_id=taken.payment.customer_id)
    _record(session, taken, f"receipt.{kind}", ref, amount=str(amount), journal=str(journal_id))


def _is_booked(session: Session, ref: str, effect: str) -> bool:
    return session.get(ProviderEffect, (PROVIDER, ref, effect)) is not None


def _booked_amount(session: Session, ref: str, effect: str, like: Money) -> Money:
    """How much of it was booked then; nothing where it was not."""
    booked = session.get(ProviderEffect, (PROVIDER, ref, effect))
    if booked is None:
        return Money.zero(like.currency)
    return amount_of(session, booked.journal_id)


def _move(
    session: Session, taken: Taken, row: CardRefund | CardDispute, state: RefundState | DisputeState
) -> None:
    facts = {"from": row.state, "to": str(state)}
    row.state, row.changed_at = state, taken.deed.at
    session.flush()
    _record(session, taken, f"{row.__tablename__}.moved", row.ref, **facts)


def _case(session: Session, taken: Taken, kind: str, ref: str, amount: Money) -> None:
    open_case(session, kind, ref, payment=taken.payment, received=amount, deed=taken.deed)


def _record(session: Session, taken: Taken, action: str, ref: str, **facts: str) -> None:
    record(
        session,
        action,
        object_id=taken.payment.id,
        deed=taken.deed,
        facts={"ref": ref, **facts},
    )
