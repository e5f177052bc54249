"""What waits on clearing: each account with its balance and since when it is not even."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.models import Account, JournalLine, Side

CLEARING: Final = (
    Account.PSP_CLEARING,
    Account.REFUND_CLEARING,
    Account.DISPUTE_CLEARING,
    Account.PAYOUT_TRANSIT,
    Account.SUSPENSE,
    # Uneven in each currency by nature: what one gave another got, which is the day's position.
    Account.EXCHANGE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing:
    """A clearing account that is not even: its balance (debits positive), and for how many days."""

    account: str
    balance: Money
    since: dt.date
    days: int


def clearing_of(session: Session, *, on: dt.date) -> tuple[Clearing, ...]:
    """The clearing accounts that are not even at the end of a day, the longest first.

    An account is not even since the first booking after it last was at nothing.
    """
    signed = sa.case(
        (JournalLine.side == Side.DEBIT, JournalLine.amount_minor), else_=-JournalLine.amount_minor
    )
    days = (
        sa.select(
            JournalLine.account,
            JournalLine.currency,
            JournalLine.booked_on,
            sa.func.sum(signed).label("minor"),
        )
        .where(JournalLine.account.in_(CLEARING), JournalLine.booked_on <= on)
        .group_by(JournalLine.account, JournalLine.currency, JournalLine.booked_on)
        .subquery()
    )
    group = (days.c.account, days.c.currency)
    running = sa.func.sum(days.c.minor).over(partition_by=group, order_by=days.c.booked_on)
    stood = sa.select(*group, days.c.booked_on, running.label("balance")).subquery()
    keys = (stood.c.account, stood.c.currency)
    even = sa.func.max(stood.c.booked_on).filter(stood.c.balance == 0)
    last_even = sa.select(*keys, even.label("even")).group_by(*keys).subquery()
    uneven = (
        sa.select(
            *keys,
            sa.func.min(stood.c.booked_on).label("since"),
            sa.func.sum(days.c.minor).label("balance"),
        )
        .join(last_even, sa.and_(*(stood.c[n] == last_even.c[n] for n in ("account", "currency"))))
        .join(
            days,
            sa.and_(*(stood.c[n] == days.c[n] for n in ("account", "currency", "booked_on"))),
        )
        .where(sa.or_(last_even.c.even.is_(None), stood.c.booked_on > last_even.c.even))
        .group_by(*keys)
        .order_by("since", *keys)
    )
    return tuple(
        Clearing(
            account=row.account,
            balance=Money(int(row.balance), row.currency),
            since=row.since,
            days=(on - row.since).days,
        )
        for row in session.execute(uneven)
    )
