"""What the books already have of the things that a file names."""

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from foundation.rows import among
from receivables.models import (
    CreditNote,
    CreditNoteLine,
    Customer,
    Invoice,
    InvoiceLine,
    Ledger,
    PaymentTerms,
)

Key = tuple[str, str]  # a document: code of its ledger, its number
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
class KnownDocument:
    """A document of the books; `digest` stands for its lines in whatever order."""

    id: uuid.UUID
    customer_number: str
    issued_on: dt.date
    currency: str
    total_minor: int
    digest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInvoice(KnownDocument):
    """An invoice of the books."""

    due_on: dt.date
    purchase_order: str | None
    discount_until: dt.date | None
    discount_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCreditNote(KnownDocument):
    """A credit note of the books, and the number of the invoice it corrects."""

    invoice_number: str | None
    reason: str


def line_digest(description: str, quantity: str, unit: str, net_minor: int, tax_minor: int) -> int:
    """A line as a number; the sum over a document's lines does not depend on their order."""
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
    return {
        (ledger, number): known
        for ledger, numbers in _by_ledger(keys).items()
        for number, known in _invoices(session, ledger, numbers)
    }


def known_credit_notes(session: Session, keys: Iterable[Key]) -> dict[Key, KnownCreditNote]:
    """Those of the keys that the books have."""
    return {
        (ledger, number): known
        for ledger, numbers in _by_ledger(keys).items()
        for number, known in _credit_notes(session, ledger, numbers)
    }


def _by_ledger(keys: Iterable[Key]) -> dict[str, list[str]]:
    by_ledger: dict[str, list[str]] = defaultdict(list)
    for ledger, number in keys:
        by_ledger[ledger].append(number)
    return by_ledger


def _invoices(
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
            Invoice.discount_until,
            Invoice.discount_minor,
        )
        .join(Ledger, Ledger.id == Invoice.ledger_id)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Ledger.code == ledger, among(Invoice.number, numbers))
    )
    rows = session.execute(wanted).all()
    digests = _digests(session, InvoiceLine, InvoiceLine.invoice_id, [row.id for row in rows])
    for row in rows:
        yield (
            row.number,
            KnownInvoice(
                id=row.id,
                customer_number=row.customer_number,
                issued_on=row.issued_on,
                due_on=row.due_on,
                currency=row.currency,
                purchase_order=row.purchase_order,
                discount_until=row.discount_until,
                discount_minor=row.discount_minor,
                total_minor=row.total_minor,
                digest=digests[row.id],
            ),
        )


def _credit_notes(
    session: Session, ledger: str, numbers: list[str]
) -> Iterable[tuple[str, KnownCreditNote]]:
    wanted = (
        sa.select(
            CreditNote, Customer.number.label("customer_number"), Invoice.number.label("corrects")
        )
        .join(Ledger, Ledger.id == CreditNote.ledger_id)
        .join(Customer, Customer.id == CreditNote.customer_id)
        .outerjoin(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(Ledger.code == ledger, among(CreditNote.number, numbers))
    )
    rows = session.execute(wanted).all()
    ids = [row.CreditNote.id for row in rows]
    digests = _digests(session, CreditNoteLine, CreditNoteLine.credit_note_id, ids)
    for note, customer_number, corrects in rows:
        yield (
            note.number,
            KnownCreditNote(
                id=note.id,
                customer_number=customer_number,
                issued_on=note.issued_on,
                currency=note.currency,
                invoice_number=corrects,
                reason=note.reason,
                total_minor=note.total_minor,
                digest=digests[note.id],
            ),
        )


def _digests(
    session: Session,
    of: type[InvoiceLine] | type[CreditNoteLine],
    document: InstrumentedAttribute[uuid.UUID],
    ids: list[uuid.UUID],
) -> dict[uuid.UUID, int]:
    sums: dict[uuid.UUID, int] = defaultdict(int)
    if not ids:
        return sums
    lines = sa.select(
        document, of.description, of.quantity, of.unit, of.net_minor, of.tax_minor
    ).where(among(document, ids))
    for document_id, description, quantity, unit, net, tax in session.execute(lines):
        digest = line_digest(description, quantity, unit, net, tax)
        sums[document_id] = (sums[document_id] + digest) % DIGEST_MODULUS
    return sums
