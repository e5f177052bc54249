"""Cash application: money and credit notes settle invoices; what is too much stays as credit."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.discounts import take_earned
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
    source = Source(payer_id=receipt.customer_id, receipt_id=receipt_id)
    shares = [Share(source=source, of=one) for one in settled]
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
class Source:
    """A receipt or a credit note, and whose it is."""

    payer_id: uuid.UUID | None
    receipt_id: uuid.UUID | None = None
    credit_note_id: uuid.UUID | None = None

    def line(self, side: Side, amount: Money) -> Posting:
        """So much of it used (a debit) or given back (a credit)."""
        is_money = self.credit_note_id is None
        return Posting(
            account=Account.UNAPPLIED_CASH if is_money else Account.RECEIVABLE,
            side=side,
            amount=amount,
            customer_id=self.payer_id,
            receipt_id=self.receipt_id,
            credit_note_id=self.credit_note_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a source gives for that."""

    source: Source
    of: Settled
    allocation_id: uuid.UUID = field(default_factory=uuid.uuid4)


def book_shares(
    session: Session,
    shares: Sequence[Share],
    *,
    ledger_id: uuid.UUID,
    operation_id: uuid.UUID,
    object_id: uuid.UUID,
    deed: Deed,
    action: str = "receipt.allocated",
) -> None:
    """Book them by one journal, keep what settled what, and record `action` on `object_id`.

    A discount that is earned by that is taken at once, by a journal of its own.
    """
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
    record(session, action, object_id=object_id, deed=deed, facts=facts)
    take_earned(
        session,
        ledger_id=ledger_id,
        invoice_ids=list({share.of.invoice_id for share in shares}),
        operation_id=operation_id,
        deed=deed,
    )


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
        share.source.line(Side.DEBIT, share.of.amount),
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
        "id": share.allocation_id,
        "customer_id": share.of.customer_id,
        "payer_id": share.source.payer_id,
        "receipt_id": share.source.receipt_id,
        "credit_note_id": share.source.credit_note_id,
        "invoice_id": share.of.invoice_id,
        "amount_minor": share.of.amount.minor,
        "currency": share.of.amount.currency,
        "journal_id": journal_id,
        "created_at": deed.at,
    }
