"""Bring our payment to what the provider says, whoever asks: return, webhook, janitor, button.

Never a transaction open while the provider thinks: read what we have, ask, apply under the lock
unless somebody was faster, and then ask again.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from payments.card.apply import apply_fact, open_case, settle
from payments.card.errors import GatewayRefused, GatewayUnreachable, PaymentUnknown
from payments.card.facts import ChargeFact, CheckoutFact, CheckoutWish
from payments.card.gateway import Gateway
from payments.card.models import MOVES, CardPayment, CardPaymentItem, CardPaymentState
from payments.card.moves import move, touch

S = CardPaymentState
STALE_MAX = 8  # how often somebody else may be faster before we leave it to them
KEY_LIFE = dt.timedelta(hours=23)  # the provider forgets a key after 24 hours: never sent again


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A payment as it was when we asked about it."""

    payment_id: uuid.UUID
    customer_id: uuid.UUID
    state: CardPaymentState
    version: int
    session_ref: str | None
    created_at: dt.datetime
    wish: CheckoutWish


@dataclass(frozen=True, slots=True)
class Brought:
    """Where asking led to, and whether the provider's answer was a sure one."""

    state: CardPaymentState
    _: KW_ONLY
    is_sure: bool


Ask = Callable[[Seen], CheckoutFact | None]


def sync_payment(
    transaction: TransactionFactory, gateway: Gateway, *, payment_id: uuid.UUID, deed: Deed
) -> CardPaymentState:
    """Ask the provider about a payment and apply the answer; the state it is in then.

    Safe to call at any time, by anybody, at once. Raises PaymentUnknown.
    """

    def ask(seen: Seen) -> CheckoutFact | None:
        return _look(gateway, seen, deed.at)

    return _bring(transaction, payment_id, ask, deed, is_given_up=False).state


def sync_for_sure(
    transaction: TransactionFactory, gateway: Gateway, *, payment_id: uuid.UUID, deed: Deed
) -> None:
    """Like sync_payment, but raises GatewayUnreachable while the provider gives no sure answer.

    For whoever can ask again later and must not forget to.
    """

    def ask(seen: Seen) -> CheckoutFact | None:
        return _look(gateway, seen, deed.at)

    if not _bring(transaction, payment_id, ask, deed, is_given_up=False).is_sure:
        raise GatewayUnreachable(f"no sure answer about payment {payment_id}")


def abandon_payment(
    transaction: TransactionFactory, gateway: Gateway, *, payment_id: uuid.UUID, deed: Deed
) -> CardPaymentState:
    """Ask the provider to close the page; if it was paid meanwhile, that is booked instead."""

    def ask(seen: Seen) -> CheckoutFact | None:
        found = _look(gateway, seen, deed.at)
        is_open = found is not None and found.status == "open"
        return gateway.expire_checkout(found.session_ref) if found and is_open else found

    return _bring(transaction, payment_id, ask, deed, is_given_up=True).state


def sync_other_page(
    transaction: TransactionFactory,
    gateway: Gateway,
    *,
    payment_id: uuid.UUID,
    session_ref: str,
    deed: Deed,
) -> None:
    """Book money that came by a page of this payment which is not the one we know it by.

    The provider made a second page, whatever the reason; money is never left unbooked.
    Raises PaymentUnknown.
    """
    seen = _see(transaction, payment_id)
    if session_ref == seen.session_ref:
        return
    fact = gateway.fetch_checkout(session_ref)
    if fact.charge and fact.charge.is_paid and fact.payment_id == payment_id:
        _settle_other(transaction, seen, session_ref, fact.charge, deed)


@retried
def _settle_other(
    transaction: TransactionFactory, seen: Seen, session_ref: str, charge: ChargeFact, deed: Deed
) -> None:
    locks = {"customer": [seen.customer_id], "card_payment": [seen.payment_id]}
    with transaction(lock=locks) as session:
        payment = session.get_one(CardPayment, seen.payment_id)
        if payment.receipt_id is None:  # paid by this page; the one known so far is now the other
            payment.session_ref = session_ref
        settle(session, payment, charge, replace(deed, subject_id=payment.customer_id))


def _bring(
    transaction: TransactionFactory,
    payment_id: uuid.UUID,
    ask: Ask,
    deed: Deed,
    *,
    is_given_up: bool,
) -> Brought:
    for _ in range(STALE_MAX):
        seen = _see(transaction, payment_id)
        if seen.state in (S.SUCCEEDED, S.REVIEW):
            return Brought(seen.state, is_sure=True)
        is_sure = True
        try:
            fact = ask(seen)
        except (GatewayUnreachable, GatewayRefused):  # refused: it denies a page it has named
            is_sure, state = False, _note_doubt(transaction, seen, deed)
        else:
            state = _write(transaction, seen, fact, deed, is_given_up=is_given_up)
        if state is not None:
            return Brought(state, is_sure=is_sure)
    return Brought(_see(transaction, payment_id).state, is_sure=False)


def _look(gateway: Gateway, seen: Seen, now: dt.datetime) -> CheckoutFact | None:
    """What the provider has of this payment; None when it never made a page for it.

    Without a page's name the same wish is sent under the same key: that yields the page that was
    made, or makes it now. Only when the key is too old, or keeps an error for an answer, do we
    look through the provider's list; once the page's time is over, that list is the last word.
    """
    if seen.session_ref:
        return gateway.fetch_checkout(seen.session_ref)
    if seen.state is S.REFUSED or now - seen.created_at > KEY_LIFE:
        return gateway.find_checkout(seen.payment_id, since=seen.created_at)
    try:
        opened = gateway.open_checkout(seen.wish)
        # What is kept under the key is as old as its first sending: after a doubt we look anew.
        return opened if seen.state is S.SUBMITTING else gateway.fetch_checkout(opened.session_ref)
    except GatewayRefused:
        return gateway.find_checkout(seen.payment_id, since=seen.created_at)
    except GatewayUnreachable as doubt:
        if not doubt.has_answered and now <= seen.wish.expires_at:
            raise
        return gateway.find_checkout(seen.payment_id, since=seen.created_at)


@retried
def _see(transaction: TransactionFactory, payment_id: uuid.UUID) -> Seen:
    documents = sa.select(sa.func.count()).where(CardPaymentItem.card_payment_id == payment_id)
    wanted = sa.select(CardPayment, documents.scalar_subquery()).where(CardPayment.id == payment_id)
    with transaction() as session:
        found = session.execute(wanted).one_or_none()
    if found is None:
        raise PaymentUnknown(payment_id)
    payment, count = found
    return Seen(
        payment_id=payment.id,
        customer_id=payment.customer_id,
        state=CardPaymentState(payment.state),
        version=payment.version,
        session_ref=payment.session_ref,
        created_at=payment.created_at,
        wish=_wish(payment, count),
    )


def _wish(payment: CardPayment, documents: int) -> CheckoutWish:
    return CheckoutWish(
        payment_id=payment.id,
        ledger_id=payment.ledger_id,
        amount=payment.amount,
        documents=documents,
        language=payment.language,
        return_url=payment.return_url,
        expires_at=payment.expires_at,
    )


@retried
def _write(
    transaction: TransactionFactory,
    seen: Seen,
    fact: CheckoutFact | None,
    deed: Deed,
    *,
    is_given_up: bool,
) -> CardPaymentState | None:
    """Apply an answer to the very version it was asked for; None when somebody was faster."""
    locks = {"customer": [seen.customer_id], "card_payment": [seen.payment_id]}
    with transaction(lock=locks) as session:
        payment = session.get_one(CardPayment, seen.payment_id)
        if payment.version != seen.version:
            return None
        if fact is not None:
            apply_fact(session, payment, fact, deed=deed, is_given_up=is_given_up)
        elif payment.state in (S.SUBMITTING, S.UNKNOWN):
            _never_made(session, payment, deed)
        return CardPaymentState(payment.state)


def _never_made(session: Session, payment: CardPayment, deed: Deed) -> None:
    if deed.at - payment.created_at > KEY_LIFE:
        open_case(
            session, "answer_missing", str(payment.id), payment=payment, received=None, deed=deed
        )
    move(session, payment, S.REFUSED, deed=deed)


@retried
def _note_doubt(transaction: TransactionFactory, seen: Seen, deed: Deed) -> CardPaymentState | None:
    locks = {"customer": [seen.customer_id], "card_payment": [seen.payment_id]}
    with transaction(lock=locks) as session:
        payment = session.get_one(CardPayment, seen.payment_id)
        if payment.version != seen.version:
            return None
        if S.UNKNOWN in MOVES[CardPaymentState(payment.state)]:
            move(session, payment, S.UNKNOWN, deed=deed)
        else:  # a page we know of is asked about again soon: the pauses are for clear answers
            touch(payment, deed.at, checks=0 if payment.session_ref else payment.checks + 1)
        return CardPaymentState(payment.state)
