"""What was charged for being late with an invoice, and what was open of it day by day."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from receivables.models import Account, Invoice, InvoiceKind, JournalLine
from receivables.queries.standing import SIGNED


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedFor:
    """The invoice that a late fee or interest was charged on."""

    id: uuid.UUID
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """An invoice or charge that is late, and whether a late fee stands for it."""

    id: uuid.UUID
    customer_id: uuid.UUID
    number: str
    due_on: dt.date
    currency: str
    has_late_fee: bool


def overdue_invoices(session: Session, *, due_by: dt.date) -> tuple[Overdue, ...]:
    """Invoices still open that were due by a day, the longest first; charges are none of them."""
    fee = sa.orm.aliased(Invoice)
    stands = sa.exists().where(
        fee.for_invoice_id == Invoice.id,
        fee.kind == InvoiceKind.LATE_FEE,
        fee.cancelled_minor == 0,
    )
    late = _late(stands, due_by).where(Invoice.kind == InvoiceKind.INVOICE)
    return tuple(Overdue(**row._mapping) for row in session.execute(late))


def lone_charges(session: Session, *, due_by: dt.date) -> tuple[Overdue, ...]:
    """Charges still open that were due by a day, though their invoice is settled by now."""
    invoice = sa.orm.aliased(Invoice)
    late = _late(sa.false(), due_by).join(invoice, invoice.id == Invoice.for_invoice_id)
    query = late.where(invoice.open_minor == 0)
    return tuple(Overdue(**row._mapping) for row in session.execute(query))


def _late(has_late_fee: sa.ColumnElement[bool], due_by: dt.date) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Invoice.id,
            Invoice.customer_id,
            Invoice.number,
            Invoice.due_on,
            Invoice.currency,
            has_late_fee.label("has_late_fee"),
        )
        .where(Invoice.open_minor > 0, Invoice.due_on <= due_by)
        .order_by(Invoice.due_on, Invoice.number)
    )


def charged_for(session: Session, *, charge_id: uuid.UUID) -> ChargedFor | None:
    """Of a charge; None of an invoice."""
    charge = sa.orm.aliased(Invoice)
    wanted = (
        sa.select(Invoice.id, Invoice.number)
        .join(charge, charge.for_invoice_id == Invoice.id)
        .where(charge.id == charge_id)
    )
    row = session.execute(wanted).one_or_none()
    return ChargedFor(id=row.id, number=row.number) if row else None


def has_late_fee(session: Session, invoice_id: uuid.UUID) -> bool:
    """Whether a late fee stands for the invoice: charged, and not cancelled."""
    standing = _standing(invoice_id, InvoiceKind.LATE_FEE)
    return bool(session.scalar(sa.select(standing.exists())))


def charged_until(session: Session, invoice_id: uuid.UUID) -> dt.date | None:
    """The last day for which interest on the invoice stands."""
    standing = _standing(invoice_id, InvoiceKind.INTEREST).subquery()
    last: dt.date | None = session.scalar(sa.select(sa.func.max(standing.c.interest_until)))
    return last


def open_changes(session: Session, invoice_id: uuid.UUID) -> list[tuple[dt.date, int]]:
    """What each booking day changed in what is open of an invoice, in minor units."""
    days = (
        sa.select(JournalLine.booked_on, sa.func.sum(SIGNED))
        .where(JournalLine.invoice_id == invoice_id, JournalLine.account == Account.RECEIVABLE)
        .group_by(JournalLine.booked_on)
        .order_by(JournalLine.booked_on)
    )
    return [(on, int(minor)) for on, minor in session.execute(days)]


def _standing(invoice_id: uuid.UUID, kind: InvoiceKind) -> sa.Select[dt.date | None]:
    return sa.select(Invoice.interest_until).where(
        Invoice.for_invoice_id == invoice_id,
        Invoice.kind == kind,
        Invoice.cancelled_minor == 0,
    )
