"""Sending a pay link and paying by one, as procedures: each try is counted first."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from foundation.database import TransactionFactory
from foundation.deed import PAY_LINK_ID, Deed
from foundation.limits import Limit
from payments.basket.errors import AmountExceedsOpen, InvoiceNotPayable
from payments.card.checkout import PaymentOrder, Started, start_payment
from payments.card.errors import EarlierPaymentUnsettled, EarlierPaymentWentThrough
from payments.card.gateway import Gateway
from payments.card.leaving import close_pages
from payments.card.underway import underway_of_link
from payments.links.actions import link_of_press, make_pay_link
from payments.links.errors import PayLinkChanged, PayLinkOver
from payments.links.queries import HeldLink, Standing, held_link
from payments.links.tokens import NamedLink
from people.attempts import key_of, spend_one
from people.emails import one_spelling

DAY = dt.timedelta(days=1)
BY_ACCOUNT = Limit("pay_link.account", 50, DAY)
BY_EMAIL = Limit("pay_link.email", 10, DAY)  # from whomever: nobody's mailbox is filled
# How often we ask the provider for the holder of one link: far more than anybody needs.
ASKS = Limit("pay_link.ask", 60, dt.timedelta(minutes=10))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPress:
    """One press of "Pay" on the page of a link. `shown` is what that page asked for."""

    operation_id: uuid.UUID
    shown: str
    language: str
    address: str
    return_url: Callable[[uuid.UUID], str]  # with "{token}" where the token goes
    return_token: str


def send_pay_link(
    transaction: TransactionFactory,
    *,
    operation_id: uuid.UUID,
    email: str,
    spoken: str,
    invoice_id: Collection[uuid.UUID],
    contact_id: uuid.UUID,
    deed: Deed,
) -> uuid.UUID:
    """Count the letter, then write it; the id of the link. Pressing twice writes one letter.

    Raises TooManyAttempts and what `make_pay_link` raises.
    """
    customer_id = deed.subject_id
    if customer_id is None:
        raise ValueError("a link is a customer's")
    with transaction(customer=customer_id) as session:
        known = link_of_press(
            session, operation_id=operation_id, customer_id=customer_id, contact_id=contact_id
        )
    if known:
        return known
    counted = ((BY_ACCOUNT, str(deed.subject_id)), (BY_EMAIL, key_of(one_spelling(email))))
    spend_one(transaction, counted, at=deed.at)
    with transaction(customer=customer_id, lock={"customer": [customer_id]}) as session:
        return make_pay_link(
            session,
            operation_id=operation_id,
            email=email,
            spoken=spoken,
            invoice_id=invoice_id,
            contact_id=contact_id,
            deed=deed,
        )


def pay_by_link(
    transaction: TransactionFactory,
    gateway: Gateway,
    *,
    named: NamedLink,
    press: LinkPress,
    deed: Deed,
) -> Started:
    """Open the provider's page for all that is open of the link. Pressing twice starts one payment.

    An earlier page of the same link is closed first. Raises PayLinkOver, PayLinkChanged where the
    page showed other amounts, TooManyAttempts, and what `start_payment` raises.
    """
    count_ask(transaction, named, deed)
    with transaction() as session:
        held = held_link(session, named, at=deed.at, on=deed.on)
    if held is None or held.standing is not Standing.OPEN:
        raise PayLinkOver(held.standing if held else "never ours")
    if held.shown != press.shown:
        raise PayLinkChanged(named.pay_link_id)
    acting = holder_deed(named, deed)
    try:
        return start_payment(transaction, gateway, order=_order(held, press), deed=acting)
    except (InvoiceNotPayable, AmountExceedsOpen) as paid:  # between the look and the lock
        raise PayLinkChanged(named.pay_link_id) from paid


def close_pages_of_link(
    transaction: TransactionFactory, gateway: Gateway, *, pay_link_id: uuid.UUID, deed: Deed
) -> None:
    """Close the pages that were opened by a link, so that nothing more is taken by it.

    Each is asked for, whatever became of those before. Raises EarlierPaymentUnsettled or
    EarlierPaymentWentThrough, of the first that is not closed; talks to the provider.
    """
    with transaction() as session:
        underway = underway_of_link(session, pay_link_id=pay_link_id)
    doubts: list[EarlierPaymentUnsettled | EarlierPaymentWentThrough] = []
    for payment_id in underway:
        try:
            close_pages(transaction, gateway, [payment_id], deed)
        except (EarlierPaymentUnsettled, EarlierPaymentWentThrough) as doubt:
            doubts.append(doubt)
    if doubts:
        raise doubts[0]


def count_ask(transaction: TransactionFactory, named: NamedLink, deed: Deed) -> None:
    """Note one question of the link's holder. Raises TooManyAttempts."""
    spend_one(transaction, [(ASKS, str(named.pay_link_id))], at=deed.at)


def holder_deed(named: NamedLink, deed: Deed) -> Deed:
    """An act of whoever holds the link, for the customer it belongs to."""
    return replace(deed, actor_id=PAY_LINK_ID, subject_id=named.customer_id)


def _order(held: HeldLink, press: LinkPress) -> PaymentOrder:
    return PaymentOrder(
        operation_id=uuid.uuid5(press.operation_id, str(held.id)),
        contact_id=None,
        pay_link_id=held.id,
        ledger_id=held.ledger_id,
        items=held.claims,
        language=press.language,
        address=press.address,
        return_url=press.return_url,
        return_token=press.return_token,
    )
