"""Card payments that are not settled: what nobody should pay twice, what may yet be closed."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from payments.card.models import UNDERWAY, CardPayment, CardPaymentItem
from payments.card.models import CardPaymentState as S
from payments.card.queries import CardPaymentRow, payers_of, row_of
from receivables.models import Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """A payment by which a contact might pay twice: its minor units by invoice.

    `is_own`: while it may still go through, this contact starts no other for these invoices.
    """

    row: CardPaymentRow
    amounts: dict[uuid.UUID, int]
    is_own: bool


def underway(session: Session, *, customer_id: uuid.UUID) -> tuple[CardPaymentRow, ...]:
    """Payments that are not settled yet: shown to colleagues, so that nobody pays twice."""
    wanted = (
        sa.select(CardPayment)
        .where(CardPayment.customer_id == customer_id, CardPayment.state.in_(UNDERWAY))
        .order_by(CardPayment.created_at, CardPayment.id)
    )
    payments = session.scalars(wanted).all()
    names = payers_of(session, payments)
    return tuple(row_of(payment, names) for payment in payments)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeingPaid:
    """Invoices that running payments pay: how much, what is open on them, how many they are."""

    amount: Money
    still_open: Money
    count: int


def in_the_way(
    session: Session, *, contact_id: uuid.UUID, customer_id: uuid.UUID
) -> tuple[InTheWay, ...]:
    """Payments by which the contact might pay twice, oldest first.

    An own page that only waits for a card is none: paying again closes it first.
    """
    wanted = (
        sa.select(CardPayment, CardPaymentItem.invoice_id, CardPaymentItem.amount_minor)
        .join(CardPaymentItem, CardPaymentItem.card_payment_id == CardPayment.id)
        .where(
            CardPayment.customer_id == customer_id,
            CardPayment.state.in_(UNDERWAY),
            sa.or_(
                CardPayment.contact_id.is_distinct_from(contact_id),
                CardPayment.state != S.AWAITING_PAYER,
            ),
        )
        .order_by(CardPayment.created_at, CardPayment.id)
    )
    found: dict[CardPayment, dict[uuid.UUID, int]] = {}
    for payment, invoice_id, minor in session.execute(wanted):
        found.setdefault(payment, {})[invoice_id] = minor
    names = payers_of(session, list(found))
    return tuple(
        InTheWay(
            row=row_of(payment, names),
            amounts=amounts,
            is_own=payment.contact_id == contact_id,
        )
        for payment, amounts in found.items()
    )


def own_underway(
    session: Session, *, payer_id: uuid.UUID, invoice_ids: Sequence[uuid.UUID]
) -> tuple[uuid.UUID, ...]:
    """Unsettled payments of this contact or pay link that want any of these invoices."""
    wanted = (
        sa.select(CardPayment.id)
        .join(CardPaymentItem, CardPaymentItem.card_payment_id == CardPayment.id)
        .where(
            sa.or_(CardPayment.contact_id == payer_id, CardPayment.pay_link_id == payer_id),
            CardPayment.state.in_(UNDERWAY),
            CardPaymentItem.invoice_id.in_(invoice_ids),
        )
        .distinct()
        .order_by(CardPayment.id)
    )
    return tuple(session.scalars(wanted))


def underway_of_link(session: Session, *, pay_link_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Unsettled payments that were begun by this pay link."""
    wanted = sa.select(CardPayment.id).where(
        CardPayment.pay_link_id == pay_link_id, CardPayment.state.in_(UNDERWAY)
    )
    return tuple(session.scalars(wanted.order_by(CardPayment.id)))


def open_pages(session: Session, *, customer_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """The customer's payments whose page waits for a card."""
    wanted = sa.select(CardPayment.id).where(
        CardPayment.customer_id == customer_id,
        CardPayment.state == S.AWAITING_PAYER,
    )
    return tuple(session.scalars(wanted.order_by(CardPayment.id)))


def on_their_way(
    session: Session, *, customer_id: uuid.UUID, invoice_id: uuid.UUID
) -> tuple[CardPaymentRow, ...]:
    """Payments of this invoice that somebody has ordered and whose bank has not answered yet."""
    wanted = (
        sa.select(CardPayment)
        .join(CardPaymentItem, CardPaymentItem.card_payment_id == CardPayment.id)
        .where(
            CardPayment.customer_id == customer_id,
            CardPayment.state == S.PROCESSING,
            CardPaymentItem.invoice_id == invoice_id,
        )
        .order_by(CardPayment.created_at, CardPayment.id)
    )
    payments = session.scalars(wanted).all()
    names = payers_of(session, payments)
    return tuple(row_of(payment, names) for payment in payments)


def overdue_being_paid(
    session: Session, *, customer_id: uuid.UUID, on: dt.date
) -> dict[str, BeingPaid]:
    """What of the overdue has been ordered and waits for its bank, by currency."""
    ordered = (
        sa.select(
            CardPaymentItem.invoice_id, sa.func.sum(CardPaymentItem.amount_minor).label("minor")
        )
        .join(CardPayment, CardPaymentItem.card_payment_id == CardPayment.id)
        .where(CardPayment.customer_id == customer_id, CardPayment.state == S.PROCESSING)
        .group_by(CardPaymentItem.invoice_id)
        .subquery()
    )
    wanted = (
        sa.select(
            Invoice.currency,
            sa.func.sum(sa.func.least(ordered.c.minor, Invoice.open_minor)),
            sa.func.sum(Invoice.open_minor),
            sa.func.count(),
        )
        .join(ordered, ordered.c.invoice_id == Invoice.id)
        .where(Invoice.customer_id == customer_id, Invoice.open_minor > 0, Invoice.due_on < on)
        .group_by(Invoice.currency)
    )
    return {
        code: BeingPaid(
            amount=Money(int(amount), code), still_open=Money(int(left), code), count=count
        )
        for code, amount, left, count in session.execute(wanted)
    }


def being_paid_of(customer_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    """The invoices of which a payment has been ordered and its bank has not answered yet."""
    return (
        sa.select(CardPaymentItem.invoice_id)
        .join(CardPayment, CardPaymentItem.card_payment_id == CardPayment.id)
        .where(CardPayment.customer_id == customer_id, CardPayment.state == S.PROCESSING)
    )
