"""Invoices of one customer: the list a person works through, and one invoice whole."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Key, Page, day_key, id_key, page_of
from receivables.models import Allocation, Invoice, InvoiceLine, Ledger, Receipt

DUE_SOON_DAYS = 7
SEARCH_LENGTH_MAX = 64
STATES = ("open", "overdue", "due_soon", "paid", "all")
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
    """One invoice in a list. `days_overdue` is negative while it is not yet due."""

    id: uuid.UUID
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


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDetailLine:
    """One line as printed; gross = net + tax."""

    position: int
    description: str
    quantity: str
    unit: str
    net: Money
    tax: Money
    gross: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceEvent:
    """Something that happened to an invoice: "issued", "paid" or "reversed"."""

    on: dt.date
    kind: str
    amount: Money
    receipt_id: uuid.UUID | None
    receipt_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDetail:
    """One invoice whole."""

    row: InvoiceRow
    lines: tuple[InvoiceDetailLine, ...]
    net: Money
    tax: Money
    history: tuple[InvoiceEvent, ...]


def invoice_page(
    session: Session, *, customer_id: uuid.UUID, wanted: InvoiceFilter, on: dt.date, cut: Cut
) -> Page[InvoiceRow]:
    """One page of the customer's invoices that fit the filter."""
    name = wanted.sort.removeprefix("-")
    key = SORTS.get(name, SORTS["due"])
    query = _rows(customer_id).where(*_conditions(wanted, on))
    return page_of(
        session,
        query,
        keys=(key, id_key(Invoice.id)),
        is_descending=wanted.sort.startswith("-"),
        cut=cut,
        build=lambda row: _row(row, on),
    )


def due_soon(
    session: Session, *, customer_id: uuid.UUID, on: dt.date, limit: int = 3
) -> tuple[InvoiceRow, ...]:
    """The next open invoices to fall due, soonest first; overdue ones are not among them."""
    query = (
        _rows(customer_id)
        .where(Invoice.open_minor > 0, Invoice.due_on >= on)
        .order_by(Invoice.due_on, Invoice.id)
        .limit(limit)
    )
    return tuple(_row(row, on) for row in session.execute(query))


def invoice_of(
    session: Session, *, customer_id: uuid.UUID, invoice_id: uuid.UUID, on: dt.date
) -> InvoiceDetail | None:
    """The invoice, if it belongs to this customer. Another customer's is as good as absent."""
    found = session.execute(_rows(customer_id).where(Invoice.id == invoice_id)).one_or_none()
    if found is None:
        return None
    row = _row(found, on)
    lines = _lines(session, invoice_id, row.total.currency)
    return InvoiceDetail(
        row=row,
        lines=lines,
        net=Money.total((line.net for line in lines), row.total.currency),
        tax=Money.total((line.tax for line in lines), row.total.currency),
        history=_history(session, row),
    )


def owner_of_invoice(
    session: Session, customer_ids: Collection[uuid.UUID], *, invoice_id: uuid.UUID
) -> uuid.UUID | None:
    """Which of these customers the invoice belongs to, if any."""
    own = sa.select(Invoice.customer_id).where(Invoice.customer_id.in_(customer_ids))
    return session.scalars(own.where(Invoice.id == invoice_id)).one_or_none()


def _rows(customer_id: uuid.UUID) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Invoice.id,
            Invoice.number,
            Invoice.purchase_order,
            Invoice.issued_on,
            Invoice.due_on,
            Invoice.currency,
            Invoice.total_minor,
            Invoice.open_minor,
            Invoice.ledger_id,
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


def _row(row: sa.Row[*tuple[Any, ...]], on: dt.date) -> InvoiceRow:
    values = row._mapping
    currency, total, still_open = values["currency"], values["total_minor"], values["open_minor"]
    is_part = 0 < still_open < total
    return InvoiceRow(
        id=values["id"],
        number=values["number"],
        purchase_order=values["purchase_order"],
        issued_on=values["issued_on"],
        due_on=values["due_on"],
        total=Money(total, currency),
        still_open=Money(still_open, currency),
        days_overdue=(on - values["due_on"]).days,
        state="paid" if still_open == 0 else "part_paid" if is_part else "open",
        ledger_id=values["ledger_id"],
        ledger_name=values["ledger_name"],
    )


def _lines(session: Session, invoice_id: uuid.UUID, currency: str) -> tuple[InvoiceDetailLine, ...]:
    wanted = sa.select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id)
    return tuple(
        InvoiceDetailLine(
            position=line.position,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            net=Money(line.net_minor, currency),
            tax=Money(line.tax_minor, currency),
            gross=Money(line.net_minor + line.tax_minor, currency),
        )
        for line in session.scalars(wanted.order_by(InvoiceLine.position))
    )


def _history(session: Session, invoice: InvoiceRow) -> tuple[InvoiceEvent, ...]:
    issued = InvoiceEvent(
        on=invoice.issued_on,
        kind="issued",
        amount=invoice.total,
        receipt_id=None,
        receipt_number=None,
    )
    moved = (
        sa.select(Allocation, Receipt.number, Receipt.received_on)
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .where(Allocation.invoice_id == invoice.id)
        .order_by(Allocation.created_at, Allocation.id)
    )
    return (
        issued,
        *(
            InvoiceEvent(
                on=received_on if allocation.reverses_id is None else allocation.created_at.date(),
                kind="paid" if allocation.reverses_id is None else "reversed",
                amount=Money(allocation.amount_minor, allocation.currency),
                receipt_id=allocation.receipt_id,
                receipt_number=number,
            )
            for allocation, number, received_on in session.execute(moved)
        ),
    )


def invoices_by_id(
    session: Session, *, customer_id: uuid.UUID, invoice_ids: Sequence[uuid.UUID], on: dt.date
) -> tuple[InvoiceRow, ...]:
    """These invoices of the customer by due day; those of other customers are left out."""
    wanted = _rows(customer_id).where(Invoice.id.in_(invoice_ids))
    ordered = wanted.order_by(Invoice.due_on, Invoice.number, Invoice.id)
    return tuple(_row(row, on) for row in session.execute(ordered))
