"""Sets of amounts with an exact sum, and how many there are: to the last one where that can be
known, by size where a ledger is larger, and honestly not known beyond."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import numpy as np

ALL_MAX: Final = 13  # items: every subset's sum is kept, 2 ** 13 of them
HALVES_MAX: Final = 22  # items: two halves meet, 2 ** 11 sums each
PAIRS_MAX: Final = 250  # items: sums of pairs are kept, and triples counted
SINGLES_MAX: Final = 5_000  # items: pairs are looked for one by one
LISTED_MAX: Final = 12  # sets given back for one sum
COUNTED_MAX: Final = 1_000_000

Rows = tuple[int, ...]


@dataclass(slots=True)
class Sums:
    """Sums made once for a customer: of all subsets, of halves, or of pairs, in ascending order."""

    sums: Any = None
    masks: Any = None
    other_sums: Any = None
    other_masks: Any = None
    singles: dict[int, list[int]] | None = None


def exact_sets(sums: Sums, opens: Sequence[int], target: int) -> tuple[list[Rows], int]:
    """Sets of rows whose amounts sum to the target, smallest first, and how many there are.

    Beyond HALVES_MAX items only sets of up to three are found, and the number is 0: not countable.
    """
    count = len(opens)
    if not count:
        return [], 0
    if count <= ALL_MAX:
        return _of_all(sums, opens, target)
    if count <= HALVES_MAX:
        return _of_halves(sums, opens, target)
    return _smallest_first(_of_few(sums, opens, target)), 0


def subset_sums(opens: Sequence[int]) -> tuple[Any, Any]:
    """The sums of all subsets in ascending order, and the mask of each."""
    sums = np.zeros(1, np.int64)
    for amount in opens:
        sums = np.concatenate([sums, sums + amount])
    masks = np.argsort(sums, kind="stable")
    return sums[masks], masks


def _of_all(sums: Sums, opens: Sequence[int], target: int) -> tuple[list[Rows], int]:
    if sums.sums is None:
        sums.sums, sums.masks = subset_sums(opens)
    low = int(sums.sums.searchsorted(target, "left"))
    high = int(sums.sums.searchsorted(target, "right"))
    found = [_rows(mask) for mask in sums.masks[low:high].tolist() if mask]
    return _smallest_first(found), len(found)


def _of_halves(sums: Sums, opens: Sequence[int], target: int) -> tuple[list[Rows], int]:
    half = len(opens) // 2
    if sums.sums is None:
        sums.sums, sums.masks = subset_sums(opens[:half])
        sums.other_sums, sums.other_masks = subset_sums(opens[half:])
    wanted = target - sums.other_sums
    low = sums.sums.searchsorted(wanted, "left")
    high = sums.sums.searchsorted(wanted, "right")
    hits = np.flatnonzero(high > low)
    number = int((high[hits] - low[hits]).sum())
    found = [
        _rows(mask | int(sums.other_masks[hit]) << half)
        for hit in hits[:64].tolist()
        for mask in sums.masks[low[hit] : min(high[hit], low[hit] + 64)].tolist()
    ]
    found = [rows for rows in found if rows]
    return _smallest_first(found), min(number, COUNTED_MAX)


def _of_few(sums: Sums, opens: Sequence[int], target: int) -> list[Rows]:
    """One, two or three items."""
    if sums.singles is None:
        sums.singles = {}
        for row, amount in enumerate(opens):
            sums.singles.setdefault(amount, []).append(row)
    found: list[Rows] = [(row,) for row in sums.singles.get(target, ())[:LISTED_MAX]]
    if len(opens) <= SINGLES_MAX:
        found += islice(_pairs(sums.singles, opens, target), LISTED_MAX)
    if len(opens) <= PAIRS_MAX:
        found += islice(_triples(sums, opens, target), LISTED_MAX)
    return found


def _pairs(singles: dict[int, list[int]], opens: Sequence[int], target: int) -> Iterator[Rows]:
    for row, amount in enumerate(opens):
        for other in singles.get(target - amount, ()):
            if other > row:
                yield row, other


def _triples(sums: Sums, opens: Sequence[int], target: int) -> Iterator[Rows]:
    if sums.sums is None:
        amounts = np.array(opens, np.int64)
        left, right = np.triu_indices(len(opens), 1)
        pairs = amounts[left] + amounts[right]
        order = np.argsort(pairs, kind="stable")
        sums.sums, sums.masks = pairs[order], left[order] * len(opens) + right[order]
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
