"""Sets of amounts with an exact sum, and how many there are: to the last one where that can be
known, by size where a ledger is larger, and honestly not known beyond."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import numpy as np

ALL_MAX: Final = 14  # items: every subset is summed, 2 ** 14 of them
HALVES_MAX: Final = 22  # items: two halves meet, 2 ** 11 sums each
PAIRS_MAX: Final = 150  # items: sums of pairs are kept, and triples counted
SINGLES_MAX: Final = 5_000  # items: pairs are looked for one by one
LISTED_MAX: Final = 12  # sets given back for one sum
_PLACE_BITS: Final = 15
_PLACES: Final = 1 << _PLACE_BITS
_PACKED_MAX: Final = 1 << 47  # minor units: more than a million millions
COUNTED_MAX: Final = 1_000_000

Rows = tuple[int, ...]


@dataclass(slots=True)
class Sums:
    """Sums made once for a customer: of both halves of its items, the first in ascending order, or
    of pairs, the others then being single amounts."""

    sums: Any = None
    masks: Any = None
    other_sums: Any = None
    other_masks: Any = None


def exact_sets(sums: Sums, opens: Sequence[int], target: int) -> tuple[list[Rows], int]:
    """Sets of rows whose amounts sum to the target, smallest first, and how many there are.

    Beyond HALVES_MAX items only sets of up to three are found, and the number is 0: not countable.
    """
    count = len(opens)
    if not count:
        return [], 0
    if count <= ALL_MAX:
        return _of_all(opens, target)
    if count <= HALVES_MAX:
        return _of_halves(sums, opens, target)
    return _smallest_first(_of_few(sums, opens, target)), 0


def _of_all(opens: Sequence[int], target: int) -> tuple[list[Rows], int]:
    sums = _all_sums(opens)
    found = [_rows(mask) for mask in np.flatnonzero(sums == target).tolist() if mask]
    return _smallest_first(found), len(found)


def _all_sums(opens: Sequence[int]) -> Any:
    """The sum of every subset; the place of a sum is the mask of its subset."""
    sums = np.empty(1 << len(opens), np.int64)
    sums[0] = 0
    for place, amount in enumerate(opens):
        size = 1 << place
        np.add(sums[:size], amount, out=sums[size : 2 * size])
    return sums


def _of_halves(sums: Sums, opens: Sequence[int], target: int) -> tuple[list[Rows], int]:
    half = len(opens) // 2
    if sums.sums is None:
        unsorted = _all_sums(opens[:half])
        sums.sums, sums.masks = _ascending(unsorted)
        sums.other_sums = _all_sums(opens[half:])
    wanted = target - sums.other_sums
    low, high, hits = _meet(sums.sums, wanted)
    number = int((high - low).sum())
    found = [
        _rows(mask | hit << half)
        for hit, first, last in zip(hits[:64], low.tolist(), high.tolist(), strict=False)
        for mask in sums.masks[first : min(last, first + 64)].tolist()
    ]
    found = [rows for rows in found if rows]
    return _smallest_first(found), min(number, COUNTED_MAX)


def _meet(ascending: Any, wanted: Any) -> tuple[Any, Any, list[int]]:
    """Which of the wanted values occur, and from where to where; most do not, and cost one look."""
    at = np.minimum(ascending.searchsorted(wanted), len(ascending) - 1)
    hits = np.flatnonzero(ascending[at] == wanted)
    return at[hits], ascending.searchsorted(wanted[hits], "right"), hits.tolist()


def _of_few(sums: Sums, opens: Sequence[int], target: int) -> list[Rows]:
    """One, two or three items."""
    if sums.sums is None:
        _sum_few(sums, opens)
    low, high = _span(sums.other_sums, target)
    found: list[Rows] = [(row,) for row in sorted(sums.other_masks[low:high].tolist())]
    if len(opens) > SINGLES_MAX:
        return found[:LISTED_MAX]
    if len(opens) > PAIRS_MAX:
        return found[:LISTED_MAX] + list(islice(_pairs(sums, target), LISTED_MAX))
    low, high = _span(sums.sums, target)
    codes = sums.masks[low : min(high, low + LISTED_MAX)].tolist()
    found = found[:LISTED_MAX] + [divmod(code, len(opens)) for code in codes]
    return found + list(islice(_triples(sums, opens, target), LISTED_MAX))


def _sum_few(sums: Sums, opens: Sequence[int]) -> None:
    """Sort the amounts, and the sums of pairs where there are not too many."""
    amounts = np.array(opens, np.int64)
    sums.other_sums, sums.other_masks = _ascending(amounts)
    sums.sums = sums.other_sums
    if len(opens) <= PAIRS_MAX:
        left, right = _triangle(len(opens))
        pairs = amounts[left] + amounts[right]
        sums.sums, order = _ascending(pairs)
        sums.masks = left[order] * len(opens) + right[order]


@lru_cache(maxsize=PAIRS_MAX)
def _triangle(count: int) -> tuple[Any, Any]:
    return np.triu_indices(count, 1)


def _ascending(values: Any) -> tuple[Any, Any]:
    """The values in order, and the place of each; equal ones in the order of their places.

    Value and place packed in one integer sort many times faster than places by value.
    """
    if len(values) > _PLACES or np.abs(values).max(initial=0) >= _PACKED_MAX:
        order = np.argsort(values, kind="stable")
        return values[order], order
    packed = np.sort((values << _PLACE_BITS) | np.arange(len(values)))
    return packed >> _PLACE_BITS, packed & (_PLACES - 1)


def _span(values: Any, target: int) -> tuple[int, int]:
    return int(values.searchsorted(target, "left")), int(values.searchsorted(target, "right"))


def _pairs(sums: Sums, target: int) -> Iterator[Rows]:
    """Two items among many; the amounts are sorted."""
    wanted = target - sums.other_sums
    low = sums.other_sums.searchsorted(wanted, "left")
    high = sums.other_sums.searchsorted(wanted, "right")
    for place in np.flatnonzero(high > low).tolist():
        row = int(sums.other_masks[place])
        for other in sums.other_masks[low[place] : min(high[place], low[place] + 4)].tolist():
            if row < other:
                yield row, other


def _triples(sums: Sums, opens: Sequence[int], target: int) -> Iterator[Rows]:
    """Three items: one, and a pair of two later ones."""
    wanted = target - np.array(opens, np.int64)
    low = sums.sums.searchsorted(wanted, "left")
    high = sums.sums.searchsorted(wanted, "right")
    for row in np.flatnonzero(high > low).tolist():
        for code in sums.masks[low[row] : min(high[row], low[row] + LISTED_MAX)].tolist():
            one, other = divmod(code, len(opens))
            if row < one:
                yield row, one, other


def _rows(mask: int) -> Rows:
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return tuple(found)


def _smallest_first(found: list[Rows]) -> list[Rows]:
    """Few items first, then those due earlier."""
    return sorted(found, key=lambda rows: (len(rows), rows))[:LISTED_MAX]
