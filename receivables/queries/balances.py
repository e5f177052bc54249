"""What a customer owes, by currency: sums over the days of `open_balance`, never over invoices."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.models import OpenBalance, Receipt

# Days past due at which each bucket begins; before the first an item is current.
BUCKETS = (("1_30", 1), ("31_60", 31), ("61_90", 61), ("over_90", 91))
BUCKET_CODES = ("current", *(code for code, _ in BUCKETS))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingBucket:
    """Open items so many days past due: their sum and number."""

    code: str
    amount: Money
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyBalance:
    """One currency of an account. `owed` is what is open less the credit; it may be negative."""

    currency: str
    still_open: Money
    overdue: Money
    not_yet_due: Money
    credit: Money
    owed: Money
    open_count: int
    overdue_count: int
    aging: tuple[AgingBucket, ...]


def bucket_of(days_overdue: int) -> str:
    """The aging bucket of an item so many days past its due date; due today is current."""
    return [BUCKET_CODES[0], *(code for code, start in BUCKETS if days_overdue >= start)][-1]


def balances_of(
    session: Session, *, customer_id: uuid.UUID, on: dt.date
) -> tuple[CurrencyBalance, ...]:
    """What the customer owes on a day, a value a currency, largest number of items first."""
    days = session.execute(
        sa.select(
            OpenBalance.currency,
            OpenBalance.due_on,
            sa.func.sum(OpenBalance.open_minor).label("minor"),
            sa.func.sum(OpenBalance.open_count).label("items"),
        )
        .where(OpenBalance.customer_id == customer_id, OpenBalance.open_count > 0)
        .group_by(OpenBalance.currency, OpenBalance.due_on)
    ).all()
    on_account = credits_of(session, customer_id=customer_id)
    currencies = {row.currency for row in days} | set(on_account)
    balances = (
        _balance(currency, [row for row in days if row.currency == currency], on_account, on)
        for currency in currencies
    )
    return tuple(sorted(balances, key=lambda b: (-b.open_count, b.currency)))


def credits_of(session: Session, *, customer_id: uuid.UUID) -> dict[str, Money]:
    """Unapplied cash of the customer by currency."""
    unapplied = (
        sa.select(Receipt.currency, sa.func.sum(Receipt.unapplied_minor))
        .where(Receipt.customer_id == customer_id, Receipt.unapplied_minor > 0)
        .group_by(Receipt.currency)
    )
    return {code: Money(int(minor), code) for code, minor in session.execute(unapplied)}


def _balance(
    currency: str,
    days: Iterable[sa.Row[str, dt.date, int, int]],
    on_account: dict[str, Money],
    on: dt.date,
) -> CurrencyBalance:
    sums = {code: [0, 0] for code in BUCKET_CODES}
    for day in days:
        bucket = sums[bucket_of((on - day.due_on).days)]
        bucket[0] += int(day.minor)
        bucket[1] += int(day.items)
    aging = tuple(
        AgingBucket(code=code, amount=Money(minor, currency), count=count)
        for code, (minor, count) in sums.items()
    )
    still_open = Money.total((bucket.amount for bucket in aging), currency)
    credit = on_account.get(currency, Money.zero(currency))
    not_yet_due = aging[0].amount
    return CurrencyBalance(
        currency=currency,
        still_open=still_open,
        overdue=still_open - not_yet_due,
        not_yet_due=not_yet_due,
        credit=credit,
        owed=still_open - credit,
        open_count=sum(bucket.count for bucket in aging),
        overdue_count=sum(bucket.count for bucket in aging[1:]),
        aging=aging,
    )
