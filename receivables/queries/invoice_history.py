"""What happened to an invoice, one event after another."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.models import (
    Account,
    Allocation,
    CreditNote,
    Invoice,
    InvoiceKind,
    Journal,
    JournalLine,
    Receipt,
    Side,
)
from receivables.queries.invoices import InvoiceRow

# What makes an invoice less without money or a credit note.
CODED: Final = (
    Account.DISCOUNT,
    Account.WRITE_OFF,
    Account.TOLERANCE,
    Account.FX_DIFFERENCE,
    Account.LATE_CHARGES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceEvent:
    """Something that happened to an invoice: issued, paid, credited, or one of both taken back.

    `kind` is "issued", "paid", "reversed", "credited", "credit_reversed", "late_fee_charged" or
    "interest_charged" (on it: the charge is named), or the kind of the coded journal that made it
    less: a discount, write-off, tolerance or rate difference, each with its opposite, and
    "charge_cancelled".
    """

    on: dt.date
    kind: str
    amount: Money
    receipt_id: uuid.UUID | None = None
    receipt_number: str | None = None
    credit_note_id: uuid.UUID | None = None
    credit_note_number: str | None = None
    charge_id: uuid.UUID | None = None
    charge_number: str | None = None


def history_of(session: Session, invoice: InvoiceRow) -> tuple[InvoiceEvent, ...]:
    """Every event, by its booking day."""
    issued = InvoiceEvent(on=invoice.issued_on, kind="issued", amount=invoice.total)
    events = [
        *_allocations(session, invoice),
        *_coded(session, invoice),
        *_charges(session, invoice),
    ]
    return (issued, *sorted(events, key=lambda event: event.on))


def _allocations(session: Session, invoice: InvoiceRow) -> Iterator[InvoiceEvent]:
    moved = (
        sa.select(Allocation, Receipt.number, CreditNote.number, Journal.booked_on)
        .outerjoin(Receipt, Receipt.id == Allocation.receipt_id)
        .outerjoin(CreditNote, CreditNote.id == Allocation.credit_note_id)
        .join(Journal, Journal.id == Allocation.journal_id)
        .where(Allocation.invoice_id == invoice.id)
        .order_by(Allocation.created_at, Allocation.id)
    )
    for allocation, receipt_number, credit_note_number, booked_on in session.execute(moved):
        yield InvoiceEvent(
            on=booked_on,
            kind=_kind(allocation),
            amount=Money(allocation.amount_minor, allocation.currency),
            receipt_id=allocation.receipt_id,
            receipt_number=receipt_number,
            credit_note_id=allocation.credit_note_id,
            credit_note_number=credit_note_number,
        )


def _coded(session: Session, invoice: InvoiceRow) -> Iterator[InvoiceEvent]:
    """What a coded journal took off, or put back; a charge's own issue is none of them."""
    lines = (
        sa.select(JournalLine.booked_on, Journal.kind, JournalLine.amount_minor)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .where(
            JournalLine.invoice_id == invoice.id,
            JournalLine.account.in_(CODED),
            sa.or_(JournalLine.account != Account.LATE_CHARGES, JournalLine.side == Side.DEBIT),
        )
        .order_by(JournalLine.booked_on, JournalLine.side.desc())
    )
    for on, kind, minor in session.execute(lines):
        yield InvoiceEvent(on=on, kind=kind, amount=Money(minor, invoice.total.currency))


def _charges(session: Session, invoice: InvoiceRow) -> Iterator[InvoiceEvent]:
    """Late fees and interest charged on it, each a document of its own."""
    if invoice.kind != InvoiceKind.INVOICE:
        return
    charges = (
        sa.select(Invoice.id, Invoice.number, Invoice.kind, Invoice.issued_on, Invoice.total_minor)
        .where(Invoice.for_invoice_id == invoice.id)
        .order_by(Invoice.issued_on, Invoice.number)
    )
    for row in session.execute(charges):
        yield InvoiceEvent(
            on=row.issued_on,
            kind=f"{row.kind}_charged",
            amount=Money(row.total_minor, invoice.total.currency),
            charge_id=row.id,
            charge_number=row.number,
        )


def _kind(allocation: Allocation) -> str:
    is_undone = allocation.reverses_id is not None
    if allocation.credit_note_id is None:
        return "reversed" if is_undone else "paid"
    return "credit_reversed" if is_undone else "credited"
