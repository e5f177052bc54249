"""One round of asking the provider about a payment and applying what it says.

Never a transaction open while the provider thinks: read what we have, ask, apply under the lock
unless somebody was faster, and then ask again.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import logs
from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.secrets_at_rest import reveal
from payments.card.apply import apply_fact
from payments.card.cases import open_case
from payments.card.errors import GatewayRefused, GatewayUnreachable, PaymentUnknown
from payments.card.facts import CheckoutFact, CheckoutWish, SavedRef
from payments.card.gateway import Gateway
from payments.card.models import (
    MOVES,
    PAID,
    CardAttempt,
    CardPayment,
    CardPaymentItem,
    CardPaymentState,
)
from payments.card.moves import Closing, move, touch
from payments.card.saved_queries import saved_ref

S = CardPaymentState
STALE_MAX = 8  # how often somebody else may be faster before we leave it to them
_log = logs.logger(__name__)
KEY_LIFE = dt.timedelta(hours=23)  # the provider forgets a key after 24 hours: never sent again


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A payment as it was when we asked about it."""

    payment_id: uuid.UUID
    customer_id: uuid.UUID
    state: CardPaymentState
    version: int
    session_ref: str | None
    attempts: frozenset[str]  # the tries we know of, by the charge's name
    created_at: dt.datetime
    wish: CheckoutWish


@dataclass(frozen=True, slots=True)
class Brought:
    """Where asking led to, and whether the provider's answer was a sure one."""

    state: CardPaymentState
    _: KW_ONLY
    is_sure: bool


Ask = Callable[[Seen], CheckoutFact | None]


def bring(
    transaction: TransactionFactory,
    gateway: Gateway,
    payment_id: uuid.UUID,
    ask: Ask,
    deed: Deed,
    *,
    closing: Closing | None,
) -> Brought:
    """Ask and apply until an answer fits what we have. Raises PaymentUnknown.

    `closing` says why we ask for the page to be closed, if we do.
    """
    for _ in range(STALE_MAX):
        seen = see(transaction, payment_id)
        if seen.state in PAID:
            return Brought(seen.state, is_sure=True)
        try:
            fact = _whole(gateway, seen, ask(seen))
        except (GatewayUnreachable, GatewayRefused):  # refused: it denies a page it has named
            brought = _note_doubt(transaction, seen, deed)
        else:
            brought = _write(transaction, seen, fact, deed, closing=closing)
        if brought is not None:
            return brought
    return Brought(see(transaction, payment_id).state, is_sure=False)


def _whole(gateway: Gateway, seen: Seen, fact: CheckoutFact | None) -> CheckoutFact | None:
    """The fact with every try before the latest, where that one is news to us.

    Only limits need them: where they cannot be had, what is certain is applied all the same.
    """
    if fact is None or fact.charge is None or fact.charge.charge_ref in seen.attempts:
        return fact
    try:
        return replace(fact, earlier=gateway.attempts_before(fact))
    except (GatewayUnreachable, GatewayRefused):
        _log.warning("card.attempts_unread", payment_id=str(seen.payment_id))
        return fact


def look(gateway: Gateway, seen: Seen, now: dt.datetime) -> CheckoutFact | None:
    """What the provider has of this payment; None when it never made a page for it.

    Without a page's name the same wish is sent under the same key: that yields the page that was
    made, or makes it now. Only when the key is too old, or keeps an error for an answer, do we
    look through the provider's list; once the page's time is over, that list is the last word.
    """
    if seen.session_ref:
        return gateway.fetch_checkout(seen.session_ref)
    is_old = now - seen.created_at > KEY_LIFE
    # Nobody's saved method is charged long after they pressed: from then on the list is asked.
    is_late = seen.wish.saved is not None and now > seen.wish.expires_at
    if seen.state is S.REFUSED or is_old or is_late:
        return listed(gateway, seen)
    if seen.wish.saved is not None and not seen.wish.saved.is_usable:
        return already_charged(gateway, seen)
    try:
        opened = gateway.open_checkout(seen.wish)
        # What is kept under the key is as old as its first sending: after a doubt we look anew.
        return opened if seen.state is S.SUBMITTING else gateway.fetch_checkout(opened.session_ref)
    except GatewayRefused:
        return listed(gateway, seen)
    except GatewayUnreachable as doubt:
        if not doubt.has_answered and now <= seen.wish.expires_at:
            raise
        return listed(gateway, seen)


def already_charged(gateway: Gateway, seen: Seen) -> CheckoutFact | None:
    """The charge of a saved method, asked for by whoever must not be what charges it.

    The order to charge may still be on its way, so that finding nothing is no answer: raises
    GatewayUnreachable.
    """
    found = listed(gateway, seen)
    if found is None and seen.state in (S.SUBMITTING, S.UNKNOWN):
        raise GatewayUnreachable("the saved method may still be charged")
    return found


def listed(gateway: Gateway, seen: Seen) -> CheckoutFact | None:
    """What the provider's lists have of this payment."""
    if seen.wish.saved:
        return gateway.find_charge(seen.wish, since=seen.created_at)
    return gateway.find_checkout(seen.payment_id, since=seen.created_at)


@retried
def see(transaction: TransactionFactory, payment_id: uuid.UUID) -> Seen:
    """The payment as we have it now. Raises PaymentUnknown."""
    documents = sa.select(sa.func.count()).where(CardPaymentItem.card_payment_id == payment_id)
    tries = sa.select(sa.func.array_agg(CardAttempt.charge_ref)).where(
        CardAttempt.card_payment_id == payment_id
    )
    wanted = sa.select(CardPayment, documents.scalar_subquery(), tries.scalar_subquery()).where(
        CardPayment.id == payment_id
    )
    with transaction() as session:
        found = session.execute(wanted).one_or_none()
        if found is None:
            raise PaymentUnknown(payment_id)
        payment, count, attempts = found
        saved = saved_ref(session, payment.saved_method_id) if payment.saved_method_id else None
        return_url = _return_url(session, payment)
    return Seen(
        payment_id=payment.id,
        customer_id=payment.customer_id,
        state=CardPaymentState(payment.state),
        version=payment.version,
        session_ref=payment.session_ref,
        attempts=frozenset(attempts or ()),
        created_at=payment.created_at,
        wish=_wish(payment, return_url, count, saved),
    )


def _return_url(session: Session, payment: CardPayment) -> str:
    """Where the payer comes back to; a pay link's token is put in only here, for the provider."""
    if payment.return_token is None:
        return payment.return_url
    column = CardPayment.return_token
    token = reveal(session, payment.return_token, column=column, row_key=payment.id)
    return payment.return_url.replace("{token}", token)


def _wish(
    payment: CardPayment, return_url: str, documents: int, saved: SavedRef | None
) -> CheckoutWish:
    return CheckoutWish(
        payment_id=payment.id,
        ledger_id=payment.ledger_id,
        amount=payment.amount,
        documents=documents,
        language=payment.language,
        return_url=return_url,
        expires_at=payment.expires_at,
        saved=saved,
    )


@retried
def _write(
    transaction: TransactionFactory,
    seen: Seen,
    fact: CheckoutFact | None,
    deed: Deed,
    *,
    closing: Closing | None,
) -> Brought | None:
    """Apply an answer to the very version it was asked for; None when somebody was faster."""
    locks = {"customer": [seen.customer_id], "card_payment": [seen.payment_id]}
    with transaction(lock=locks) as session:
        payment = session.get_one(CardPayment, seen.payment_id)
        if payment.version != seen.version:
            return None
        if fact is not None:
            apply_fact(session, payment, fact, deed=deed, closing=closing)
        elif payment.state in (S.SUBMITTING, S.UNKNOWN):
            _never_made(session, payment, deed)
        return Brought(CardPaymentState(payment.state), is_sure=True)


def _never_made(session: Session, payment: CardPayment, deed: Deed) -> None:
    if deed.at - payment.created_at > KEY_LIFE:
        open_case(
            session, "answer_missing", str(payment.id), payment=payment, received=None, deed=deed
        )
    move(session, payment, S.REFUSED, deed=deed)


@retried
def _note_doubt(transaction: TransactionFactory, seen: Seen, deed: Deed) -> Brought | None:
    locks = {"customer": [seen.customer_id], "card_payment": [seen.payment_id]}
    with transaction(lock=locks) as session:
        payment = session.get_one(CardPayment, seen.payment_id)
        if payment.version != seen.version:
            return None
        if S.UNKNOWN in MOVES[CardPaymentState(payment.state)]:
            move(session, payment, S.UNKNOWN, deed=deed)
        else:  # a page we know of is asked about again soon: the pauses are for clear answers
            touch(payment, deed.at, checks=0 if payment.session_ref else payment.checks + 1)
        return Brought(CardPaymentState(payment.state), is_sure=False)
