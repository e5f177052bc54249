"""The seller's own PDFs of invoices."""

import uuid
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.rows import among
from receivables.models import Invoice, InvoiceOriginal, Ledger


class Original(NamedTuple):
    """One PDF and the number of the invoice it is of."""

    number: str
    content: bytes


class Numbered(NamedTuple):
    """An invoice found by its number, and the checksum of its original, if there is one."""

    id: uuid.UUID
    customer_id: uuid.UUID
    currency: str
    number: str
    ledger: str
    sha256: str | None


def has_original(session: Session, *, customer_id: uuid.UUID, invoice_id: uuid.UUID) -> bool:
    """Whether the seller's own PDF of this invoice is here."""
    return bool(session.scalar(sa.select(_of(customer_id, invoice_id).exists())))


def original_of(
    session: Session, *, customer_id: uuid.UUID, invoice_id: uuid.UUID
) -> Original | None:
    """It, if the invoice is this customer's. Another customer's is as good as absent."""
    wanted = _of(customer_id, invoice_id).with_only_columns(Invoice.number, InvoiceOriginal.content)
    row = session.execute(wanted.join(Invoice, Invoice.id == InvoiceOriginal.invoice_id)).first()
    return Original(number=row.number, content=row.content) if row else None


def with_originals(session: Session, invoice_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the invoices whose original is here."""
    wanted = sa.select(InvoiceOriginal.invoice_id)
    return set(session.scalars(wanted.where(among(InvoiceOriginal.invoice_id, invoice_ids))))


def invoices_numbered(session: Session, numbers: Collection[str]) -> dict[str, list[Numbered]]:
    """The invoices of all ledgers that have one of these numbers."""
    wanted = (
        sa.select(
            Invoice.id,
            Invoice.customer_id,
            Invoice.currency,
            Invoice.number,
            Ledger.code.label("ledger"),
            InvoiceOriginal.sha256,
        )
        .join(Ledger, Ledger.id == Invoice.ledger_id)
        .outerjoin(InvoiceOriginal, InvoiceOriginal.invoice_id == Invoice.id)
        .where(among(Invoice.number, numbers))
    )
    found: dict[str, list[Numbered]] = {}
    for row in session.execute(wanted):
        found.setdefault(row.number, []).append(Numbered(**row._mapping))
    return found


def _of(customer_id: uuid.UUID, invoice_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    return sa.select(InvoiceOriginal.invoice_id).where(
        InvoiceOriginal.customer_id == customer_id, InvoiceOriginal.invoice_id == invoice_id
    )
