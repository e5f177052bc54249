"""Sets of amounts with an exact sum, and how many there are: to the last one where that can be
known, by size where a ledger is larger, and honestly not known beyond."""

from collections.abc import Sequence

from matching.few import PAIRS_MAX, SINGLES_MAX, Asked, Sums, few_sets
from matching.subsets import (
    ALL_MAX,
    HALVES_MAX,
    LISTED_MAX,
    MEETING_MAX,
    Found,
    Rows,
    sets_of_all,
    smallest_first,
)

__all__ = [
    "ALL_MAX",
    "HALVES_MAX",
    "LISTED_MAX",
    "PAIRS_MAX",
    "SINGLES_MAX",
    "Asked",
    "Rows",
    "Sums",
    "exact_sets",
    "exact_sets_of_all",
    "exact_sets_without",
]


def exact_sets(sums: Sums, opens: Sequence[int], target: int) -> Found:
    """Sets of rows whose amounts sum to the target, smallest first, and how many there are.

    Beyond HALVES_MAX items only sets of up to three are found, and the number is 0: not countable.
    """
    return exact_sets_of_all([Asked(sums, opens, target)])[0]


def exact_sets_of_all(asked: Sequence[Asked]) -> list[Found]:
    """The same for many questions, which takes much less time than one by one.

    What is held may be part of a set of countable items: `exact_sets_without` is for those.
    """
    found: list[Found] = [([], 0)] * len(asked)
    places = [place for place, one in enumerate(asked) if len(one.opens) <= HALVES_MAX]
    questions = [_narrowed(asked[place], 1) for place in places]
    counted = sets_of_all([(one.opens, one.target) for one, _rows in questions])
    for place, (_one, rows), answer in zip(places, questions, counted, strict=True):
        found[place] = _told(answer, rows)
    # Where more meet than are listed, which ones are depends on how the items were halved.
    many = [place for place in places if found[place][1] > MEETING_MAX]
    again = sets_of_all([(asked[place].opens, asked[place].target) for place in many])
    found_again = dict(zip(many, again, strict=True))
    large = [place for place, one in enumerate(asked) if len(one.opens) > HALVES_MAX]
    listed = few_sets_of([asked[place] for place in large])
    found_again.update((place, (sets, 0)) for place, sets in zip(large, listed, strict=True))
    return [found_again.get(place, answer) for place, answer in enumerate(found)]


def few_sets_of(asked: Sequence[Asked]) -> list[list[Rows]]:
    """Sets of up to three rows, the smallest first."""
    found: list[list[Rows]] = [[]] * len(asked)
    within = [place for place, one in enumerate(asked) if one.target <= 3 * max(one.opens)]
    questions = [
        # Twice: a pair and an item of it may seem to be three, and its credit note counts double.
        _narrowed(asked[place], 2) if len(asked[place].opens) <= PAIRS_MAX else (asked[place], None)
        for place in within
    ]
    sets = few_sets([one for one, _rows in questions])
    for place, own, (_one, rows) in zip(within, sets, questions, strict=True):
        if own:
            found[place] = _told((smallest_first(own), 0), rows)[0]
    return found


def _narrowed(one: Asked, times: int) -> tuple[Asked, list[int] | None]:
    """The question without the items that are too large to be part of any answer, and the rows
    of those that are left; credit notes may make up for so many times their sum."""
    opens, sums = one.opens, one.sums
    if not opens:
        return one, None
    if sums.least is None:
        sums.bound(opens)
    most = one.target - times * sums.credit
    if sums.most <= most:
        return one, None
    rows = [row for row, amount in enumerate(opens) if amount <= most]
    held = frozenset([at for at, row in enumerate(rows) if row in one.held]) if one.held else ()
    return Asked(Sums(), [opens[row] for row in rows], one.target, held), rows


def _told(answer: Found, rows: list[int] | None) -> Found:
    """An answer in the rows of the question before it was narrowed."""
    if rows is None or not answer[0]:
        return answer
    return [tuple([rows[at] for at in own]) for own in answer[0]], answer[1]


def exact_sets_without(asked: Sequence[Asked]) -> list[list[Rows]]:
    """For many questions the sets of rows none of which is held."""
    rests = [[row for row in range(len(one.opens)) if row not in one.held] for one in asked]
    few, places, narrowed = [], [], []
    for place, (one, rest) in enumerate(zip(asked, rests, strict=True)):
        if len(rest) > HALVES_MAX and len(one.opens) <= PAIRS_MAX:
            few.append(one)
            places.append(place)
        else:
            narrowed.append(Asked(Sums(), [one.opens[row] for row in rest], one.target))
    among_all = dict(zip(places, few_sets_of(few), strict=True))
    others = iter(exact_sets_of_all(narrowed))
    return [
        among_all[place]
        if place in among_all
        else [tuple([rest[row] for row in rows]) for rows in next(others)[0]]
        for place, rest in enumerate(rests)
    ]
