"""Open items by id: what is left to pay, for whoever is about to pay it."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.models import Invoice


def still_open_of(
    session: Session, *, customer_id: uuid.UUID, invoice_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Money]:
    """What is open on each of these invoices; those of other customers are left out."""
    wanted = sa.select(Invoice.id, Invoice.open_minor, Invoice.currency).where(
        Invoice.customer_id == customer_id, Invoice.id.in_(invoice_ids)
    )
    return {row.id: Money(row.open_minor, row.currency) for row in session.execute(wanted)}


def payable_of(
    session: Session,
    *,
    customer_id: uuid.UUID,
    ledger_id: uuid.UUID,
    invoice_ids: Sequence[uuid.UUID],
) -> dict[uuid.UUID, Money]:
    """What is open on each of these invoices of one ledger; any other is left out."""
    wanted = sa.select(Invoice.id, Invoice.open_minor, Invoice.currency).where(
        Invoice.customer_id == customer_id,
        Invoice.ledger_id == ledger_id,
        Invoice.id.in_(invoice_ids),
    )
    return {row.id: Money(row.open_minor, row.currency) for row in session.execute(wanted)}


def numbers_of(session: Session, invoice_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The numbers people know these invoices by."""
    wanted = sa.select(Invoice.id, Invoice.number).where(Invoice.id.in_(invoice_ids))
    return {row.id: row.number for row in session.execute(wanted)}
