"""How quickly what is sold is paid: DSO, best possible DSO, ADD and CEI, from sums of one currency.

Sums are in minor units. Days and percents are exact fractions; whoever shows them rounds. None is
where the trade has no figure: nothing was sold, or nothing could be collected.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

HUNDRED = 100


class MonthSales(NamedTuple):
    """What was sold in a month, or in as much of it as has passed, and how many days that were."""

    sales_minor: int
    days: int


def simple_dso(ending_minor: int, sales_minor: int, days: int) -> Fraction | None:
    """Days sales outstanding: what is open at the end ÷ sales of the period x its days.

    Open is 60,000, sales were 50,000 in 30 days: 36 days.
    """
    return Fraction(ending_minor * days, sales_minor) if sales_minor > 0 else None


def best_possible_dso(current_minor: int, sales_minor: int, days: int) -> Fraction | None:
    """The DSO if all paid when due: what is open and not overdue ÷ sales x days.

    Of the 60,000 above 40,000 are not overdue: 24 days.
    """
    return simple_dso(current_minor, sales_minor, days)


def average_days_delinquent(dso: Fraction | None, best: Fraction | None) -> Fraction | None:
    """DSO less best possible DSO of the same period: 36 - 24 = 12 days."""
    return None if dso is None or best is None else dso - best


def count_back_dso(ending_minor: int, latest_first: Iterable[MonthSales]) -> Fraction | None:
    """Days sales outstanding by counting back: which latest months' sales are still open.

    Open are 60,000; sold were 50,000 in the last 30 days, 40,000 in the 31 before: all of the
    first and 10,000 of the second, so 30 + 10,000 ÷ 40,000 x 31 = 37.75 days. None if more is open
    than was sold in all months given.
    """
    left, counted = ending_minor, Fraction(0)
    if left <= 0:
        return counted
    for month in latest_first:
        if left < month.sales_minor:
            return counted + Fraction(left * month.days, month.sales_minor)
        left -= max(month.sales_minor, 0)  # more credited than sold: nothing of it is open
        counted += month.days
        if left == 0:
            return counted
    return None


def collection_effectiveness(
    *,
    beginning_minor: int,
    sales_minor: int,
    ending_minor: int,
    current_minor: int,
    months: int = 1,
) -> Fraction | None:
    """CEI in percent: what was collected of what could be; 100 is everything that was due.

    Over several months a month's average sales count. 100,000 at the beginning, sales 50,000, open
    60,000 at the end, of which 40,000 are not overdue: 90,000 ÷ 110,000 = 81.8 %.
    """
    could_be = months * beginning_minor + sales_minor  # `months` times everything: no fractions
    base = could_be - months * current_minor
    return Fraction(HUNDRED * (could_be - months * ending_minor), base) if base > 0 else None
