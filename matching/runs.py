"""What belongs together: rows of one label, and neighbours in some order that sum to an amount; of
many customers at once whether any can."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any, Final

import numpy as np

_TABLE_BITS: Final = 16
_AT_ONCE: Final = 32  # questions that share a table
_SCATTER: Final = 0x1E3779B97F4A7C15  # odd: no two sums end in the same product

Rows = tuple[int, ...]


def neighbours(values: Sequence[int], order: Sequence[int], target: int) -> list[Rows]:
    """Sets of neighbours in this order of exactly this sum; two at most with the same end."""
    sums = [*accumulate(map(values.__getitem__, order), initial=0)]
    found: list[Rows] = []
    latest: dict[int, tuple[int, ...]] = {}  # where each sum stood last, two places before or more
    for end in range(2, len(sums)):
        sum_before = sums[end - 2]
        latest[sum_before] = (*latest.get(sum_before, ())[-1:], end - 2)
        starts = latest.get(sums[end] - target, ())
        found += [tuple(sorted(order[start:end])) for start in starts]
    return found


def may_have_neighbours(asked: Sequence[tuple[Sequence[int], int]]) -> list[bool]:
    """For values in some order, each with a target: whether neighbours may sum to it.

    Never no where some do; hardly ever yes where none do.
    """
    table = np.zeros(min(len(asked), _AT_ONCE) << _TABLE_BITS, np.bool_)
    found: list[bool] = []
    for at in range(0, len(asked), _AT_ONCE):
        found += _may(asked[at : at + _AT_ONCE], table)
    return found


def _may(asked: Sequence[tuple[Sequence[int], int]], table: Any) -> list[bool]:
    lengths = np.array([len(values) + 1 for values, _target in asked])
    starts = np.cumsum(lengths) - lengths
    flat = chain.from_iterable([(0, *values) for values, _target in asked])
    amounts = np.fromiter(flat, np.int64, int(lengths.sum()))
    sums = np.cumsum(amounts)
    sums -= np.repeat(sums[starts], lengths)
    offsets = np.repeat(np.arange(len(asked)) << _TABLE_BITS, lengths)
    own = _scattered(sums) + offsets
    table[own] = True
    targets = np.repeat(np.array([target for _values, target in asked], np.int64), lengths)
    hits = table.take(_scattered(sums - targets) + offsets)
    table[own] = False
    # Where all amounts are above nothing, what ends with the target itself is that one alone.
    is_rising = np.add.reduceat(amounts <= 0, starts, dtype=np.int64) == 1
    hits &= (amounts != targets) | np.repeat(~is_rising, lengths)
    may: list[bool] = np.logical_or.reduceat(hits, starts).tolist()
    return may


def _scattered(sums: Any) -> Any:
    """A place in the table for each sum, as if by chance."""
    mixed = sums * _SCATTER
    mixed >>= 62 - _TABLE_BITS
    mixed &= (1 << _TABLE_BITS) - 1
    return mixed


def by_length(digits: Sequence[str]) -> list[int]:
    """Places of numbers as digits, in ascending order; the shorter before the longer."""
    if len(set(map(len, digits))) == 1:
        return sorted(range(len(digits)), key=digits.__getitem__)
    return sorted(range(len(digits)), key=lambda row: (len(digits[row]), digits[row]))


def alike_rows(labels: Sequence[int | str], nothing: int | str) -> Iterable[list[int]]:
    """Rows that share a label other than nothing, two or more."""
    if len(set(labels)) == len(labels):
        return ()
    together: dict[int | str, list[int]] = {}
    for row, label in enumerate(labels):
        if label in together:
            together[label].append(row)
        else:
            together[label] = [row]
    together.pop(nothing, None)
    return [rows for rows in together.values() if len(rows) > 1]
