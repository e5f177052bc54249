"""Invoices of one customer: the list a person works through. One whole: invoice_detail.py."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Key, Page, day_key, each_row, id_key, page_of
from receivables.discounts import Offer
from receivables.models import Invoice, Ledger
from receivables.queries.discounts import CREDITED, offer_of

DUE_SOON_DAYS = 7
SEARCH_LENGTH_MAX = 64
SORTS: dict[str, Key] = {
    "due": day_key(Invoice.due_on),
    "issued": day_key(Invoice.issued_on),
    "number": Key(Invoice.number_key, str),
    "open": Key(Invoice.open_minor, int),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """What a person wants to see; unknown values fall back to the first of their kind."""

    state: str = "open"
    currency: str | None = None
    search: str = ""
    sort: str = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """One invoice in a list. `days_overdue` is negative while it is not yet due.

    `kind` is one of models.InvoiceKind; `state` is open, part_paid, paid, written_off or cancelled.
    """

    id: uuid.UUID
    kind: str
    number: str
    purchase_order: str | None
    issued_on: dt.date
    due_on: dt.date
    total: Money
    still_open: Money
    days_overdue: int
    state: str
    ledger_id: uuid.UUID
    ledger_name: str
    discount: Money | None  # what was promised for early payment, as issued
    discount_until: dt.date | None
    offer: Offer | None  # what of it can be earned on the day
    written_off: Money

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is left to pay."""
        return self.still_open.is_zero


def invoice_page(
    session: Session, *, customer_id: uuid.UUID, wanted: InvoiceFilter, on: dt.date, cut: Cut
) -> Page[InvoiceRow]:
    """One page of the customer's invoices that fit the filter."""
    return page_of(
        session,
        invoice_rows(customer_id).where(*_conditions(wanted, on)),
        keys=(_key(wanted), id_key(Invoice.id)),
        is_descending=wanted.sort.startswith("-"),
        cut=cut,
        build=lambda row: invoice_row(row, on),
    )


def every_invoice(
    session: Session, *, customer_id: uuid.UUID, wanted: InvoiceFilter, on: dt.date, most: int
) -> Iterator[InvoiceRow]:
    """The same list whole, in the same order, but no more than `most`; read as it is asked for."""
    query = invoice_rows(customer_id).where(*_conditions(wanted, on)).limit(most)
    order = (_key(wanted).column, Invoice.id)
    is_descending = wanted.sort.startswith("-")
    ordered = query.order_by(*(one.desc() if is_descending else one for one in order))
    for row in each_row(session, ordered):
        yield invoice_row(row, on)


def _key(wanted: InvoiceFilter) -> Key:
    return SORTS.get(wanted.sort.removeprefix("-"), SORTS["due"])


def due_soon(
    session: Session, *, customer_id: uuid.UUID, on: dt.date, limit: int = 3
) -> tuple[InvoiceRow, ...]:
    """The next open invoices to fall due, soonest first; overdue ones are not among them."""
    query = (
        invoice_rows(customer_id)
        .where(Invoice.open_minor > 0, Invoice.due_on >= on)
        .order_by(Invoice.due_on, Invoice.id)
        .limit(limit)
    )
    return tuple(invoice_row(row, on) for row in session.execute(query))


def owner_of_invoice(
    session: Session, customer_ids: Collection[uuid.UUID], *, invoice_id: uuid.UUID
) -> uuid.UUID | None:
    """Which of these customers the invoice belongs to, if any."""
    own = sa.select(Invoice.customer_id).where(Invoice.customer_id.in_(customer_ids))
    return session.scalars(own.where(Invoice.id == invoice_id)).one_or_none()


def invoice_rows(customer_id: uuid.UUID) -> sa.Select[*tuple[Any, ...]]:
    """What `invoice_row` reads, of every invoice of the customer."""
    return (
        sa.select(
            Invoice.id,
            Invoice.kind,
            Invoice.number,
            Invoice.purchase_order,
            Invoice.issued_on,
            Invoice.due_on,
            Invoice.currency,
            Invoice.total_minor,
            Invoice.open_minor,
            Invoice.ledger_id,
            Invoice.discount_minor,
            Invoice.discount_until,
            Invoice.written_off_minor,
            Invoice.cancelled_minor,
            CREDITED,
            Ledger.name.label("ledger_name"),
        )
        .join(Ledger, Ledger.id == Invoice.ledger_id)
        .where(Invoice.customer_id == customer_id)
    )


def _conditions(wanted: InvoiceFilter, on: dt.date) -> list[sa.ColumnElement[bool]]:
    by_state: dict[str, list[sa.ColumnElement[bool]]] = {
        "open": [Invoice.open_minor > 0],
        "overdue": [Invoice.open_minor > 0, Invoice.due_on < on],
        "due_soon": [
            Invoice.open_minor > 0,
            Invoice.due_on.between(on, on + dt.timedelta(days=DUE_SOON_DAYS)),
        ],
        "not_due": [Invoice.open_minor > 0, Invoice.due_on >= on],
        "paid": [Invoice.open_minor == 0],
        "all": [],
    }
    conditions = by_state.get(wanted.state, by_state["open"])
    if wanted.currency:
        conditions = [*conditions, Invoice.currency == wanted.currency]
    return [*conditions, *_search(wanted.search)]


def _search(text: str) -> list[sa.ColumnElement[bool]]:
    """Beginnings of the number, of its digits, or of the purchase order.

    By comparison, not LIKE: under row-level security only such operators may use the index.
    """
    key = "".join(filter(str.isalnum, text[:SEARCH_LENGTH_MAX])).upper()
    if not key:
        return [sa.false()] if text.strip() else []
    digits = key.lstrip("0")
    places = [_begins(Invoice.number_key, key)]
    places.append(_begins(Invoice.purchase_key, key))
    if digits.isdecimal():
        places.append(_begins(Invoice.number_digits, digits))
    return [sa.or_(*places)]


def _begins(column: sa.SQLColumnExpression[str], text: str) -> sa.ColumnElement[bool]:
    """Two comparisons: BETWEEN takes no collated bound."""
    return sa.and_(column >= text, column <= text + "\U0010ffff")


def invoice_row(row: sa.Row[*tuple[Any, ...]], on: dt.date) -> InvoiceRow:
    """One of those rows as of a day."""
    values = row._mapping
    currency, total, still_open = values["currency"], values["total_minor"], values["open_minor"]
    return InvoiceRow(
        id=values["id"],
        kind=values["kind"],
        number=values["number"],
        purchase_order=values["purchase_order"],
        issued_on=values["issued_on"],
        due_on=values["due_on"],
        total=Money(total, currency),
        still_open=Money(still_open, currency),
        days_overdue=(on - values["due_on"]).days,
        state=_state(row),
        ledger_id=values["ledger_id"],
        ledger_name=values["ledger_name"],
        discount=Money(row.discount_minor, currency) if row.discount_minor else None,
        discount_until=row.discount_until,
        offer=offer_of(row, on),
        written_off=Money(row.written_off_minor, currency),
    )


def _state(row: Any) -> str:
    """What closed an invoice last is not asked: given up counts before paid."""
    if row.open_minor:
        return "open" if row.open_minor == row.total_minor else "part_paid"
    if row.cancelled_minor:
        return "cancelled"
    return "written_off" if row.written_off_minor else "paid"


def invoices_by_id(
    session: Session, *, customer_id: uuid.UUID, invoice_ids: Sequence[uuid.UUID], on: dt.date
) -> tuple[InvoiceRow, ...]:
    """These invoices of the customer by due day; those of other customers are left out."""
    wanted = invoice_rows(customer_id).where(Invoice.id.in_(invoice_ids))
    ordered = wanted.order_by(Invoice.due_on, Invoice.number, Invoice.id)
    return tuple(invoice_row(row, on) for row in session.execute(ordered))
