"""What every customer owes on a day, by polars: no code of ours, whole minor units only."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

# Days past due, first and last, of each bucket; our books have their own idea of it.
BUCKETS: Final = {
    "current": (-100_000, 0),
    "1_30": (1, 30),
    "31_60": (31, 60),
    "61_90": (61, 90),
    "over_90": (91, 100_000),
}
KEY: Final = ("customer_id", "currency")

Figures = dict[str, int]  # sums in minor units, and numbers of items, by name


def expected(items: pl.DataFrame, as_of: dt.date) -> dict[tuple[str, str], Figures]:
    """By customer and currency: open, overdue, not yet due and each bucket, sum and number."""
    late = items.with_columns((pl.lit(as_of) - pl.col("due_on")).dt.total_days().alias("late"))
    table = late.group_by(KEY).agg(**dict(_sums()))
    return {(str(row.pop("customer_id")), str(row.pop("currency"))): row for row in _rows(table)}


def _rows(table: pl.DataFrame) -> Iterator[dict[str, Any]]:
    yield from table.iter_rows(named=True)


def _sums() -> Iterator[tuple[str, pl.Expr]]:
    minor, late = pl.col("minor"), pl.col("late")
    yield "still_open", minor.sum()
    yield "overdue", minor.filter(late > 0).sum()
    yield "not_yet_due", minor.filter(late <= 0).sum()
    yield "open_count", minor.len().cast(pl.Int64)
    yield "overdue_count", minor.filter(late > 0).len().cast(pl.Int64)
    for code, (first, last) in BUCKETS.items():
        within = minor.filter(late.is_between(first, last))
        yield f"{code}.amount", within.sum()
        yield f"{code}.count", within.len().cast(pl.Int64)
