"""The provider's inbox: stored first, worked later, by asking for the object itself anew.

Neither the order nor the number of messages matters: each one only makes us look.
"""

import uuid
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.outbox import enqueue
from payments.card.apply import PROVIDER, note_effect
from payments.card.cases import open_case
from payments.card.errors import PaymentUnknown
from payments.card.facts import CheckoutFact, EventFact
from payments.card.gateway import Gateway
from payments.card.models import (
    PAID,
    SETTLED,
    CardAttempt,
    CardPayment,
    ProviderEffect,
    ProviderEvent,
)
from payments.card.readings import uuid_of
from payments.card.saved_calls import INTENT_PREFIX
from payments.card.saving import note_detached, sync_setup_for_sure
from payments.card.sync import sync_for_sure, sync_other_page
from payments.card.sync_afterwards import sync_charge
from payments.card.without_refs import without_refs
from receivables.actions.receipts import receive_card
from receivables.models import ReceiptMethod
from receivables.queries.customers import ledger_or_first

TOPIC = "card.event"
# Messages about whether a page was paid: no news of a payment that is. Others are kept and need no
# work.
ABOUT_PAYING = (
    "checkout.session.",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.canceled",
    "charge.succeeded",
    "charge.failed",
)
# Messages about a method that is being saved, or that the provider let go of.
ABOUT_SAVING = ("checkout.session.", "setup_intent.succeeded")
DETACHED = "payment_method.detached"
# Messages about what became of money afterwards: they name the charge, not the payment.
ABOUT_AFTERWARDS = ("charge.dispute.", "charge.refund", "refund.")
FAILURES = frozenset({"charge.failed", "payment_intent.payment_failed"})
SESSION_PREFIX = "cs_"
# Built once: a burst of messages is a burst of these.
_STORE = insert(ProviderEvent).on_conflict_do_nothing().inline()
_ABOUT = ProviderEvent.payload["data"]["object"]
_TOLD = (
    sa.select(
        ProviderEvent.type,
        ProviderEvent.object_ref,
        ProviderEvent.payment_id,
        ProviderEvent.done_at,
        _ABOUT["metadata"]["setup"].astext.label("about_setup"),
        _ABOUT["object"].astext.label("about_object"),
        _ABOUT["charge"].astext.label("about_charge"),
        CardPayment.state,
        CardPayment.session_ref,
        sa.exists(
            sa.select(CardAttempt.charge_ref).where(
                CardAttempt.charge_ref.in_(
                    [ProviderEvent.object_ref, _ABOUT["latest_charge"].astext]
                ),
                CardAttempt.card_payment_id == ProviderEvent.payment_id,
            )
        ).label("is_known"),
    )
    .outerjoin(CardPayment, CardPayment.id == ProviderEvent.payment_id)
    .where(ProviderEvent.id == sa.bindparam("event_id"))
)
_DONE = (
    sa.update(ProviderEvent)
    .where(ProviderEvent.id == sa.bindparam("event_id"))
    .values(done_at=sa.bindparam("at"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One stored message: the payment of ours it names, and the page it is about, if any."""

    payment_id: uuid.UUID | None
    page: str | None
    is_done: bool
    charge_ref: str | None = None
    intent: str | None = None  # a charge of a saved method has no page
    setup_id: uuid.UUID | None = None
    detached: str | None = None  # the digest of a method


def store_event(session: Session, event: EventFact, *, deed: Deed) -> None:
    """Keep a signed message and ask for its work; one that came before changes nothing."""
    row = {
        "id": event.event_id,
        "type": event.type,
        "object_ref": without_refs(event.object_ref),
        "payment_id": event.payment_id,
        "payload": without_refs(event.payload),
        "received_at": deed.at,
        "done_at": None if _is_telling(event) else deed.at,
    }
    session.connection().execute(_STORE, row)
    if _is_telling(event):
        key = f"{TOPIC}:{event.event_id}"
        enqueue(session, TOPIC, {"event_id": event.event_id}, deed=deed, dedupe_key=key)


def _is_telling(event: EventFact) -> bool:
    if event.type.startswith(ABOUT_AFTERWARDS):
        return event.charge_ref is not None
    if event.type == DETACHED:
        return True
    if event.setup_id is not None and event.type.startswith(ABOUT_SAVING):
        return True
    return event.payment_id is not None and event.type.startswith(ABOUT_PAYING)


def work_event(
    transaction: TransactionFactory, gateway: Gateway, *, event_id: str, deed: Deed
) -> None:
    """Do what a stored message asks for; safe to run again, and at the same time."""
    told = _told(transaction, event_id, deed)
    if told.is_done:
        return
    if told.charge_ref:
        sync_charge(transaction, gateway, charge_ref=told.charge_ref, deed=deed)
    elif told.setup_id:
        sync_setup_for_sure(transaction, gateway, method_id=told.setup_id, deed=deed)
    elif told.detached:
        note_detached(transaction, digest=told.detached, deed=deed)
    elif told.payment_id:
        _work_payment(transaction, gateway, told, told.payment_id, deed)
    with transaction() as session:
        _finish(session, event_id, deed)


def _work_payment(
    transaction: TransactionFactory,
    gateway: Gateway,
    told: Told,
    payment_id: uuid.UUID,
    deed: Deed,
) -> None:
    try:
        sync_for_sure(transaction, gateway, payment_id=payment_id, deed=deed)
        if told.page:
            sync_other_page(
                transaction,
                gateway,
                payment_id=payment_id,
                session_ref=told.page,
                deed=deed,
            )
    except PaymentUnknown:
        if named := told.page or told.intent:
            _book_stray(transaction, gateway.fetch_checkout(named), deed)


@retried
def _told(transaction: TransactionFactory, event_id: str, deed: Deed) -> Told:
    """What the message says; of a payment that is paid by that very page it is no news."""
    with transaction() as session:
        row = session.execute(_TOLD, {"event_id": event_id}).one()
        page = _named(row, SESSION_PREFIX)
        is_news = not (_is_paid_by(row, page) or _is_known_failure(row))
        if row.done_at is None and not is_news:
            _finish(session, event_id, deed)
    is_done = row.done_at is not None or not is_news
    return Told(
        payment_id=row.payment_id,
        page=page,
        is_done=is_done,
        charge_ref=_charge_of(row),
        intent=_named(row, INTENT_PREFIX),
        setup_id=uuid_of(row.about_setup),
        detached=row.object_ref if row.type == DETACHED else None,
    )


def _named(row: sa.Row[*tuple[Any, ...]], prefix: str) -> str | None:
    """What the message is about, if its name says that it is of that kind."""
    return row.object_ref if (row.object_ref or "").startswith(prefix) else None


def _charge_of(row: sa.Row[*tuple[Any, ...]]) -> str | None:
    """The charge of a message about what became of its money; its name was checked on arrival."""
    if not row.type.startswith(ABOUT_AFTERWARDS):
        return None
    is_charge = row.type.startswith("charge.refund") and row.about_object == "charge"
    named = row.object_ref if is_charge else row.about_charge
    return str(named)


def _is_paid_by(row: sa.Row[*tuple[Any, ...]], page: str | None) -> bool:
    """Whether the payment is paid, by the very page the message is about if it is about one."""
    is_about_paying = row.type.startswith(ABOUT_PAYING) and page in (None, row.session_ref)
    return row.state in PAID and is_about_paying


def _is_known_failure(row: sa.Row[*tuple[Any, ...]]) -> bool:
    """Whether it tells of a declined try that we know, or of a payment that ended unpaid.

    Many come at once when somebody tries cards; asking for each would keep everybody waiting.
    """
    return row.type in FAILURES and (row.is_known or row.state in SETTLED)


def _finish(session: Session, event_id: str, deed: Deed) -> None:
    session.connection().execute(_DONE, {"event_id": event_id, "at": deed.at})


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
            method=ReceiptMethod(charge.method),
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
