"""One invoice whole: its lines and its history."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.models import (
    Account,
    Allocation,
    CreditNote,
    Invoice,
    InvoiceLine,
    Journal,
    JournalLine,
    Receipt,
    Side,
)
from receivables.queries.invoices import InvoiceRow, invoice_row, invoice_rows


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
    """Something that happened to an invoice: issued, paid, credited, or one of both taken back.

    `kind` is "issued", "paid", "reversed", "credited", "credit_reversed", "discounted" or
    "discount_reversed".
    """

    on: dt.date
    kind: str
    amount: Money
    receipt_id: uuid.UUID | None
    receipt_number: str | None
    credit_note_id: uuid.UUID | None = None
    credit_note_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDetail:
    """One invoice whole. What is not open any more was paid, credited, or discounted."""

    row: InvoiceRow
    lines: tuple[InvoiceDetailLine, ...]
    net: Money
    tax: Money
    history: tuple[InvoiceEvent, ...]
    paid: Money
    credited: Money
    discounted: Money


def invoice_of(
    session: Session, *, customer_id: uuid.UUID, invoice_id: uuid.UUID, on: dt.date
) -> InvoiceDetail | None:
    """The invoice, if it belongs to this customer. Another customer's is as good as absent."""
    found = session.execute(invoice_rows(customer_id).where(Invoice.id == invoice_id)).one_or_none()
    if found is None:
        return None
    row = invoice_row(found, on)
    lines = _lines(session, invoice_id, row.total.currency)
    history = _history(session, row)
    credited = _sum(history, ("credited", "credit_reversed"), row.total.currency)
    discounted = _sum(history, ("discounted", "discount_reversed"), row.total.currency)
    return InvoiceDetail(
        row=row,
        lines=lines,
        net=Money.total((line.net for line in lines), row.total.currency),
        tax=Money.total((line.tax for line in lines), row.total.currency),
        history=history,
        paid=row.total - row.still_open - credited - discounted,
        credited=credited,
        discounted=discounted,
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
        sa.select(Allocation, Receipt.number, CreditNote.number, Journal.booked_on)
        .outerjoin(Receipt, Receipt.id == Allocation.receipt_id)
        .outerjoin(CreditNote, CreditNote.id == Allocation.credit_note_id)
        .join(Journal, Journal.id == Allocation.journal_id)
        .where(Allocation.invoice_id == invoice.id)
        .order_by(Allocation.created_at, Allocation.id)
    )
    events = [
        *(
            InvoiceEvent(
                on=booked_on,
                kind=_kind(allocation),
                amount=Money(allocation.amount_minor, allocation.currency),
                receipt_id=allocation.receipt_id,
                receipt_number=receipt_number,
                credit_note_id=allocation.credit_note_id,
                credit_note_number=credit_note_number,
            )
            for allocation, receipt_number, credit_note_number, booked_on in session.execute(moved)
        ),
        *_discounts(session, invoice),
    ]
    return (issued, *sorted(events, key=lambda event: event.on))


def _discounts(session: Session, invoice: InvoiceRow) -> Iterator[InvoiceEvent]:
    """Discounts taken and given up; nothing is asked where none was promised."""
    if invoice.discount is None:
        return
    taken = (
        sa.select(JournalLine.booked_on, JournalLine.side, JournalLine.amount_minor)
        .where(JournalLine.invoice_id == invoice.id, JournalLine.account == Account.DISCOUNT)
        .order_by(JournalLine.booked_on, JournalLine.side.desc())
    )
    for on, side, minor in session.execute(taken):
        yield InvoiceEvent(
            on=on,
            kind="discounted" if side == Side.DEBIT else "discount_reversed",
            amount=Money(minor, invoice.total.currency),
            receipt_id=None,
            receipt_number=None,
        )


def _sum(history: Sequence[InvoiceEvent], kinds: tuple[str, str], currency: str) -> Money:
    """What events of the first kind come to, less those of the second."""
    signs = dict(zip(kinds, (1, -1), strict=True))
    changes = (event.amount * signs[event.kind] for event in history if event.kind in signs)
    return Money.total(changes, currency)


def _kind(allocation: Allocation) -> str:
    is_undone = allocation.reverses_id is not None
    if allocation.credit_note_id is None:
        return "reversed" if is_undone else "paid"
    return "credit_reversed" if is_undone else "credited"
