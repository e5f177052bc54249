"""Issuing invoices, and what is charged for being late with one."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.money import Money
from foundation.rows import among, insert_rows
from receivables.actions.journal import Booking, Posting, post
from receivables.discounts import DiscountTerms
from receivables.errors import (
    InvoiceDiscountUnlikely,
    InvoiceNumberTaken,
    InvoiceTotalNotPositive,
    InvoiceWithoutLines,
)
from receivables.models import Account, Invoice, InvoiceKind, InvoiceLine, JournalKind, Side

# What is credited, by which journal, and what the audit says.
ISSUES: Final = {
    InvoiceKind.INVOICE: (Account.GL_CONTROL, JournalKind.INVOICE_ISSUED, "invoice.issued"),
    InvoiceKind.LATE_FEE: (
        Account.LATE_CHARGES,
        JournalKind.LATE_FEE_CHARGED,
        "late_fee.charged",
    ),
    InvoiceKind.INTEREST: (
        Account.LATE_CHARGES,
        JournalKind.INTEREST_CHARGED,
        "interest.charged",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """One line to be; `quantity` and `unit` as printed."""

    description: str
    quantity: str
    unit: str
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDraft:
    """One invoice to be; its total is the sum of its lines, tax included.

    A late fee or interest names the invoice it is charged on, interest also its last day.
    """

    ledger_id: uuid.UUID
    customer_id: uuid.UUID
    number: str
    purchase_order: str | None
    issued_on: dt.date
    due_on: dt.date
    currency: str
    lines: Sequence[LineDraft]
    discount: DiscountTerms | None = None
    kind: InvoiceKind = InvoiceKind.INVOICE
    for_invoice_id: uuid.UUID | None = None
    interest_until: dt.date | None = None
    total: Money = field(init=False)  # what will be owed

    def __post_init__(self) -> None:
        total = Money.total((line.net + line.tax for line in self.lines), self.currency)
        object.__setattr__(self, "total", total)


def issue_invoices(
    session: Session, drafts: Sequence[InvoiceDraft], *, deed: Deed
) -> list[uuid.UUID]:
    """Issue invoices and book each on its own day: debit receivable, credit GL control.

    What is charged for lateness is credited to late charges instead.
    The deed's subject is replaced by each invoice's customer. Raises InvoiceWithoutLines,
    InvoiceTotalNotPositive, InvoiceDiscountUnlikely or InvoiceNumberTaken, and then issues none.
    """
    for draft in drafts:
        _check(draft)
    _refuse_taken(session, drafts)
    ids = [uuid.uuid4() for _ in drafts]
    pairs = list(zip(ids, drafts, strict=True))
    insert_rows(session, Invoice, [_row(*pair, deed) for pair in pairs])
    insert_rows(session, InvoiceLine, [row for pair in pairs for row in _line_rows(*pair)])
    post(session, [_booking(*pair, deed) for pair in pairs])
    for invoice_id, draft in pairs:
        record(
            session,
            ISSUES[draft.kind][-1],
            object_id=invoice_id,
            deed=replace(deed, subject_id=draft.customer_id),
            facts={"number": draft.number, "total": str(draft.total)},
        )
    return ids


def _check(draft: InvoiceDraft) -> None:
    if not draft.lines:
        raise InvoiceWithoutLines(draft.number)
    if not draft.total.is_positive:
        raise InvoiceTotalNotPositive(draft.number, draft.total)
    if draft.discount and not (
        Money.zero(draft.currency) < draft.discount.of(draft.total) < draft.total
        and draft.issued_on <= draft.discount.until
    ):
        raise InvoiceDiscountUnlikely(draft.number)


def _refuse_taken(session: Session, drafts: Sequence[InvoiceDraft]) -> None:
    wanted = [(draft.ledger_id, draft.number) for draft in drafts]
    if len(set(wanted)) < len(wanted):
        raise InvoiceNumberTaken(next(n for ledger, n in wanted if wanted.count((ledger, n)) > 1))
    for ledger_id in {draft.ledger_id for draft in drafts}:
        numbers = [number for ledger, number in wanted if ledger == ledger_id]
        taken = sa.select(Invoice.number).where(
            Invoice.ledger_id == ledger_id, among(Invoice.number, numbers)
        )
        if found := session.scalars(taken.limit(1)).one_or_none():
            raise InvoiceNumberTaken(found)


def _row(invoice_id: uuid.UUID, draft: InvoiceDraft, deed: Deed) -> dict[str, object]:
    return {
        "id": invoice_id,
        "ledger_id": draft.ledger_id,
        "customer_id": draft.customer_id,
        "number": draft.number,
        "purchase_order": draft.purchase_order,
        "issued_on": draft.issued_on,
        "due_on": draft.due_on,
        "currency": draft.currency,
        "total_minor": draft.total.minor,
        "open_minor": 0,  # the journal opens it
        "created_at": deed.at,
        "discount_minor": draft.discount.of(draft.total).minor if draft.discount else None,
        "discount_until": draft.discount.until if draft.discount else None,
        "kind": draft.kind,
        "for_invoice_id": draft.for_invoice_id,
        "interest_until": draft.interest_until,
    }


def _line_rows(invoice_id: uuid.UUID, draft: InvoiceDraft) -> list[dict[str, object]]:
    return [
        {
            "id": uuid.uuid4(),
            "invoice_id": invoice_id,
            "customer_id": draft.customer_id,
            "position": position,
            "description": line.description,
            "quantity": line.quantity,
            "unit": line.unit,
            "net_minor": line.net.minor,
            "tax_minor": line.tax.minor,
            "currency": draft.currency,
        }
        for position, line in enumerate(draft.lines, start=1)
    ]


def _booking(invoice_id: uuid.UUID, draft: InvoiceDraft, deed: Deed) -> Booking:
    credited, kind, _action = ISSUES[draft.kind]
    whose = {"customer_id": draft.customer_id}
    named = {**whose, "invoice_id": invoice_id}
    return Booking(
        ledger_id=draft.ledger_id,
        kind=kind,
        source_id=invoice_id,
        deed=replace(deed, subject_id=draft.customer_id, on=draft.issued_on),
        postings=(
            Posting(account=Account.RECEIVABLE, side=Side.DEBIT, amount=draft.total, **named),
            Posting(
                account=credited,
                side=Side.CREDIT,
                amount=draft.total,
                **(whose if credited == Account.GL_CONTROL else named),
            ),
        ),
    )
