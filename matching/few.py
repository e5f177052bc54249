"""Sets of one, two or three amounts with an exact sum, where there are too many amounts to try
every set: for many payments at once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import numpy as np

from matching.subsets import LISTED_MAX, Rows

PAIRS_MAX: Final = 150  # amounts: pairs and triples are looked for
SINGLES_MAX: Final = 5_000  # amounts: pairs are looked for one by one
_AT_ONCE: Final = 1 << 16  # sums of pairs made together: they stay near the processor
_TABLE_BITS: Final = 15
_TABLE_MASK: Final = (1 << _TABLE_BITS) - 1
_SCATTER: Final = 0x9E3779B1  # odd: what differs in its last bits stays apart


@dataclass(slots=True)
class Sums:
    """Made once for a customer: the least and the largest amount, what credit notes sum to; of
    more than PAIRS_MAX items the amounts in ascending order, and the row of each."""

    least: int | None = None
    most: int = 0
    credit: int = 0
    amounts: Any = None
    rows: Any = None

    def bound(self, opens: Sequence[int]) -> None:
        """See within what bounds these amounts are."""
        self.least, self.most = min(opens), max(opens)
        self.credit = sum([amount for amount in opens if amount < 0]) if self.least < 0 else 0


@dataclass(slots=True)
class Asked:
    """Which of these amounts, none of those held, sum to the target?"""

    sums: Sums
    opens: Sequence[int]
    target: int
    held: Collection[int] = ()


Pair = tuple[int, int, int]  # sum, and the two rows


def few_sets(asked: Sequence[Asked]) -> list[list[Rows]]:
    """For each question sets of up to three rows; two among many, one among very many, and then
    whatever is held."""
    found: list[list[Rows]] = [[]] * len(asked)
    by_count: dict[int, list[int]] = {}
    for place, one in enumerate(asked):
        if len(one.opens) > PAIRS_MAX:
            found[place] = _among_many(one.sums, one.opens, one.target)
        else:
            by_count.setdefault(len(one.opens), []).append(place)
    for count, places in by_count.items():
        step = max(1, _AT_ONCE // max(count * (count - 1) // 2, 1))
        for at in range(0, len(places), step):
            some = places[at : at + step]
            pairs = _pairs_that_may([asked[place] for place in some], count)
            for place, own in zip(some, pairs, strict=True):
                found[place] = _of_pairs(asked[place], own)
    return found


def _pairs_that_may(asked: Sequence[Asked], count: int) -> list[list[Pair]]:
    """For each question the pairs that may have its target as their sum, or be what a third amount
    leaves of it; in the order of their rows."""
    left, right = _triangle(count)
    opens = np.array([one.opens for one in asked], np.int64).reshape(len(asked), count)
    targets = np.array([one.target for one in asked], np.int64)[:, None]
    sums = opens.take(left, axis=1)
    sums += opens.take(right, axis=1)
    offsets = (np.arange(len(asked)) << _TABLE_BITS)[:, None]
    table = np.zeros(len(asked) << _TABLE_BITS, np.bool_)
    table[_scattered(targets - opens) + offsets] = True
    table[_scattered(targets) + offsets] = True
    at = _scattered(sums)
    at += offsets
    places, hits = np.nonzero(table.take(at))
    found: list[list[Pair]] = [[] for _ in asked]
    pairs = zip(sums[places, hits].tolist(), left[hits].tolist(), right[hits].tolist(), strict=True)
    for place, pair in zip(places.tolist(), pairs, strict=True):
        found[place].append(pair)
    return found


def _scattered(values: Any) -> Any:
    """A place in a table for each sum, as if by chance."""
    mixed = values * _SCATTER
    mixed >>= 16
    mixed &= _TABLE_MASK
    return mixed


@lru_cache(maxsize=PAIRS_MAX)
def _triangle(count: int) -> tuple[Any, Any]:
    return np.triu_indices(count, 1)


def _of_pairs(one: Asked, pairs: Sequence[Pair]) -> list[Rows]:
    opens, target, held = one.opens, one.target, one.held
    found: list[Rows] = []
    if target in opens:
        found = [(r,) for r, amount in enumerate(opens) if amount == target and r not in held]
    if not pairs:
        return found[:LISTED_MAX]
    by_sum: dict[int, list[Rows]] = {}
    for amount, left, right in pairs:
        known = by_sum.setdefault(amount, [])
        if len(known) < LISTED_MAX and left not in held and right not in held:
            known.append((left, right))
    triples = (
        (row, *rows)
        for row, amount in enumerate(opens)
        if target - amount in by_sum and row not in held
        for rows in by_sum[target - amount]
        if row < rows[0]
    )
    return [*found[:LISTED_MAX], *by_sum.get(target, ()), *islice(triples, LISTED_MAX)]


def _among_many(sums: Sums, opens: Sequence[int], target: int) -> list[Rows]:
    """One item, or two."""
    if sums.amounts is None:
        amounts = np.array(opens, np.int64)
        sums.rows = np.argsort(amounts, kind="stable")
        sums.amounts = amounts[sums.rows]
    low, high = (int(sums.amounts.searchsorted(target, side)) for side in ("left", "right"))
    found: list[Rows] = [(row,) for row in sorted(sums.rows[low:high].tolist())]
    if len(opens) > SINGLES_MAX:
        return found[:LISTED_MAX]
    return found[:LISTED_MAX] + list(islice(_pairs(sums, target), LISTED_MAX))


def _pairs(sums: Sums, target: int) -> Iterator[Rows]:
    """Two items among many; the amounts are sorted."""
    wanted = target - sums.amounts
    low = sums.amounts.searchsorted(wanted, "left")
    high = sums.amounts.searchsorted(wanted, "right")
    for place in np.flatnonzero(high > low).tolist():
        row = int(sums.rows[place])
        for other in sums.rows[low[place] : min(high[place], low[place] + 4)].tolist():
            if row < other:
                yield row, other
