"""What the provider says becomes ours: attempts, money, states. Booked once, whoever tells it.

The caller holds the locks of the customer and the payment.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.deed import SYSTEM_ID, Deed
from foundation.money import Money
from foundation.outbox import enqueue
from payments.basket.actions import take_out
from payments.card.card_testing import is_tried_out, note_decline
from payments.card.cases import open_case
from payments.card.facts import ChargeFact, CheckoutFact
from payments.card.models import (
    SETTLED,
    CardAttempt,
    CardPayment,
    CardPaymentItem,
    CardPaymentState,
    ProviderEffect,
)
from payments.card.moves import Closing, move, touch
from payments.card.news import announce_receipt, tell_of_debit
from payments.card.underway import open_pages
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.receipts import Received, receive_card
from receivables.models import ReceiptMethod, Standing
from receivables.queries.customers import standing_of_customer

PROVIDER = "stripe"
CLOSE_TOPIC = "card.close_page"
AHEAD = dt.timedelta(hours=1)  # of everything that waits: each second lets more cards be tried
BANK_ASKS_PAYER = "authentication_required"
S = CardPaymentState


def apply_fact(
    session: Session,
    payment: CardPayment,
    fact: CheckoutFact,
    *,
    deed: Deed,
    closing: Closing | None,
) -> None:
    """Bring the payment to what the provider says now; nothing to change changes nothing booked.

    `closing` says why we asked for the page to be closed, if we did.
    """
    deed = replace(deed, subject_id=payment.customer_id)
    payment.session_ref = fact.session_ref
    payment.page_url = fact.page_url if fact.status == "open" else None
    payment.method = fact.method or payment.method
    for charge in fact.attempts:
        note_attempt(session, payment, charge, deed)
    if fact.charge and fact.charge.is_paid:
        settle(session, payment, fact.charge, deed)
        return
    if fact.asked != payment.amount:  # not the page we asked for: nobody is sent there
        payment.page_url = None
        open_case(
            session, "amount_differs", fact.session_ref, payment=payment, received=None, deed=deed
        )
    new = _unpaid_state(fact, closing)
    if new == payment.state or payment.state in SETTLED:
        touch(payment, deed.at, checks=_looks(payment, deed))
    else:
        is_ours = closing is Closing.TRIED_OUT and new is S.EXPIRED
        move(session, payment, new, deed=deed, reason=closing if is_ours else None)
        if payment.method == ReceiptMethod.BANK_DEBIT:
            _debit_moved(session, payment, deed)


def _debit_moved(session: Session, payment: CardPayment, deed: Deed) -> None:
    """A debit on its way for days leaves the basket, so that nobody pays twice from there."""
    tell_of_debit(session, payment, deed)
    if payment.state == S.PROCESSING:
        invoice_ids = session.scalars(
            sa.select(CardPaymentItem.invoice_id).where(
                CardPaymentItem.card_payment_id == payment.id
            )
        ).all()
        _take_out(session, payment, invoice_ids, deed)


def _looks(payment: CardPayment, deed: Deed) -> int:
    """Our own looks become rarer; a person who asks does not put the next one off."""
    return payment.checks + (deed.actor_id == SYSTEM_ID)


def _unpaid_state(fact: CheckoutFact, closing: Closing | None) -> CardPaymentState:
    if fact.is_processing:
        return S.PROCESSING
    if fact.status == "open":
        return S.AWAITING_PAYER
    # Expired, or complete and the bank said no later: the page takes no other card.
    return S.CANCELED if closing is Closing.GIVEN_UP else S.EXPIRED


def note_attempt(session: Session, payment: CardPayment, charge: ChargeFact, deed: Deed) -> None:
    """Keep one try of the payer; a declined one counts against the limits of card testing."""
    payment.decline_code = charge.decline_code
    if session.get(CardAttempt, charge.charge_ref):
        return
    session.execute(
        sa.insert(CardAttempt)
        .inline()
        .values(
            charge_ref=charge.charge_ref,
            card_payment_id=payment.id,
            customer_id=payment.customer_id,
            is_paid=charge.is_paid,
            decline_code=charge.decline_code,
            brand=charge.brand,
            last_four=charge.last_four,
            at=charge.at,
        )
    )
    # A bank that only wants to hear from the payer has not declined the card.
    is_declined = not charge.is_paid and charge.decline_code != BANK_ASKS_PAYER
    if is_declined and charge.method == ReceiptMethod.CARD:
        _note_decline(session, payment, deed)


def _note_decline(session: Session, payment: CardPayment, deed: Deed) -> None:
    """Count it; when that was one too many, ask for every open page of the account to be closed."""
    whose = payment.customer_id
    note_decline(session, customer_id=whose, address=payment.address, at=deed.at)
    if not is_tried_out(session, customer_id=whose, at=deed.at):
        return
    for payment_id in open_pages(session, customer_id=whose):
        key = f"{CLOSE_TOPIC}:{payment_id}"
        enqueue(
            session,
            CLOSE_TOPIC,
            {"payment_id": str(payment_id)},
            deed=deed,
            dedupe_key=key,
            not_before=deed.at - AHEAD,
        )


def settle(session: Session, payment: CardPayment, charge: ChargeFact, deed: Deed) -> None:
    """Book money that was taken, once for each charge.

    Money for a payment that is already paid is the customer's credit, and a case; money that is
    not what we asked for goes to suspense, and is a case; else it pays the payment's invoices, or
    waits for a person where the customer's standing says so.
    """
    booked = session.get(ProviderEffect, (PROVIDER, charge.charge_ref, "charge"))
    if booked or payment.receipt_id:
        if not booked:
            _receive(session, payment, charge, deed, customer_id=payment.customer_id)
            _open_case_of(session, "paid_twice", payment, charge, deed)
        touch(payment, deed.at, checks=_looks(payment, deed))
        return
    fits = charge.received == payment.amount
    customer_id = payment.customer_id if fits else None
    receipt_id = _receive(session, payment, charge, deed, customer_id=customer_id)
    if fits:
        _set_against(session, payment, charge, receipt_id, deed)
        announce_receipt(session, payment, receipt_id, deed)
    else:
        _open_case_of(session, "amount_differs", payment, charge, deed)
    after_all = "the provider took the money after all" if payment.state in SETTLED else None
    new = S.SUCCEEDED if fits else S.REVIEW
    move(session, payment, new, deed=deed, reason=after_all, receipt_id=receipt_id)


def _set_against(
    session: Session,
    payment: CardPayment,
    charge: ChargeFact,
    receipt_id: uuid.UUID,
    deed: Deed,
) -> None:
    """Let the money pay what it was meant for; by the customer's standing it waits for a person."""
    standing = standing_of_customer(session, customer_id=payment.customer_id)
    claims = _claims(session, payment)
    if standing == Standing.ACTIVE:
        allocate_up_to(
            session, receipt_id=receipt_id, claims=claims, operation_id=payment.id, deed=deed
        )
    else:
        _open_case_of(session, "waits_for_person", payment, charge, deed)
    _take_out(session, payment, [claim.invoice_id for claim in claims], deed)


def _receive(
    session: Session,
    payment: CardPayment,
    charge: ChargeFact,
    deed: Deed,
    *,
    customer_id: uuid.UUID | None,
) -> uuid.UUID:
    received = receive_card(
        session,
        ledger_id=payment.ledger_id,
        customer_id=customer_id,
        amount=charge.received,
        deed=deed,
        method=ReceiptMethod(charge.method),
    )
    note_effect(session, charge.charge_ref, received, customer_id=payment.customer_id)
    return received.receipt_id


def _open_case_of(
    session: Session, kind: str, payment: CardPayment, charge: ChargeFact, deed: Deed
) -> None:
    open_case(
        session,
        kind,
        charge.charge_ref,
        payment=payment,
        received=charge.received,
        deed=deed,
    )


def note_effect(
    session: Session, object_ref: str, received: Received, *, customer_id: uuid.UUID | None
) -> None:
    """Remember that this charge of the provider is booked; the key is unique."""
    note(session, object_ref, "charge", received.journal_id, customer_id=customer_id)


def note(
    session: Session,
    object_ref: str,
    effect: str,
    journal_id: uuid.UUID,
    *,
    customer_id: uuid.UUID | None,
) -> None:
    """Remember that this fact of the provider is booked; the key is unique."""
    session.execute(
        sa.insert(ProviderEffect)
        .inline()
        .values(
            provider=PROVIDER,
            object_ref=object_ref,
            effect=effect,
            customer_id=customer_id,
            journal_id=journal_id,
        )
    )


def _claims(session: Session, payment: CardPayment) -> list[Claim]:
    """What the payment is meant for, in its order."""
    items = session.scalars(
        sa.select(CardPaymentItem)
        .where(CardPaymentItem.card_payment_id == payment.id)
        .order_by(CardPaymentItem.position)
    ).all()
    return [
        Claim(invoice_id=item.invoice_id, amount=Money(item.amount_minor, item.currency))
        for item in items
    ]


def _take_out(
    session: Session, payment: CardPayment, invoice_ids: Sequence[uuid.UUID], deed: Deed
) -> None:
    """Out of the payer's basket; whoever holds a pay link has none."""
    if payment.contact_id:
        take_out(session, contact_id=payment.contact_id, invoice_ids=invoice_ids, deed=deed)
