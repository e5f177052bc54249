"""A customer's own credit pays invoices: credit notes before money, each the oldest first.

Credit notes first, because they can do nothing else: money left on the account may still be asked
back, or pay for a branch. One that corrects an invoice settles that invoice before any other, so
that it is found where a reader looks for it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.allocation import (
    Claim,
    Settled,
    Share,
    Source,
    book_shares,
    settled_by,
)
from receivables.errors import CreditBlocked, NoCreditLeft
from receivables.models import CreditNote, Journal, JournalKind, Receipt
from receivables.queries.customers import is_credit_blocked
from receivables.queries.open_items import payable_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """A receipt or a credit note with something left; `corrects` is the invoice it was made for."""

    source: Source
    left: Money
    corrects: uuid.UUID | None = None


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
    The caller holds the customer's lock. Raises NoCreditLeft, or CreditBlocked: what an insolvent
    customer has as credit is not its own to set off.
    """
    if is_credit_used(session, operation_id):
        return {}
    owner = _subject(deed)
    if is_credit_blocked(session, customer_id=owner):
        raise CreditBlocked
    purses = [
        *_credit_notes(session, owner, ledger_id, currency),
        *_money(session, owner, ledger_id, currency),
    ]
    meant = _own(session, owner, ledger_id, claims)
    settled = settled_by(session, meant, Money.total((one.left for one in purses), currency))
    if not settled:
        raise NoCreditLeft
    book_shares(
        session,
        shares_of(purses, settled),
        ledger_id=ledger_id,
        operation_id=operation_id,
        object_id=operation_id,
        deed=deed,
        action="credit.used",
    )
    return {one.invoice_id: one.amount for one in settled}


def apply_credit_note(
    session: Session,
    *,
    credit_note_id: uuid.UUID,
    claims: Sequence[Claim],
    operation_id: uuid.UUID,
    deed: Deed,
) -> Money:
    """Settle each claimed invoice up to what is still open and what is left of the credit note.

    Returns what was settled. Invoices of another customer or ledger are passed over, as nothing of
    theirs can be settled by it. `operation_id` applies once. The caller holds the customer's lock.
    """
    note = session.execute(
        sa.select(
            CreditNote.ledger_id,
            CreditNote.customer_id,
            CreditNote.unapplied_minor,
            CreditNote.currency,
        ).where(CreditNote.id == credit_note_id)
    ).one()
    nothing = Money.zero(note.currency)
    if is_credit_used(session, operation_id):
        return nothing
    left = Money(note.unapplied_minor, note.currency)
    settled = settled_by(session, _own(session, note.customer_id, note.ledger_id, claims), left)
    if not settled:
        return nothing
    source = Source(payer_id=note.customer_id, credit_note_id=credit_note_id)
    book_shares(
        session,
        [Share(source=source, of=one) for one in settled],
        ledger_id=note.ledger_id,
        operation_id=operation_id,
        object_id=credit_note_id,
        deed=replace(deed, subject_id=note.customer_id),
        action="credit_note.applied",
    )
    return Money.total((one.amount for one in settled), note.currency)


def is_credit_used(session: Session, operation_id: uuid.UUID) -> bool:
    """Whether this operation has settled what it was to settle."""
    done = sa.select(Journal.id).where(
        Journal.kind == JournalKind.ALLOCATION, Journal.source_id == operation_id
    )
    return session.scalars(done).one_or_none() is not None


def shares_of(purses: Sequence[Purse], settled: Sequence[Settled]) -> list[Share]:
    """Which purse gives how much for which invoice: in their order, nothing given twice.

    First each invoice takes from what was made for it, then the rest from whatever is left; the
    purses hold as much as is settled, or more.
    """
    left, shares = [one.left for one in purses], []
    needed = {one.invoice_id: one.amount for one in settled}
    for is_own in (True, False):
        for one in settled:
            for at, purse in enumerate(purses):
                given = min(needed[one.invoice_id], left[at])
                if given.is_positive and (purse.corrects == one.invoice_id or not is_own):
                    shares.append(Share(source=purse.source, of=replace(one, amount=given)))
                    needed[one.invoice_id] -= given
                    left[at] -= given
    return shares


def _subject(deed: Deed) -> uuid.UUID:
    if deed.subject_id is None:
        raise ValueError("credit belongs to a customer")
    return deed.subject_id


def _own(
    session: Session, customer_id: uuid.UUID, ledger_id: uuid.UUID, claims: Sequence[Claim]
) -> list[Claim]:
    """The claims on invoices of that customer and ledger."""
    own = payable_of(
        session,
        customer_id=customer_id,
        ledger_id=ledger_id,
        invoice_ids=[claim.invoice_id for claim in claims],
    )
    return [claim for claim in claims if claim.invoice_id in own]


def _credit_notes(
    session: Session, customer_id: uuid.UUID, ledger_id: uuid.UUID, currency: str
) -> list[Purse]:
    left = (
        sa.select(CreditNote.id, CreditNote.unapplied_minor, CreditNote.invoice_id)
        .where(
            CreditNote.customer_id == customer_id,
            CreditNote.ledger_id == ledger_id,
            CreditNote.currency == currency,
            CreditNote.unapplied_minor > 0,
        )
        .order_by(CreditNote.issued_on, sa.func.length(CreditNote.number), CreditNote.number)
    )
    return [
        Purse(
            source=Source(payer_id=customer_id, credit_note_id=row.id),
            left=Money(row.unapplied_minor, currency),
            corrects=row.invoice_id,
        )
        for row in session.execute(left)
    ]


def _money(
    session: Session, customer_id: uuid.UUID, ledger_id: uuid.UUID, currency: str
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
    return [
        Purse(
            source=Source(payer_id=customer_id, receipt_id=row.id),
            left=Money(row.unapplied_minor, currency),
        )
        for row in session.execute(left)
    ]
