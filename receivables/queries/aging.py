"""Aging: what was open at the end of a day by days past due, in the buckets of the trade."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Key, Page, page_of
from receivables.models import Account, AccountDay, Customer

# Days past due at which each bucket begins; before the first an item is current.
BUCKETS: Final = (("1_30", 1), ("31_60", 31), ("61_90", 61), ("over_90", 91))
LATEST_FIRST: Final = BUCKETS[::-1]
BUCKET_CODES: Final = ("current", *(code for code, _ in BUCKETS))
CREDIT: Final = "credit"
# What says how much a customer owes: invoices, less money and other credit not used for them.
OF_THE_CUSTOMER: Final = (Account.RECEIVABLE, Account.UNAPPLIED_CASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """Open items so many days past due, added up."""

    code: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAging:
    """What a customer owed one ledger in one currency: invoices by age, the credit, the rest."""

    customer_id: uuid.UUID
    number: str
    name: str
    aging: tuple[Aged, ...]
    credit: Money
    owed: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAging:
    """The same of all customers of a ledger in one currency, added up."""

    ledger_id: uuid.UUID
    currency: str
    aging: tuple[Aged, ...]
    credit: Money
    owed: Money


def ledger_aging(session: Session, *, on: dt.date) -> tuple[LedgerAging, ...]:
    """What all customers together owed at the end of a day, for each ledger and currency."""
    query = _sums(on, AccountDay.ledger_id, AccountDay.currency).order_by(
        AccountDay.ledger_id, AccountDay.currency
    )
    return tuple(
        LedgerAging(
            ledger_id=row.ledger_id,
            currency=row.currency,
            aging=aged(row._mapping, row.currency),
            credit=Money(-int(row.credit), row.currency),
            owed=Money(int(row.owed), row.currency),
        )
        for row in session.execute(query)
    )


def customer_agings(
    session: Session, *, ledger_id: uuid.UUID, currency: str, on: dt.date, cut: Cut
) -> Page[CustomerAging]:
    """The customers that owed anything at the end of a day, or had credit, by their number."""
    sums = (
        _sums(on, AccountDay.customer_id)
        .where(AccountDay.ledger_id == ledger_id, AccountDay.currency == currency)
        .subquery()
    )
    columns = [sums.c[code] for code in (*BUCKET_CODES, CREDIT, "owed")]
    stands = sa.or_(*(column != 0 for column in columns))
    return page_of(
        session,
        sa.select(Customer.id, Customer.number, Customer.name, *columns)
        .join(sums, sums.c.customer_id == Customer.id)
        .where(stands),
        keys=(Key(Customer.number, str),),
        is_descending=False,
        cut=cut,
        build=lambda row: CustomerAging(
            customer_id=row.id,
            number=row.number,
            name=row.name,
            aging=aged(row._mapping, currency),
            credit=Money(-int(row.credit), currency),
            owed=Money(int(row.owed), currency),
        ),
    )


def _sums(on: dt.date, *by: sa.SQLColumnExpression[Any]) -> sa.Select[*tuple[Any, ...]]:
    """A column a bucket, the credit (negative) and what was owed, added up by some columns."""
    age = age_of(on)
    minor = sa.func.sum(AccountDay.change_minor)
    buckets = (
        sa.func.coalesce(minor.filter(age == code), 0).label(code)
        for code in (*BUCKET_CODES, CREDIT)
    )
    return (
        sa.select(*by, *buckets, minor.label("owed"))
        .where(AccountDay.account.in_(OF_THE_CUSTOMER), AccountDay.booked_on <= on)
        .group_by(*by)
    )


def aged(sums: Mapping[Any, Any], currency: str) -> tuple[Aged, ...]:
    """Every bucket in its order, from sums in minor units by bucket."""
    return tuple(
        Aged(code=code, amount=Money(int(sums.get(code, 0)), currency)) for code in BUCKET_CODES
    )


def age_of(on: dt.date) -> sa.ColumnElement[str]:
    """The bucket of what a day changed, at the end of day `on`, or CREDIT.

    Due on the day itself is current.
    """
    begins = (
        (AccountDay.due_on <= on - dt.timedelta(days=days), code) for code, days in LATEST_FIRST
    )
    return sa.case((AccountDay.is_item, sa.case(*begins, else_=BUCKET_CODES[0])), else_=CREDIT)
