"""The provider's inbox: stored first, worked later, by asking for the object itself anew.

Neither the order nor the number of messages matters: each one only makes us look.
"""

import uuid
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.outbox import enqueue
from payments.card.apply import PROVIDER, note_effect, open_case
from payments.card.errors import PaymentUnknown
from payments.card.facts import CheckoutFact, EventFact
from payments.card.gateway import Gateway
from payments.card.models import ProviderEffect, ProviderEvent
from payments.card.sync import sync_for_sure, sync_other_page
from receivables.actions.receipts import receive_card
from receivables.queries.customers import ledger_or_first

TOPIC = "card.event"
# Messages that can change what we know of a payment; others are kept and need no work.
TELLING = (
    "checkout.session.",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.canceled",
    "charge.succeeded",
    "charge.failed",
)
SESSION_PREFIX = "cs_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One stored message: about which object, and which payment of ours it names."""

    event_id: str
    object_ref: str | None
    payment_id: uuid.UUID | None
    is_done: bool


def store_event(session: Session, event: EventFact, *, deed: Deed) -> None:
    """Keep a signed message and ask for its work; one that came before changes nothing."""
    session.execute(
        insert(ProviderEvent)
        .values(
            id=event.event_id,
            type=event.type,
            object_ref=event.object_ref,
            payment_id=event.payment_id,
            payload=event.payload,
            received_at=deed.at,
            done_at=None if _is_telling(event) else deed.at,
        )
        .on_conflict_do_nothing()
        .inline()
    )
    if _is_telling(event):
        key = f"{TOPIC}:{event.event_id}"
        enqueue(session, TOPIC, {"event_id": event.event_id}, deed=deed, dedupe_key=key)


def _is_telling(event: EventFact) -> bool:
    return event.payment_id is not None and event.type.startswith(TELLING)


def work_event(
    transaction: TransactionFactory, gateway: Gateway, *, event_id: str, deed: Deed
) -> None:
    """Do what a stored message asks for; safe to run again, and at the same time."""
    told = _told(transaction, event_id)
    if told.is_done or told.payment_id is None:
        return
    page = told.object_ref if (told.object_ref or "").startswith(SESSION_PREFIX) else None
    try:
        sync_for_sure(transaction, gateway, payment_id=told.payment_id, deed=deed)
        if page:
            sync_other_page(
                transaction, gateway, payment_id=told.payment_id, session_ref=page, deed=deed
            )
    except PaymentUnknown:
        if page:
            _book_stray(transaction, gateway.fetch_checkout(page), deed)
    _finish(transaction, event_id, deed)


@retried
def _told(transaction: TransactionFactory, event_id: str) -> Told:
    with transaction() as session:
        event = session.get_one(ProviderEvent, event_id)
        return Told(
            event_id=event.id,
            object_ref=event.object_ref,
            payment_id=event.payment_id,
            is_done=event.done_at is not None,
        )


@retried
def _finish(transaction: TransactionFactory, event_id: str, deed: Deed) -> None:
    with transaction() as session:
        session.execute(
            sa.update(ProviderEvent).where(ProviderEvent.id == event_id).values(done_at=deed.at)
        )


@retried
def _book_stray(transaction: TransactionFactory, fact: CheckoutFact, deed: Deed) -> None:
    """Money for a payment of ours that we no longer know (books older than the provider's).

    It is never lost: it enters suspense, once, and a case names it.
    """
    charge = fact.charge
    if charge is None or not charge.is_paid:
        return
    with transaction() as session:
        if session.get(ProviderEffect, (PROVIDER, charge.charge_ref, "charge")):
            return
        received = receive_card(
            session,
            ledger_id=ledger_or_first(session, fact.ledger_id),
            customer_id=None,
            amount=charge.received,
            deed=replace(deed, subject_id=None),
        )
        note_effect(session, charge.charge_ref, received, customer_id=None)
        open_case(
            session,
            "payment_missing",
            charge.charge_ref,
            payment=None,
            received=charge.received,
            deed=deed,
        )
