"""Ask what became of a charge, and apply it: for messages, the sweep, and whoever wants to know.

Only our own processes do this, never the customers' face: undoing what an invoice was paid with is
none of its rights.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from payments.card.apply import PROVIDER
from payments.card.apply_afterwards import apply_afterwards
from payments.card.errors import GatewayUnreachable, PaymentUnknown
from payments.card.facts import AfterwardsFact
from payments.card.gateway import Gateway
from payments.card.models import CardAttempt, CardPayment, ProviderEffect
from payments.card.sync import sync_for_sure
from receivables.actions.going_back import customers_of
from receivables.models import Journal, Receipt

TRIES_MAX = 4  # how often somebody may settle another customer's invoice while we wait for locks


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A charge that is in our books, and whose rows applying its news may touch."""

    receipt_id: uuid.UUID
    payment_id: uuid.UUID
    customers: frozenset[uuid.UUID]


def sync_charge(
    transaction: TransactionFactory, gateway: Gateway, *, charge_ref: str, deed: Deed
) -> None:
    """Bring what we know of a charge's refunds and disputes to what the provider says now.

    Safe at any time, by anybody, at once. News of a charge that is not booked yet book it first; a
    charge that names no payment of ours changes nothing. Raises GatewayUnreachable.
    """
    fact = gateway.fetch_afterwards(charge_ref)
    if fact.payment_id is None or not fact.charge.is_paid:
        return
    try:
        sync_for_sure(transaction, gateway, payment_id=fact.payment_id, deed=deed)
    except PaymentUnknown:
        return  # the message of its page books it, as money nobody knows
    for _ in range(TRIES_MAX):
        booked = _booked(transaction, fact)
        if booked is None or _write(transaction, booked, fact, deed):
            return
    raise GatewayUnreachable(f"charge {charge_ref} was always changed by somebody else")


@retried
def _booked(transaction: TransactionFactory, fact: AfterwardsFact) -> Booked | None:
    with transaction() as session:
        receipt_id = session.scalar(
            sa.select(Receipt.id)
            .join(Journal, Journal.source_id == Receipt.id)
            .join(ProviderEffect, ProviderEffect.journal_id == Journal.id)
            .where(
                ProviderEffect.provider == PROVIDER,
                ProviderEffect.object_ref == fact.charge.charge_ref,
                ProviderEffect.effect == "charge",
            )
        )
        tried = sa.select(CardAttempt.card_payment_id).where(
            CardAttempt.charge_ref == fact.charge.charge_ref
        )
        payment = session.get(CardPayment, session.scalar(tried) or fact.payment_id)
        if receipt_id is None or payment is None:
            return None
        return Booked(
            receipt_id=receipt_id,
            payment_id=payment.id,
            customers=_touched(session, receipt_id, payment.customer_id),
        )


def _touched(
    session: Session, receipt_id: uuid.UUID, customer_id: uuid.UUID
) -> frozenset[uuid.UUID]:
    return customers_of(session, receipt_id) | {customer_id}


@retried
def _write(
    transaction: TransactionFactory, booked: Booked, fact: AfterwardsFact, deed: Deed
) -> bool:
    """Apply it under the locks; False when its money settles somebody else's invoices by now."""
    locks: dict[str, Collection[uuid.UUID]] = {
        "customer": sorted(booked.customers),
        "card_payment": [booked.payment_id],
    }
    with transaction(lock=locks) as session:
        payment = session.get_one(CardPayment, booked.payment_id)
        if _touched(session, booked.receipt_id, payment.customer_id) - booked.customers:
            return False
        receipt = session.get_one(Receipt, booked.receipt_id)
        on_account = replace(deed, subject_id=payment.customer_id)
        apply_afterwards(session, receipt, payment, fact, deed=on_account)
        return True
