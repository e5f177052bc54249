"""Money that goes back: refunds, disputes, returned debits. The postings are a table.

What goes back is taken from what of its receipt is unapplied. Where that is not enough, allocations
of the receipt are undone first, by reversing rows, so that their invoices are open again.
"""

import uuid
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.journal import Booking, Posting, post
from receivables.actions.reversal import reverse_allocation
from receivables.models import Account, Allocation, JournalKind, JournalLine, Receipt, Side
from receivables.models import JournalKind as K

OWN: Final = None  # the payer's unapplied cash; suspense while it is nobody's
# What is debited and what is credited.
POSTINGS: Final[dict[JournalKind, tuple[Account | None, Account | None]]] = {
    K.REFUND_REQUESTED: (OWN, Account.REFUND_CLEARING),
    K.REFUND_PAID: (Account.REFUND_CLEARING, Account.PSP_CLEARING),
    K.REFUND_CAME_BACK: (Account.PSP_CLEARING, Account.REFUND_CLEARING),
    K.REFUND_UNDONE: (Account.REFUND_CLEARING, OWN),
    K.DISPUTE_WITHDRAWN: (Account.DISPUTE_CLEARING, Account.PSP_CLEARING),
    K.DISPUTE_REINSTATED: (Account.PSP_CLEARING, Account.DISPUTE_CLEARING),
    K.DISPUTE_LOST: (OWN, Account.DISPUTE_CLEARING),
    K.DISPUTE_WON_LATE: (Account.DISPUTE_CLEARING, OWN),
}


def book_going_back(
    session: Session,
    kind: JournalKind,
    *,
    receipt_id: uuid.UUID,
    amount: Money,
    source_id: uuid.UUID,
    deed: Deed,
) -> uuid.UUID:
    """Post one step of money going back, by the table; the journal's id.

    `source_id` is the fact it books: a kind books a fact once. The caller holds the locks and
    records the deed.
    """
    receipt = session.get_one(Receipt, receipt_id)
    debited, credited = POSTINGS[kind]
    booking = Booking(
        ledger_id=receipt.ledger_id,
        kind=kind,
        source_id=source_id,
        deed=deed,
        postings=(
            _posting(receipt, debited, Side.DEBIT, amount),
            _posting(receipt, credited, Side.CREDIT, amount),
        ),
    )
    return post(session, [booking])[0]


def amount_of(session: Session, journal_id: uuid.UUID) -> Money:
    """What one such journal moved."""
    wanted = sa.select(JournalLine.amount_minor, JournalLine.currency).where(
        JournalLine.journal_id == journal_id, JournalLine.side == Side.DEBIT
    )
    row = session.execute(wanted).one()
    return Money(row.amount_minor, row.currency)


def _posting(receipt: Receipt, account: Account | None, side: Side, amount: Money) -> Posting:
    if account is not OWN:
        return Posting(account=account, side=side, amount=amount)
    return Posting(
        account=Account.UNAPPLIED_CASH if receipt.customer_id else Account.SUSPENSE,
        side=side,
        amount=amount,
        customer_id=receipt.customer_id,
        receipt_id=receipt.id,
    )


def customers_of(session: Session, receipt_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Whose rows undoing allocations of this receipt touches: the payer's and the invoices'."""
    payer = sa.select(Receipt.customer_id).where(Receipt.id == receipt_id)
    owners = sa.select(Allocation.customer_id).where(Allocation.receipt_id == receipt_id)
    return frozenset(one for one in session.scalars(payer.union(owners)) if one)


def free(
    session: Session, *, receipt_id: uuid.UUID, amount: Money, reason: str, deed: Deed
) -> tuple[Money, bool]:
    """Make so much of a receipt unapplied: how much there is, and whether invoices were opened.

    The latest allocations are undone first; of the last one only what is needed stays undone. The
    caller holds the locks of `customers_of`. Never more than the receipt still has.
    """
    is_opened = False
    for allocation_id, invoice_id, minor in _standing(session, receipt_id):
        missing = amount.minor - _unapplied(session, receipt_id)
        if missing <= 0:
            break
        reverse_allocation(session, allocation_id=allocation_id, reason=reason, deed=deed)
        is_opened = True
        if minor > missing:
            kept = Claim(invoice_id=invoice_id, amount=Money(minor - missing, amount.currency))
            allocate_up_to(
                session,
                receipt_id=receipt_id,
                claims=[kept],
                operation_id=uuid.uuid4(),
                deed=deed,
            )
    left = Money(_unapplied(session, receipt_id), amount.currency)
    return min(amount, left), is_opened


def _standing(session: Session, receipt_id: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID, int]]:
    """Allocations of a receipt that are not undone, the latest first."""
    undone = sa.select(Allocation.reverses_id).where(Allocation.reverses_id.is_not(None))
    wanted = (
        sa.select(Allocation.id, Allocation.invoice_id, Allocation.amount_minor)
        .where(
            Allocation.receipt_id == receipt_id,
            Allocation.reverses_id.is_(None),
            Allocation.id.not_in(undone.where(Allocation.receipt_id == receipt_id)),
        )
        .order_by(Allocation.created_at.desc(), Allocation.id.desc())
    )
    return [(row.id, row.invoice_id, row.amount_minor) for row in session.execute(wanted)]


def _unapplied(session: Session, receipt_id: uuid.UUID) -> int:
    wanted = sa.select(Receipt.unapplied_minor).where(Receipt.id == receipt_id)
    return session.execute(wanted).scalar_one()
