"""A customer's own credit pays invoices: unapplied cash of earlier receipts, oldest first."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.allocation import Claim, Settled, Share, book_shares, settled_by
from receivables.errors import NoCreditLeft
from receivables.models import Journal, JournalKind, Receipt
from receivables.queries.open_items import payable_of

Purse = tuple[uuid.UUID, Money]  # a receipt and what is left of it


def use_credit(
    session: Session,
    *,
    ledger_id: uuid.UUID,
    currency: str,
    claims: Sequence[Claim],
    operation_id: uuid.UUID,
    deed: Deed,
) -> dict[uuid.UUID, Money]:
    """Settle the claims in their order from the subject's credit with that legal entity.

    Returns how much of each invoice was settled: up to what is claimed, open, and left as credit.
    `operation_id` spends once: the second time nothing is left to settle, and nothing is returned.
    The caller holds the customer's lock. Raises NoCreditLeft.
    """
    if is_credit_used(session, operation_id):
        return {}
    purses = _purses(session, deed.subject_id, ledger_id, currency)
    own = payable_of(
        session,
        customer_id=_subject(deed),
        ledger_id=ledger_id,
        invoice_ids=[claim.invoice_id for claim in claims],
    )
    meant = [claim for claim in claims if claim.invoice_id in own]
    settled = settled_by(session, meant, Money.total((left for _, left in purses), currency))
    if not settled:
        raise NoCreditLeft
    book_shares(
        session,
        _shares(purses, settled, deed.subject_id),
        ledger_id=ledger_id,
        operation_id=operation_id,
        object_id=operation_id,
        deed=deed,
    )
    return {one.invoice_id: one.amount for one in settled}


def is_credit_used(session: Session, operation_id: uuid.UUID) -> bool:
    """Whether this operation has settled what it was to settle."""
    done = sa.select(Journal.id).where(
        Journal.kind == JournalKind.ALLOCATION, Journal.source_id == operation_id
    )
    return session.scalars(done).one_or_none() is not None


def _subject(deed: Deed) -> uuid.UUID:
    if deed.subject_id is None:
        raise ValueError("credit belongs to a customer")
    return deed.subject_id


def _purses(
    session: Session, customer_id: uuid.UUID | None, ledger_id: uuid.UUID, currency: str
) -> list[Purse]:
    left = (
        sa.select(Receipt.id, Receipt.unapplied_minor)
        .where(
            Receipt.customer_id == customer_id,
            Receipt.ledger_id == ledger_id,
            Receipt.currency == currency,
            Receipt.unapplied_minor > 0,
        )
        .order_by(Receipt.received_on, sa.func.length(Receipt.number), Receipt.number)
    )
    return [(row.id, Money(row.unapplied_minor, currency)) for row in session.execute(left)]


def _shares(
    purses: Sequence[Purse], settled: Sequence[Settled], payer_id: uuid.UUID | None
) -> list[Share]:
    """Which receipt gives how much for which invoice: both in their order, none given twice."""
    shares, waiting = [], list(purses)
    for one in settled:
        needed = one.amount
        while needed.is_positive:
            receipt_id, left = waiting.pop(0)
            given = min(needed, left)
            part = Settled(invoice_id=one.invoice_id, customer_id=one.customer_id, amount=given)
            shares.append(Share(receipt_id=receipt_id, payer_id=payer_id, of=part))
            needed -= given
            if (left - given).is_positive:
                waiting.insert(0, (receipt_id, left - given))
    return shares
