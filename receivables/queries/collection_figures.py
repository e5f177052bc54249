"""DSO, best possible DSO, ADD and CEI of a ledger or a customer, from the books as of any day."""

import calendar
import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.collection_figures import (
    MonthSales,
    average_days_delinquent,
    best_possible_dso,
    collection_effectiveness,
    count_back_dso,
    simple_dso,
)
from receivables.models import Account, AccountDay

# What an open item is booked against when it is issued; less what is credited or cancelled.
SOLD: Final = (Account.GL_CONTROL, Account.LATE_CHARGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFigures:
    """The figures of some months up to a day, and the sums they come from.

    Open (`beginning` before the first day, `ending` after the last, `current` of that not overdue)
    is what invoices and charges leave to pay; credit is in none of them. Sales are invoices less
    credit notes, tax included as in what is open, and late fees and interest: they are open too.
    Days and percents are exact; None is where there is no figure.
    """

    start: dt.date
    end: dt.date
    beginning: Money
    sales: Money
    ending: Money
    current: Money
    simple_dso: Fraction | None
    count_back_dso: Fraction | None
    best_possible_dso: Fraction | None
    average_days_delinquent: Fraction | None
    collection_effectiveness: Fraction | None


def collection_figures(
    session: Session,
    *,
    ledger_id: uuid.UUID,
    currency: str,
    on: dt.date,
    months: int = 3,
    customer_id: uuid.UUID | None = None,
) -> CollectionFigures:
    """As of a day: of the month it is in, as far as it has passed, and the `months` - 1 before.

    Of all customers of the ledger, or of one.
    """
    of = [AccountDay.ledger_id == ledger_id, AccountDay.currency == currency]
    if customer_id is not None:
        of.append(AccountDay.customer_id == customer_id)
    start = _months_before(on, months - 1)
    sums = _sums(session, of, start, on)
    days = (on - start).days + 1
    dso = simple_dso(sums["ending"], sums["sales"], days)
    best = best_possible_dso(sums["current"], sums["sales"], days)
    return CollectionFigures(
        start=start,
        end=on,
        **{name: Money(minor, currency) for name, minor in sums.items()},
        simple_dso=dso,
        count_back_dso=count_back_dso(sums["ending"], _latest_first(session, of, on)),
        best_possible_dso=best,
        average_days_delinquent=average_days_delinquent(dso, best),
        collection_effectiveness=collection_effectiveness(
            **{f"{name}_minor": minor for name, minor in sums.items()}, months=months
        ),
    )


def _sums(
    session: Session, of: list[sa.ColumnElement[bool]], start: dt.date, on: dt.date
) -> dict[str, int]:
    total = sa.func.sum(AccountDay.change_minor)
    is_open = sa.and_(AccountDay.account == Account.RECEIVABLE, AccountDay.is_item)
    wanted = {
        "beginning": total.filter(is_open, AccountDay.booked_on < start),
        "sales": -total.filter(AccountDay.account.in_(SOLD), _since(start)),
        "ending": total.filter(is_open),
        "current": total.filter(is_open, AccountDay.due_on >= on),
    }
    columns = (sa.func.coalesce(one, 0).label(name) for name, one in wanted.items())
    row = session.execute(sa.select(*columns).where(*of, AccountDay.booked_on <= on)).one()
    return {name: int(minor) for name, minor in row._mapping.items()}


def _since(start: dt.date) -> sa.ColumnElement[bool]:
    return AccountDay.booked_on >= start


def _latest_first(
    session: Session, of: list[sa.ColumnElement[bool]], on: dt.date
) -> Iterator[MonthSales]:
    """The sales of each month from that of the day back to the first there were any."""
    year, month = (sa.extract(part, AccountDay.booked_on) for part in ("year", "month"))
    query = (
        sa.select(year, month, -sa.func.sum(AccountDay.change_minor))
        .where(*of, AccountDay.account.in_(SOLD), AccountDay.booked_on <= on)
        .group_by(year, month)
    )
    sold: Mapping[tuple[int, int], int] = {
        (int(y), int(m)): int(minor) for y, m, minor in session.execute(query)
    }
    first = min(sold, default=(on.year + 1, 1))
    day, days = on.replace(day=1), on.day
    while (day.year, day.month) >= first:
        yield MonthSales(sold.get((day.year, day.month), 0), days)
        day = _months_before(day, 1)
        days = calendar.monthrange(day.year, day.month)[1]


def _months_before(day: dt.date, months: int) -> dt.date:
    """The first day of the month so many months before that of the day."""
    count = day.year * 12 + day.month - 1 - months
    return dt.date(count // 12, count % 12 + 1, 1)
