"""Aging: what is open by days past due, in the buckets of the trade."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from foundation.money import Money

# Days past due at which each bucket begins; before the first an item is current.
BUCKETS: Final = (("1_30", 1), ("31_60", 31), ("61_90", 61), ("over_90", 91))
LATEST_FIRST: Final = BUCKETS[::-1]
BUCKET_CODES: Final = ("current", *(code for code, _ in BUCKETS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """Open items so many days past due, added up."""

    code: str
    amount: Money


def aged(sums: Mapping[str, int], currency: str) -> tuple[Aged, ...]:
    """Every bucket in its order, from sums in minor units by bucket."""
    return tuple(
        Aged(code=code, amount=Money(sums.get(code, 0), currency)) for code in BUCKET_CODES
    )


def bucket_of(due_on: sa.SQLColumnExpression[Any], on: dt.date) -> sa.ColumnElement[str]:
    """The bucket of a due day at the end of a day; due on the day itself is current."""
    begins = ((due_on <= on - dt.timedelta(days=days), code) for code, days in LATEST_FIRST)
    return sa.case(*begins, else_=BUCKET_CODES[0])
