"""What a customer owes, by currency: sums over the days of `open_balance`, never over invoices."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.models import CreditNote, OpenBalance, Receipt
from receivables.queries.aging import BUCKET_CODES, LATEST_FIRST, Aged


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingBucket(Aged):
    """The same with the number of items."""

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


# The aging bucket of an item by its due date; due on the day itself is current.
_BUCKET: Final = sa.case(
    *((OpenBalance.due_on <= sa.bindparam(code, type_=sa.Date), code) for code, _ in LATEST_FIRST),
    else_=BUCKET_CODES[0],
).label("bucket")

_OPEN: Final = (  # made once: nearly every page asks it
    sa.select(
        OpenBalance.currency,
        _BUCKET,
        sa.func.sum(OpenBalance.open_minor).label("minor"),
        sa.func.sum(OpenBalance.open_count).label("items"),
    )
    .where(OpenBalance.customer_id == sa.bindparam("customer_id"), OpenBalance.open_count > 0)
    .group_by(OpenBalance.currency, _BUCKET)
)

# What can pay invoices: money received and credit notes, each as far as it is not used.
_LEFT: Final = sa.union_all(
    *(
        sa.select(document.ledger_id, document.currency, document.unapplied_minor).where(
            document.customer_id == sa.bindparam("customer_id"), document.unapplied_minor > 0
        )
        for document in (Receipt, CreditNote)
    )
).subquery()

_CREDITS: Final = sa.select(_LEFT.c.currency, sa.func.sum(_LEFT.c.unapplied_minor)).group_by(
    _LEFT.c.currency
)

_CREDITS_BY_LEDGER: Final = sa.select(
    _LEFT.c.ledger_id, _LEFT.c.currency, sa.func.sum(_LEFT.c.unapplied_minor)
).group_by(_LEFT.c.ledger_id, _LEFT.c.currency)


def balances_of(
    session: Session, *, customer_id: uuid.UUID, on: dt.date
) -> tuple[CurrencyBalance, ...]:
    """What the customer owes on a day, a value a currency, largest number of items first."""
    days = {code: on - dt.timedelta(days=start) for code, start in LATEST_FIRST}
    buckets = session.execute(_OPEN, {"customer_id": customer_id, **days}).all()
    on_account = credits_of(session, customer_id=customer_id)
    currencies = {row.currency for row in buckets} | set(on_account)
    balances = (
        _balance(currency, [row for row in buckets if row.currency == currency], on_account)
        for currency in currencies
    )
    return tuple(sorted(balances, key=lambda b: (-b.open_count, b.currency)))


def credits_of(session: Session, *, customer_id: uuid.UUID) -> dict[str, Money]:
    """What the customer's receipts and credit notes have left, by currency."""
    left = session.execute(_CREDITS, {"customer_id": customer_id})
    return {code: Money(int(minor), code) for code, minor in left}


def credit_by_ledger(
    session: Session, *, customer_id: uuid.UUID
) -> dict[tuple[uuid.UUID, str], Money]:
    """The same by legal entity and currency: what can pay its invoices."""
    left = session.execute(_CREDITS_BY_LEDGER, {"customer_id": customer_id})
    return {(ledger, code): Money(int(total), code) for ledger, code, total in left}


def aging_of(sums: Mapping[str, tuple[int, int]], currency: str) -> tuple[AgingBucket, ...]:
    """Every bucket in its order, from sums in minor units and numbers of items by bucket."""
    found = ((code, sums.get(code, (0, 0))) for code in BUCKET_CODES)
    return tuple(
        AgingBucket(code=code, amount=Money(minor, currency), count=count)
        for code, (minor, count) in found
    )


def _balance(
    currency: str,
    buckets: Iterable[sa.Row[str, str, int, int]],
    on_account: dict[str, Money],
) -> CurrencyBalance:
    aging = aging_of({row.bucket: (int(row.minor), int(row.items)) for row in buckets}, currency)
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
