"""Simple interest on what was overdue: a year of 365 days, every day counted, rounded once.

A day counts with what was open at its end, from the day after the due day.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

DAYS_A_YEAR: Final = 365


def days_times_open(
    changes: Iterable[tuple[dt.date, int]], *, after: dt.date, until: dt.date
) -> int:
    """What was open at the end of each day, added up over the days after `after` to `until`.

    `changes` are (day, minor units) that made it more or less: 100 from the 1st on, 40 of them paid
    on the 5th, are 100 + 100 + 60 = 260 over the 3rd to the 5th.
    """
    first = after + dt.timedelta(days=1)
    total = 0
    for day, minor in changes:
        counted = (until - max(day, first)).days + 1
        total += minor * max(counted, 0)
    return total


def interest_minor(open_days: int, percent: Decimal) -> int:
    """Interest at `percent` a year on so many minor units times days, half a unit rounded up."""
    part, whole = percent.as_integer_ratio()
    whole *= 100 * DAYS_A_YEAR
    return (2 * part * open_days + whole) // (2 * whole)
