"""Every set of amounts with an exact sum, of at most HALVES_MAX amounts, for many payments at once.

Of few amounts all subsets are summed; of more those of two halves, which then have to meet. Which
sums can meet at all is told by a table of their scattered bits: most need never be compared.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

TRIED_MAX: Final = 8  # amounts: every subset is summed
ALL_MAX: Final = 14  # amounts: the same where more sets have the sum than two halves list
HALVES_MAX: Final = 22  # amounts: two halves meet, 2 ** 11 sums each
LISTED_MAX: Final = 12  # sets given back for one sum
COUNTED_MAX: Final = 1_000_000
_AT_ONCE: Final = 1 << 16  # sums made together: they stay near the processor
MEETING_MAX: Final = 64  # halves that meet, and partners of each, from which sets are listed
_TABLE_BITS: Final = 7  # a table has so many times (as a power of two) the places it has sums
_SCATTER: Final = 0x1E3779B97F4A7C15  # odd: no two values end in the same product

Rows = tuple[int, ...]
Asked = tuple[Sequence[int], int]  # amounts, and the sum that is wanted
Found = tuple[list[Rows], int]  # sets, the smallest first, and how many there are


def sets_of_all(asked: Sequence[Asked]) -> list[Found]:
    """The sets for each question; how many questions there are at once changes no answer."""
    found: list[Found] = [([], 0)] * len(asked)
    halved = [p for p, (opens, target) in enumerate(asked) if len(opens) > TRIED_MAX and target]
    _answer(asked, halved, found, _of_halves)
    tried = [
        place
        for place, (opens, target) in enumerate(asked)
        if len(opens) <= TRIED_MAX
        or (len(opens) <= ALL_MAX and (found[place][1] > MEETING_MAX or not target))
    ]
    _answer(asked, tried, found, _of_subsets)
    nothing = [p for p, (opens, target) in enumerate(asked) if len(opens) > ALL_MAX and not target]
    _answer(asked, nothing, found, _of_halves)
    return found


def _answer(
    asked: Sequence[Asked],
    places: Sequence[int],
    found: list[Found],
    answered: Callable[[Any, list[int]], list[Found]],
) -> None:
    """Answer the questions at these places, those about equally many amounts together."""
    by_count: dict[int, list[int]] = {}
    for place in places:
        by_count.setdefault(len(asked[place][0]), []).append(place)
    by_count.pop(0, None)
    for count, alike in by_count.items():
        sums = count if answered is _of_subsets else count - count // 2 + 2
        step = max(1, _AT_ONCE >> sums)
        for at in range(0, len(alike), step):
            some = alike[at : at + step]
            opens = np.array([asked[place][0] for place in some], np.int64)
            answers = answered(opens, [asked[place][1] for place in some])
            for place, answer in zip(some, answers, strict=True):
                found[place] = answer


def _of_subsets(opens: Any, targets: list[int]) -> list[Found]:
    sums = _all_sums(opens)
    masks, places = np.nonzero(sums == _whole(targets))
    found: list[list[Rows]] = [[] for _ in targets]
    for mask, place in zip(masks.tolist(), places.tolist(), strict=True):
        if mask:
            found[place].append(rows_of(mask))
    return [(smallest_first(sets), len(sets)) if sets else ([], 0) for sets in found]


def _all_sums(opens: Any) -> Any:
    """The sum of every subset, a column for each question; the row of a sum is its mask."""
    questions, count = opens.shape
    sums = np.zeros((1 << count, questions), np.int64)
    for place in range(count):
        size = 1 << place
        np.add(sums[:size], opens[:, place], out=sums[size : 2 * size])
    return sums


def _whole(targets: list[int]) -> Any:
    """Targets as a row; one that no sum of amounts can be is replaced by one that none is."""
    most = np.iinfo(np.int64)
    return np.array([t if most.min < t <= most.max else most.min for t in targets], np.int64)


def _of_halves(opens: Any, targets: list[int]) -> list[Found]:
    half = opens.shape[1] // 2
    sums = np.ascontiguousarray(_all_sums(opens[:, :half]).T)
    wanted = np.ascontiguousarray((_whole(targets) - _all_sums(opens[:, half:])).T)
    own, others = _may_meet(sums, wanted, half + _TABLE_BITS)
    partners: dict[tuple[int, int], list[int]] = {}
    for place, mask, amount in zip(*own, sums[own[0], own[1]].tolist(), strict=True):
        partners.setdefault((place, amount), []).append(mask)
    found: list[list[Rows]] = [[] for _ in targets]
    numbers, meetings = [0] * len(targets), [0] * len(targets)
    for place, other, amount in zip(*others, wanted[others[0], others[1]].tolist(), strict=True):
        masks = partners.get((place, amount))
        if masks is None:
            continue
        numbers[place] += len(masks)
        meetings[place] += 1
        if meetings[place] <= MEETING_MAX:
            both = [mask | other << half for mask in masks[:MEETING_MAX]]
            found[place] += [rows_of(mask) for mask in both if mask]
    return [
        (smallest_first(sets), min(number, COUNTED_MAX)) if number else ([], 0)
        for sets, number in zip(found, numbers, strict=True)
    ]


def _may_meet(sums: Any, wanted: Any, bits: int) -> tuple[list[list[int]], list[list[int]]]:
    """Places of sums and of wanted ones that may be equal; all that are equal are among them."""
    own, others = _scattered(sums, bits), _scattered(wanted, bits)
    table = np.zeros(len(sums) << bits, np.bool_)
    flat = own.ravel()
    table[flat] = True
    hits = np.nonzero(table.take(others))
    table[flat] = False
    table[others[hits]] = True
    back = np.nonzero(table.take(own))
    return [one.tolist() for one in back], [one.tolist() for one in hits]


def _scattered(values: Any, bits: int) -> Any:
    """A place in the table of its row for each value, as if by chance."""
    mixed = values * _SCATTER
    mixed >>= 62 - bits
    mixed &= (1 << bits) - 1
    mixed += (np.arange(len(values)) << bits)[:, None]
    return mixed


@lru_cache(maxsize=1 << 16)
def rows_of(mask: int) -> Rows:
    """The rows whose bits are set."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return tuple(found)


def smallest_first(found: list[Rows]) -> list[Rows]:
    """Few items first, then those due earlier."""
    if len(found) < 2:
        return found
    return sorted(found, key=lambda rows: (len(rows), rows))[:LISTED_MAX]
