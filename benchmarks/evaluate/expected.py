"""What every customer owes on a day, by polars: no code of ours, whole minor units only."""

import datetime as dt
from collections.abc import Iterator, Sequence
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
ACCOUNT: Final = ("customer_id", "ledger", "currency")

Figures = dict[str, int]  # sums in minor units, and numbers of items, by name


def expected(
    items: pl.DataFrame, notes: pl.DataFrame, as_of: dt.date, key: Sequence[str] = KEY
) -> dict[tuple[str, ...], Figures]:
    """By customer and currency: open, overdue, not yet due and each bucket, sum and number.

    What credit notes come to is `credit`, and what is open less that is `owed`.
    """
    late = items.with_columns((pl.lit(as_of) - pl.col("due_on")).dt.total_days().alias("late"))
    table = late.group_by(key).agg(**dict(_sums()))
    credit = notes.group_by(key).agg(credit=pl.col("minor").sum())
    whole = table.join(credit, on=key, how="full", coalesce=True).fill_null(0)
    whole = whole.with_columns((pl.col("still_open") - pl.col("credit")).alias("owed"))
    return {tuple(str(row.pop(name)) for name in key): row for row in _rows(whole)}


def expected_then(
    items: pl.DataFrame, notes: pl.DataFrame, on: dt.date
) -> dict[tuple[str, ...], Figures]:
    """By customer, ledger and currency: the sums of what was issued up to a day, no numbers."""
    was_there = pl.col("issued_on") <= on
    then = expected(items.filter(was_there), notes.filter(was_there), on, ACCOUNT)
    return {
        key: {name: value for name, value in figures.items() if not name.endswith("count")}
        for key, figures in then.items()
    }


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
