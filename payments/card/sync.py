"""Bring our payment to what the provider says, whoever asks: return, webhook, janitor, button."""

import datetime as dt
import uuid
from dataclasses import replace

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from payments.card.apply import settle
from payments.card.bringing import Brought, Seen, already_charged, bring, look, see
from payments.card.errors import GatewayUnreachable
from payments.card.facts import ChargeFact, CheckoutFact
from payments.card.gateway import Gateway
from payments.card.models import CardPayment, CardPaymentState
from payments.card.moves import Closing


def sync_payment(
    transaction: TransactionFactory, gateway: Gateway, *, payment_id: uuid.UUID, deed: Deed
) -> CardPaymentState:
    """Ask the provider about a payment and apply the answer; the state it is in then.

    Safe to call at any time, by anybody, at once. Raises PaymentUnknown.
    """
    return _synced(transaction, gateway, payment_id, deed).state


def sync_for_sure(
    transaction: TransactionFactory, gateway: Gateway, *, payment_id: uuid.UUID, deed: Deed
) -> None:
    """Like sync_payment, but raises GatewayUnreachable while the provider gives no sure answer.

    For whoever can ask again later and must not forget to.
    """
    if not _synced(transaction, gateway, payment_id, deed).is_sure:
        raise GatewayUnreachable(f"no sure answer about payment {payment_id}")


def abandon_payment(
    transaction: TransactionFactory, gateway: Gateway, *, payment_id: uuid.UUID, deed: Deed
) -> CardPaymentState:
    """Ask the provider to close the page; if it was paid meanwhile, that is booked instead."""
    return _closed(transaction, gateway, payment_id, deed, Closing.GIVEN_UP).state


def close_tried_out(
    transaction: TransactionFactory, gateway: Gateway, *, payment_id: uuid.UUID, deed: Deed
) -> None:
    """Close a page of an account on which too many cards were declined.

    Raises GatewayUnreachable while the provider gives no sure answer.
    """
    if not _closed(transaction, gateway, payment_id, deed, Closing.TRIED_OUT).is_sure:
        raise GatewayUnreachable(f"no sure answer about payment {payment_id}")


def _synced(
    transaction: TransactionFactory, gateway: Gateway, payment_id: uuid.UUID, deed: Deed
) -> Brought:
    def ask(seen: Seen) -> CheckoutFact | None:
        return _ended(gateway, seen, look(gateway, seen, deed.at), deed.at)

    return bring(transaction, gateway, payment_id, ask, deed, closing=None)


def _ended(
    gateway: Gateway, seen: Seen, fact: CheckoutFact | None, now: dt.datetime
) -> CheckoutFact | None:
    """A charge of a saved method that was declined, or never confirmed, can take nothing any more.

    A page ends by itself; an intent without one waits for ever, so we end it.
    """
    if fact is None or not seen.wish.saved:
        return fact
    is_over = fact.status == "open" and now > seen.wish.expires_at
    ends = fact.status == "declined" or is_over
    return gateway.expire_checkout(fact.session_ref) if ends else fact


def confirm_payment(
    transaction: TransactionFactory, gateway: Gateway, *, payment_id: uuid.UUID, deed: Deed
) -> CardPaymentState:
    """Try a saved method again with its payer there, whom the bank wants to hear from.

    The same charge is confirmed, never a second one begun; where the bank asks, the payment then
    has a page. Only somebody who is there may call it. Raises PaymentUnknown.
    """

    def ask(seen: Seen) -> CheckoutFact | None:
        found = _ended(gateway, seen, look(gateway, seen, deed.at), deed.at)
        is_ours = seen.wish.saved is not None and seen.wish.saved.is_usable
        if not (is_ours and found and found.status == "open" and not found.page_url):
            return found
        key = f"op:{payment_id}:confirm:{seen.version}"
        confirmed = gateway.confirm_charge(seen.wish, found.session_ref, key=key)
        return _ended(gateway, seen, confirmed, deed.at)

    return bring(transaction, gateway, payment_id, ask, deed, closing=None).state


def _closed(
    transaction: TransactionFactory,
    gateway: Gateway,
    payment_id: uuid.UUID,
    deed: Deed,
    closing: Closing,
) -> Brought:
    def ask(seen: Seen) -> CheckoutFact | None:
        found = _without_charging(gateway, seen, deed.at)
        is_open = found is not None and found.status in ("open", "declined")
        return gateway.expire_checkout(found.session_ref) if found and is_open else found

    return bring(transaction, gateway, payment_id, ask, deed, closing=closing)


def _without_charging(gateway: Gateway, seen: Seen, now: dt.datetime) -> CheckoutFact | None:
    """What the provider has, asked for by whoever wants no more: that must not be what charges."""
    if seen.wish.saved is None or seen.session_ref:
        return look(gateway, seen, now)
    return already_charged(gateway, seen)


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
    seen = see(transaction, payment_id)
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
