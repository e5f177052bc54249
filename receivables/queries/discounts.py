"""Early-payment discounts: what is offered today, and what has been earned."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.discounts import Offer, discount_left
from receivables.models import (
    Account,
    Allocation,
    CreditNote,
    Invoice,
    JournalLine,
    Receipt,
    Side,
)

# What credit notes settle of an invoice: asked only of those that promise a discount.
CREDITED = sa.case(
    (
        Invoice.discount_minor.is_not(None),
        sa.select(
            sa.func.coalesce(
                sa.func.sum(
                    sa.case(
                        (Allocation.reverses_id.is_(None), Allocation.amount_minor),
                        else_=-Allocation.amount_minor,
                    )
                ),
                0,
            )
        )
        .where(Allocation.invoice_id == Invoice.id, Allocation.credit_note_id.is_not(None))
        .correlate(Invoice)
        .scalar_subquery(),
    )
).label("credited_minor")


def offer_of(row: Any, on: dt.date) -> Offer | None:
    """What an invoice offers on a day; `row` has its amounts, its terms and `credited_minor`."""
    if row.discount_minor is None or on > row.discount_until:
        return None
    allowed = discount_left(row.discount_minor, row.total_minor, int(row.credited_minor))
    if not 0 < allowed < row.open_minor:
        return None
    return Offer(
        discount=Money(allowed, row.currency),
        pays=Money(row.open_minor - allowed, row.currency),
        until=row.discount_until,
    )


def offers_of(
    session: Session, *, customer_id: uuid.UUID, invoice_ids: Sequence[uuid.UUID], on: dt.date
) -> dict[uuid.UUID, Offer]:
    """What these invoices of the customer offer on a day; those that offer nothing are left out."""
    wanted = _promising(invoice_ids).where(
        Invoice.customer_id == customer_id, Invoice.discount_until >= on
    )
    found = ((row.id, offer_of(row, on)) for row in session.execute(wanted))
    return {invoice_id: offer for invoice_id, offer in found if offer}


def earned_on(
    session: Session, invoice_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, tuple[uuid.UUID, Money]]:
    """What has been earned of these invoices and not been taken: whose they are, and how much."""
    wanted = _promising(invoice_ids).where(~_too_late().exists())
    return {
        row.id: (row.customer_id, Money(row.open_minor, row.currency))
        for row in session.execute(wanted)
        if row.open_minor
        <= discount_left(row.discount_minor, row.total_minor, int(row.credited_minor))
    }


def settled_whole_by(session: Session, invoice: Invoice, *, on: dt.date) -> Money:
    """How much money that arrived on a day settles an invoice whole: less a discount it earns."""
    wanted = _promising([invoice.id]).where(~_too_late().exists())
    row = session.execute(wanted).one_or_none()
    offer = None if row is None else offer_of(row, on)
    return offer.pays if offer else invoice.still_open


def _too_late() -> sa.Select[*tuple[Any, ...]]:
    """What settles the invoice, and came after the last day of its discount."""
    # What this role may not see counts as late.
    day = sa.func.coalesce(Receipt.received_on, CreditNote.issued_on, dt.date.max)
    undone = sa.orm.aliased(Allocation)
    return (
        sa.select(Allocation.id)
        .outerjoin(Receipt, Receipt.id == Allocation.receipt_id)
        .outerjoin(CreditNote, CreditNote.id == Allocation.credit_note_id)
        .where(
            Allocation.invoice_id == Invoice.id,
            Allocation.reverses_id.is_(None),
            day > Invoice.discount_until,
            ~sa.exists(sa.select(undone.id).where(undone.reverses_id == Allocation.id)),
        )
        .correlate(Invoice)
    )


def taken_minor(session: Session, invoice_id: uuid.UUID) -> int:
    """The discount taken of an invoice, less what was taken back."""
    signed = sa.case(
        (JournalLine.side == Side.DEBIT, JournalLine.amount_minor),
        else_=-JournalLine.amount_minor,
    )
    lines = sa.select(sa.func.coalesce(sa.func.sum(signed), 0)).where(
        JournalLine.account == Account.DISCOUNT, JournalLine.invoice_id == invoice_id
    )
    return int(session.scalars(lines).one())


def _promising(invoice_ids: Sequence[uuid.UUID]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Invoice.id,
        Invoice.customer_id,
        Invoice.currency,
        Invoice.total_minor,
        Invoice.open_minor,
        Invoice.discount_minor,
        Invoice.discount_until,
        CREDITED,
    ).where(
        Invoice.id.in_(invoice_ids), Invoice.discount_minor.is_not(None), Invoice.open_minor > 0
    )
