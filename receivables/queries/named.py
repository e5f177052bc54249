"""Rows by the names that people of ours know them by: ledger and number."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from receivables.models import Allocation, Customer, Invoice, Ledger, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A document: whose it is (nobody's money has no customer), of which ledger and currency."""

    id: uuid.UUID
    customer_id: uuid.UUID | None
    ledger_id: uuid.UUID
    currency: str


def invoice_named(session: Session, *, ledger: str, number: str) -> Named | None:
    """The invoice or charge of that number; `ledger` is the code of the legal entity."""
    return _one(
        session,
        _documents(Invoice)
        .join(Ledger, Ledger.id == Invoice.ledger_id)
        .where(Ledger.code == ledger, Invoice.number == number),
    )


def receipt_named(session: Session, *, number: str) -> Named | None:
    """The receipt of that number."""
    return _one(session, _documents(Receipt).where(Receipt.number == number))


def allocations_between(
    session: Session, *, receipt_id: uuid.UUID, invoice_id: uuid.UUID
) -> tuple[uuid.UUID, ...]:
    """The allocations of the one to the other that stand."""
    undone = sa.select(Allocation.reverses_id).where(
        Allocation.receipt_id == receipt_id, Allocation.reverses_id.is_not(None)
    )
    standing = sa.select(Allocation.id).where(
        Allocation.receipt_id == receipt_id,
        Allocation.invoice_id == invoice_id,
        Allocation.reverses_id.is_(None),
        Allocation.id.not_in(undone),
    )
    return tuple(session.scalars(standing.order_by(Allocation.created_at, Allocation.id)))


def customer_named(session: Session, *, number: str) -> uuid.UUID | None:
    """The customer of that number."""
    return session.scalars(sa.select(Customer.id).where(Customer.number == number)).one_or_none()


def ledger_named(session: Session, *, code: str) -> uuid.UUID | None:
    """The legal entity of that code."""
    return session.scalars(sa.select(Ledger.id).where(Ledger.code == code)).one_or_none()


def _documents(model: type[Invoice] | type[Receipt]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(model.id, model.customer_id, model.ledger_id, model.currency)


def _one(session: Session, wanted: sa.Select[*tuple[Any, ...]]) -> Named | None:
    row = session.execute(wanted).one_or_none()
    return Named(**row._mapping) if row else None
