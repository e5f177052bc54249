"""What became of a receipt besides settling invoices: let go, or exchanged."""

import uuid
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.models import Account, Exchange, JournalLine, Receipt
from receivables.queries.standing import SIGNED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptExchange:
    """What of a receipt became another one (`is_away`), or what it was made of; at which rate."""

    is_away: bool
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


def exchanges_of(session: Session, receipt_id: uuid.UUID) -> tuple[ReceiptExchange, ...]:
    """The exchanges of a receipt that stand, in the order they were made."""
    back = sa.orm.aliased(Exchange)
    is_away = Exchange.from_receipt_id == receipt_id
    other_id = sa.case((is_away, Exchange.to_receipt_id), else_=Exchange.from_receipt_id)
    wanted = (
        sa.select(Exchange, is_away.label("is_away"), Receipt.id, Receipt.number)
        .join(Receipt, Receipt.id == other_id)
        .where(
            sa.or_(is_away, Exchange.to_receipt_id == receipt_id),
            Exchange.reverses_id.is_(None),
            ~sa.exists().where(back.reverses_id == Exchange.id),
        )
        .order_by(Exchange.created_at, Exchange.id)
    )
    return tuple(
        ReceiptExchange(
            is_away=away,
            given=Money(one.from_minor, one.from_currency),
            got=Money(one.to_minor, one.to_currency),
            rate=one.rate,
            other_id=other,
            other_number=number,
        )
        for one, away, other, number in session.execute(wanted)
    )
