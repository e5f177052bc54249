"""What the books already have of the things that a file names."""

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from foundation.rows import among
from receivables.models import Customer, Invoice, InvoiceLine, Ledger, PaymentTerms

Key = tuple[str, str]  # an invoice: code of its ledger, its number
DIGEST_MODULUS = 2**128


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCustomer:
    """A customer of the books."""

    id: uuid.UUID
    name: str
    country: str
    language: str
    net_days: int
    parent_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInvoice:
    """An invoice of the books; `digest` stands for its lines in whatever order."""

    customer_number: str
    issued_on: dt.date
    due_on: dt.date
    currency: str
    purchase_order: str | None
    total_minor: int
    digest: int


def line_digest(description: str, quantity: str, unit: str, net_minor: int, tax_minor: int) -> int:
    """A line as a number; the sum over an invoice's lines does not depend on their order."""
    text = repr((description, quantity, unit, net_minor, tax_minor))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")


def known_ledgers(session: Session) -> dict[str, uuid.UUID]:
    """Every ledger by its code."""
    return {row.code: row.id for row in session.execute(sa.select(Ledger.code, Ledger.id))}


def known_customers(session: Session, numbers: Collection[str]) -> dict[str, KnownCustomer]:
    """Those of the numbers that the books have."""
    parent = aliased(Customer)
    wanted = (
        sa.select(
            Customer.id,
            Customer.number,
            Customer.name,
            Customer.country,
            Customer.language,
            PaymentTerms.net_days,
            parent.number.label("parent_number"),
        )
        .join(PaymentTerms, PaymentTerms.id == Customer.terms_id)
        .outerjoin(parent, parent.id == Customer.parent_id)
        .where(among(Customer.number, numbers))
    )
    return {
        row.number: KnownCustomer(
            id=row.id,
            name=row.name,
            country=row.country,
            language=row.language,
            net_days=row.net_days,
            parent_number=row.parent_number,
        )
        for row in session.execute(wanted)
    }


def known_invoices(session: Session, keys: Iterable[Key]) -> dict[Key, KnownInvoice]:
    """Those of the keys that the books have."""
    by_ledger: dict[str, list[str]] = defaultdict(list)
    for ledger, number in keys:
        by_ledger[ledger].append(number)
    found: dict[Key, KnownInvoice] = {}
    for ledger, numbers in by_ledger.items():
        for number, known in _of_ledger(session, ledger, numbers):
            found[ledger, number] = known
    return found


def _of_ledger(
    session: Session, ledger: str, numbers: list[str]
) -> Iterable[tuple[str, KnownInvoice]]:
    wanted = (
        sa.select(
            Invoice.id,
            Invoice.number,
            Customer.number.label("customer_number"),
            Invoice.issued_on,
            Invoice.due_on,
            Invoice.currency,
            Invoice.purchase_order,
            Invoice.total_minor,
        )
        .join(Ledger, Ledger.id == Invoice.ledger_id)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Ledger.code == ledger, among(Invoice.number, numbers))
    )
    rows = session.execute(wanted).all()
    digests = _digests(session, [row.id for row in rows]) if rows else {}
    for row in rows:
        yield (
            row.number,
            KnownInvoice(
                customer_number=row.customer_number,
                issued_on=row.issued_on,
                due_on=row.due_on,
                currency=row.currency,
                purchase_order=row.purchase_order,
                total_minor=row.total_minor,
                digest=digests[row.id],
            ),
        )


def _digests(session: Session, invoice_ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    lines = sa.select(
        InvoiceLine.invoice_id,
        InvoiceLine.description,
        InvoiceLine.quantity,
        InvoiceLine.unit,
        InvoiceLine.net_minor,
        InvoiceLine.tax_minor,
    ).where(among(InvoiceLine.invoice_id, invoice_ids))
    sums: dict[uuid.UUID, int] = defaultdict(int)
    for invoice_id, description, quantity, unit, net, tax in session.execute(lines):
        digest = line_digest(description, quantity, unit, net, tax)
        sums[invoice_id] = (sums[invoice_id] + digest) % DIGEST_MODULUS
    return sums
