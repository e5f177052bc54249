"""One invoice whole: its lines and its history."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.models import Invoice, InvoiceKind, InvoiceLine
from receivables.queries.charges import ChargedFor, charged_for
from receivables.queries.invoice_history import InvoiceEvent, history_of
from receivables.queries.invoices import InvoiceRow, invoice_row, invoice_rows

# Kinds of journals that make an invoice less without money or a credit note.
TAKEN_OFF: Final = ("discount", "write_off", "tolerance", "fx_difference", "charge_cancelled")


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
class InvoiceDetail:
    """One invoice whole. What is not open any more was paid, credited, or taken off otherwise.

    `taken_off` is that by the kind of its journal: discounts, write-offs, small differences.
    """

    row: InvoiceRow
    lines: tuple[InvoiceDetailLine, ...]
    net: Money
    tax: Money
    history: tuple[InvoiceEvent, ...]
    paid: Money
    credited: Money
    taken_off: dict[str, Money]
    charged_for: ChargedFor | None


def invoice_of(
    session: Session, *, customer_id: uuid.UUID, invoice_id: uuid.UUID, on: dt.date
) -> InvoiceDetail | None:
    """The invoice, if it belongs to this customer. Another customer's is as good as absent."""
    found = session.execute(invoice_rows(customer_id).where(Invoice.id == invoice_id)).one_or_none()
    if found is None:
        return None
    row = invoice_row(found, on)
    lines = _lines(session, invoice_id, row.total.currency)
    currency = row.total.currency
    history = history_of(session, row)
    credited = _sum(history, ("credited", "credit_reversed"), currency)
    taken_off = {kind: _sum(history, (kind, f"{kind}_reversed"), currency) for kind in TAKEN_OFF}
    return InvoiceDetail(
        row=row,
        lines=lines,
        net=Money.total((line.net for line in lines), row.total.currency),
        tax=Money.total((line.tax for line in lines), row.total.currency),
        history=history,
        paid=row.total - row.still_open - credited - Money.total(taken_off.values(), currency),
        credited=credited,
        taken_off={kind: amount for kind, amount in taken_off.items() if not amount.is_zero},
        charged_for=None
        if row.kind == InvoiceKind.INVOICE
        else charged_for(session, charge_id=invoice_id),
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


def _sum(history: Sequence[InvoiceEvent], kinds: tuple[str, str], currency: str) -> Money:
    """What events of the first kind come to, less those of the second."""
    signs = dict(zip(kinds, (1, -1), strict=True))
    changes = (event.amount * signs[event.kind] for event in history if event.kind in signs)
    return Money.total(changes, currency)
