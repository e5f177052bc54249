"""What belongs together: rows of one label, and neighbours in some order that sum to an amount; of
many customers at once whether any can."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any, Final

import numpy as np

ALONE_MAX: Final = 8  # items of the very amount, of which each is looked at by itself
_TABLE_BITS: Final = 16
_AT_ONCE: Final = 32  # questions that share a table
# Odd: no two sums end in the same product.
_SCATTERS: Final = (0x1E3779B97F4A7C15, 0x2545F4914F6CDD1D)

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
    targets = np.repeat(np.array([target for _values, target in asked], np.int64), lengths)
    ends = _not_alone(amounts, sums, targets, starts, lengths)
    for scatter in _SCATTERS:  # what meets by chance under one hardly does so under the other
        own = _scattered(sums, scatter) + offsets
        table[own] = True
        ends = ends[table.take(_scattered(sums[ends] - targets[ends], scatter) + offsets[ends])]
        table[own] = False
    may = np.zeros(len(asked), np.bool_)
    may[offsets[ends] >> _TABLE_BITS] = True
    found: list[bool] = may.tolist()
    return found


def _not_alone(amounts: Any, sums: Any, targets: Any, starts: Any, lengths: Any) -> Any:
    """Places but for those of the target itself, which is no sum of neighbours unless what stands
    before it comes to nothing: where all amounts are above nothing that is never so. Where there
    are many such places they are left in: then neighbours may as well be looked for."""
    may_end = amounts != targets
    is_rising = np.add.reduceat(amounts <= 0, starts, dtype=np.int64) == 1
    whose = np.repeat(np.arange(len(lengths)), lengths)
    alone = np.flatnonzero(~may_end & ~is_rising[whose])
    is_many = np.bincount(whose[alone], minlength=len(lengths)) > ALONE_MAX
    may_end[alone[is_many[whose[alone]]]] = True
    for end in alone[~is_many[whose[alone]]].tolist():
        before = sums[starts[whose[end]] : max(end - 1, 0)]
        may_end[end] = bool((before == sums[end - 1]).any())
    return np.flatnonzero(may_end)


def _scattered(sums: Any, scatter: int) -> Any:
    """A place in the table for each sum, as if by chance."""
    mixed = sums * scatter
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
