"""What became of a receipt besides settling invoices: let go, or exchanged."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.models import (
    Account,
    Allocation,
    Exchange,
    Journal,
    JournalKind,
    JournalLine,
    Receipt,
)
from receivables.queries.standing import SIGNED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptExchange:
    """What of a receipt became another one (`is_away`), or what it was made of; at which rate.

    `is_undone`: it was exchanged back, and nothing of the receipt that was made came in.
    """

    is_away: bool
    is_undone: bool
    given: Money
    got: Money
    rate: Decimal
    other_id: uuid.UUID
    other_number: str


def waived_minor(session: Session, receipt_id: uuid.UUID) -> int:
    """The surplus of a receipt that was let go, less what was taken back of that."""
    lines = sa.select(sa.func.coalesce(sa.func.sum(-SIGNED), 0)).where(
        JournalLine.receipt_id == receipt_id,
        JournalLine.account.in_((Account.TOLERANCE, Account.FX_DIFFERENCE)),
    )
    return int(session.scalars(lines).one())


def came_short(
    session: Session,
    receipt_id: uuid.UUID,
    *,
    operation_id: uuid.UUID,
    meant: Money,
    invoice_ids: Collection[uuid.UUID],
) -> bool:
    """Whether less than was meant was open on these invoices when the money came.

    By what the operation settled as it came in, whatever was settled or undone since; where it
    settled nothing, by whether anything was open: else the money waited for a person.
    """
    settled = (
        sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount_minor), 0))
        .join(Journal, Journal.id == Allocation.journal_id)
        .where(
            Allocation.receipt_id == receipt_id,
            Journal.kind == JournalKind.ALLOCATION,
            Journal.source_id == operation_id,
        )
    )
    minor = int(session.scalars(settled).one())
    return minor < meant.minor if minor else not _were_open(session, receipt_id, invoice_ids)


def _were_open(session: Session, receipt_id: uuid.UUID, invoice_ids: Collection[uuid.UUID]) -> bool:
    """Whether all but this money left anything open of them on the day it came."""
    came_on = sa.select(Receipt.received_on).where(Receipt.id == receipt_id).scalar_subquery()
    own = sa.select(Allocation.journal_id).where(Allocation.receipt_id == receipt_id)
    left = sa.select(sa.func.coalesce(sa.func.sum(SIGNED), 0)).where(
        JournalLine.account == Account.RECEIVABLE,
        JournalLine.invoice_id.in_(invoice_ids),
        JournalLine.booked_on <= came_on,
        JournalLine.journal_id.not_in(own),
    )
    return int(session.scalars(left).one()) > 0


def exchanges_of(session: Session, receipt_id: uuid.UUID) -> tuple[ReceiptExchange, ...]:
    """The exchanges of a receipt in the order they were made: those that stand, and the one it was
    made by even if it was undone.
    """
    back = sa.orm.aliased(Exchange)
    is_away = Exchange.from_receipt_id == receipt_id
    is_undone = sa.exists().where(back.reverses_id == Exchange.id)
    other_id = sa.case((is_away, Exchange.to_receipt_id), else_=Exchange.from_receipt_id)
    wanted = (
        sa.select(
            Exchange,
            is_away.label("is_away"),
            is_undone.label("is_undone"),
            Receipt.id,
            Receipt.number,
        )
        .join(Receipt, Receipt.id == other_id)
        .where(
            sa.or_(sa.and_(is_away, ~is_undone), Exchange.to_receipt_id == receipt_id),
            Exchange.reverses_id.is_(None),
        )
        .order_by(Exchange.created_at, Exchange.id)
    )
    return tuple(
        ReceiptExchange(
            is_away=away,
            is_undone=undone,
            given=Money(one.from_minor, one.from_currency),
            got=Money(one.to_minor, one.to_currency),
            rate=one.rate,
            other_id=other,
            other_number=number,
        )
        for one, away, undone, other, number in session.execute(wanted)
    )
