"""What went back of card and debit payments, as people see it: one question for any number."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from payments.card.afterwards import CardDispute, CardRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class WentBack:
    """A refund, a dispute, or a debit that its bank returned. `kind` is one of these three words.

    `state` is that of its machine: a refund is pending, succeeded or failed; the others are open,
    won or lost.
    """

    kind: str
    state: str
    amount: Money
    reason: str | None
    opened_at: dt.datetime
    changed_at: dt.datetime
    ref: str


Whats = Mapping[uuid.UUID, tuple[WentBack, ...]]


def gone_back(session: Session, payment_ids: Collection[uuid.UUID]) -> Whats:
    """What went back of each of these payments, the oldest first; nothing for most."""
    if not payment_ids:
        return {}
    found: dict[uuid.UUID, list[WentBack]] = {}
    for row in session.execute(_wanted(payment_ids)):
        one = WentBack(
            kind=row.kind,
            state=row.state,
            amount=Money(row.amount_minor, row.currency),
            reason=row.reason,
            opened_at=row.opened_at,
            changed_at=row.changed_at,
            ref=row.ref,
        )
        found.setdefault(row.card_payment_id, []).append(one)
    return {payment_id: tuple(ones) for payment_id, ones in found.items()}


def _wanted(payment_ids: Collection[uuid.UUID]) -> sa.Select[*tuple[object, ...]]:
    is_return = sa.case((CardDispute.is_return, "return"), else_="dispute")
    both = sa.union_all(
        sa.select(
            CardRefund.card_payment_id,
            sa.literal("refund").label("kind"),
            CardRefund.state,
            CardRefund.amount_minor,
            CardRefund.currency,
            sa.null().label("reason"),
            CardRefund.opened_at,
            CardRefund.changed_at,
            CardRefund.ref,
        ).where(CardRefund.card_payment_id.in_(payment_ids)),
        sa.select(
            CardDispute.card_payment_id,
            is_return.label("kind"),
            CardDispute.state,
            CardDispute.amount_minor,
            CardDispute.currency,
            CardDispute.reason,
            CardDispute.opened_at,
            CardDispute.changed_at,
            CardDispute.ref,
        ).where(CardDispute.card_payment_id.in_(payment_ids)),
    ).subquery()
    return sa.select(both).order_by(both.c.opened_at, both.c.ref)
