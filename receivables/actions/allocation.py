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
    settled = settled_by(session, claims, Money(receipt.unapplied_minor, receipt.currency))
    if not settled:
        return Money.zero(receipt.currency)
    shares = [Share(receipt_id=receipt_id, payer_id=receipt.customer_id, of=one) for one in settled]
    book_shares(
        session,
        shares,
        ledger_id=receipt.ledger_id,
        operation_id=operation_id,
        object_id=receipt_id,
        deed=deed,
    )
    return Money.total((one.amount for one in settled), receipt.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """So much of an invoice is settled."""

    invoice_id: uuid.UUID
    customer_id: uuid.UUID
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a receipt gives for that."""

    receipt_id: uuid.UUID
    payer_id: uuid.UUID | None
    of: Settled


def book_shares(
    session: Session,
    shares: Sequence[Share],
    *,
    ledger_id: uuid.UUID,
    operation_id: uuid.UUID,
    object_id: uuid.UUID,
    deed: Deed,
) -> None:
    """Book them by one journal, keep which money settled what, and record it on `object_id`."""
    [journal_id] = post(
        session,
        [
            Booking(
                ledger_id=ledger_id,
                kind=JournalKind.ALLOCATION,
                source_id=operation_id,
                deed=deed,
                postings=[line for share in shares for line in _postings(share)],
            )
        ],
    )
    rows = [_row(share, journal_id, deed) for share in shares]
    session.execute(sa.insert(Allocation).values(rows).inline())
    amounts = [share.of.amount for share in shares]
    facts: dict[str, Fact] = {
        "amount": str(Money.total(amounts, amounts[0].currency)),
        "invoices": len({share.of.invoice_id for share in shares}),
        "journal": str(journal_id),
    }
    record(session, "receipt.allocated", object_id=object_id, deed=deed, facts=facts)


def settled_by(session: Session, claims: Sequence[Claim], left: Money) -> list[Settled]:
    """What so much money settles: each claim in turn, up to what is open and what is left."""
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
                Settled(invoice_id=claim.invoice_id, customer_id=invoice.customer_id, amount=amount)
            )
            left -= amount
    return settled


def _postings(share: Share) -> tuple[Posting, Posting]:
    return (
        Posting(
            account=Account.UNAPPLIED_CASH,
            side=Side.DEBIT,
            amount=share.of.amount,
            customer_id=share.payer_id,
            receipt_id=share.receipt_id,
        ),
        Posting(
            account=Account.RECEIVABLE,
            side=Side.CREDIT,
            amount=share.of.amount,
            customer_id=share.of.customer_id,
            invoice_id=share.of.invoice_id,
        ),
    )


def _row(share: Share, journal_id: uuid.UUID, deed: Deed) -> dict[str, object]:
    return {
        "id": uuid.uuid4(),
        "customer_id": share.of.customer_id,
        "payer_id": share.payer_id,
        "receipt_id": share.receipt_id,
        "invoice_id": share.of.invoice_id,
        "amount_minor": share.of.amount.minor,
        "currency": share.of.amount.currency,
        "journal_id": journal_id,
        "created_at": deed.at,
    }
