"""Cash application: money received settles invoices; what is too much stays the payer's credit."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.journal import Booking, Posting, post
from receivables.models import Account, Allocation, Invoice, JournalKind, Receipt, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """How much of a receipt is meant for an invoice."""

    invoice_id: uuid.UUID
    amount: Money


def allocate_up_to(
    session: Session,
    *,
    receipt_id: uuid.UUID,
    claims: Sequence[Claim],
    operation_id: uuid.UUID,
    deed: Deed,
) -> Money:
    """Settle each claimed invoice up to what is still open and what the receipt has left.

    Returns what was allocated; the rest stays unapplied cash of the payer. The caller holds the
    locks of the customers concerned. Claims are served in the order given: 400 over open items of
    300 and 300 settles 300 and 100. `operation_id` allocates once.
    """
    receipt = session.execute(
        sa.select(
            Receipt.ledger_id, Receipt.customer_id, Receipt.unapplied_minor, Receipt.currency
        ).where(Receipt.id == receipt_id)
    ).one()
    settled = _spread(session, claims, Money(receipt.unapplied_minor, receipt.currency))
    if not settled:
        return Money.zero(receipt.currency)
    [journal_id] = post(
        session,
        [
            Booking(
                ledger_id=receipt.ledger_id,
                kind=JournalKind.ALLOCATION,
                source_id=operation_id,
                deed=deed,
                postings=[
                    line
                    for claim in settled
                    for line in _postings(claim, receipt_id, receipt.customer_id)
                ],
            )
        ],
    )
    rows = [_row(claim, receipt_id, receipt.customer_id, journal_id, deed) for claim in settled]
    session.execute(sa.insert(Allocation).values(rows).inline())
    total = Money.total((claim.amount for claim in settled), receipt.currency)
    facts: dict[str, Fact] = {
        "amount": str(total),
        "invoices": len(settled),
        "journal": str(journal_id),
    }
    record(session, "receipt.allocated", object_id=receipt_id, deed=deed, facts=facts)
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    invoice_id: uuid.UUID
    customer_id: uuid.UUID
    amount: Money


def _spread(session: Session, claims: Sequence[Claim], left: Money) -> list[_Settled]:
    wanted = sa.select(Invoice.id, Invoice.customer_id, Invoice.open_minor, Invoice.currency)
    invoices = {
        row.id: row
        for row in session.execute(wanted.where(Invoice.id.in_([c.invoice_id for c in claims])))
    }
    settled = []
    for claim in claims:
        invoice = invoices.get(claim.invoice_id)
        if invoice is None:
            continue
        amount = min(claim.amount, Money(invoice.open_minor, invoice.currency), left)
        if amount.is_positive:
            settled.append(
                _Settled(
                    invoice_id=claim.invoice_id, customer_id=invoice.customer_id, amount=amount
                )
            )
            left -= amount
    return settled


def _postings(
    claim: _Settled, receipt_id: uuid.UUID, payer_id: uuid.UUID | None
) -> tuple[Posting, Posting]:
    return (
        Posting(
            account=Account.UNAPPLIED_CASH,
            side=Side.DEBIT,
            amount=claim.amount,
            customer_id=payer_id,
            receipt_id=receipt_id,
        ),
        Posting(
            account=Account.RECEIVABLE,
            side=Side.CREDIT,
            amount=claim.amount,
            customer_id=claim.customer_id,
            invoice_id=claim.invoice_id,
        ),
    )


def _row(
    claim: _Settled,
    receipt_id: uuid.UUID,
    payer_id: uuid.UUID | None,
    journal_id: uuid.UUID,
    deed: Deed,
) -> dict[str, object]:
    return {
        "id": uuid.uuid4(),
        "customer_id": claim.customer_id,
        "payer_id": payer_id,
        "receipt_id": receipt_id,
        "invoice_id": claim.invoice_id,
        "amount_minor": claim.amount.minor,
        "currency": claim.amount.currency,
        "journal_id": journal_id,
        "created_at": deed.at,
    }
