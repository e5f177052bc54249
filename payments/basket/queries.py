"""What a contact is about to pay: a group for each ledger and currency, each paid by itself."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from payments.basket.models import BasketItem
from payments.card.queries import CardPaymentRow
from payments.card.underway import being_paid_of, in_the_way
from receivables.discounts import Offer
from receivables.queries.invoices import InvoiceRow, invoices_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """One invoice in the basket.

    `amount` is what the contact means to pay, never more than `still_open`; `was_reduced` tells
    that it meant more before somebody paid; `underway` is what card payments that may yet go
    through intend to pay. `offer` is the discount that a payment today earns, `lost_discount` the
    last day of one that it comes too late for.
    """

    invoice_id: uuid.UUID
    kind: str  # of models.InvoiceKind
    number: str
    due_on: dt.date
    days_overdue: int
    still_open: Money
    amount: Money
    was_reduced: bool
    underway: Money
    offer: Offer | None
    lost_discount: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketGroup:
    """What one payment can settle: invoices of one ledger in one currency."""

    ledger_id: uuid.UUID
    ledger_name: str
    currency: str
    items: tuple[BasketLine, ...]
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidMeanwhile:
    """An invoice in the basket that nobody needs to pay any more."""

    invoice_id: uuid.UUID
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """A contact's basket, what of it was paid since it was put there, and what may be yet.

    `held_by` are the contact's own payments: nothing of theirs is paid again while they may still
    go through. `underway` are other people's: paying beside them may pay twice.
    """

    groups: tuple[BasketGroup, ...]
    paid_meanwhile: tuple[PaidMeanwhile, ...]
    held_by: tuple[CardPaymentRow, ...]
    underway: tuple[CardPaymentRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a list of invoices tells beside them."""

    in_basket: frozenset[uuid.UUID]
    being_paid: frozenset[uuid.UUID]  # ordered, and the bank has not answered yet


def basket_of(
    session: Session, *, contact_id: uuid.UUID, customer_id: uuid.UUID, on: dt.date
) -> Basket:
    """The basket as of now, longest due first."""
    chosen = sa.select(BasketItem.invoice_id, BasketItem.amount_minor).where(
        BasketItem.contact_id == contact_id, BasketItem.customer_id == customer_id
    )
    wanted = {row.invoice_id: row.amount_minor for row in session.execute(chosen)}
    if not wanted:
        return Basket(groups=(), paid_meanwhile=(), held_by=(), underway=())
    rows = invoices_by_id(session, customer_id=customer_id, invoice_ids=list(wanted), on=on)
    payable = sorted((row for row in rows if row.still_open.is_positive), key=_order)
    ids = {row.id for row in payable}
    others = [
        payment
        for payment in in_the_way(session, contact_id=contact_id, customer_id=customer_id)
        if ids & payment.amounts.keys()
    ]
    underway = sum((Counter(payment.amounts) for payment in others), Counter[uuid.UUID]())
    return Basket(
        groups=tuple(
            _group(key, [_line(row, wanted[row.id], underway[row.id]) for row in members])
            for key, members in groupby(payable, key=lambda row: _order(row)[:3])
        ),
        paid_meanwhile=tuple(
            PaidMeanwhile(invoice_id=row.id, number=row.number)
            for row in rows
            if row.still_open.is_zero
        ),
        held_by=tuple(payment.row for payment in others if payment.is_own),
        underway=tuple(payment.row for payment in others if not payment.is_own),
    )


def basket_count(session: Session, *, contact_id: uuid.UUID) -> int:
    """How many invoices lie in a contact's basket."""
    held = sa.select(sa.func.count()).where(BasketItem.contact_id == contact_id)
    return session.scalars(held).one()


def marks_of(session: Session, *, contact_id: uuid.UUID, customer_id: uuid.UUID) -> Marks:
    """What lies in a contact's basket, and what of the customer's invoices is being paid."""
    paying = being_paid_of(customer_id).subquery()
    held = sa.union_all(
        sa.select(BasketItem.invoice_id, sa.true()).where(BasketItem.contact_id == contact_id),
        sa.select(paying.c.invoice_id, sa.false()),
    )
    rows = session.execute(held).all()
    return Marks(
        in_basket=frozenset(invoice_id for invoice_id, is_held in rows if is_held),
        being_paid=frozenset(invoice_id for invoice_id, is_held in rows if not is_held),
    )


def _order(row: InvoiceRow) -> tuple[str, uuid.UUID, str, dt.date, str]:
    return row.ledger_name, row.ledger_id, row.total.currency, row.due_on, row.number


def _group(key: tuple[str, uuid.UUID, str], items: list[BasketLine]) -> BasketGroup:
    ledger_name, ledger_id, currency = key
    return BasketGroup(
        ledger_id=ledger_id,
        ledger_name=ledger_name,
        currency=currency,
        items=tuple(items),
        total=Money.total((item.amount for item in items), currency),
    )


def _line(row: InvoiceRow, meant_minor: int, underway_minor: int) -> BasketLine:
    meant = Money(meant_minor, row.total.currency)
    return BasketLine(
        invoice_id=row.id,
        kind=row.kind,
        number=row.number,
        due_on=row.due_on,
        days_overdue=row.days_overdue,
        still_open=row.still_open,
        amount=min(meant, row.still_open),
        was_reduced=meant > row.still_open,
        underway=Money(underway_minor, row.total.currency),
        offer=row.offer,
        lost_discount=None if row.offer else row.discount_until,
    )
