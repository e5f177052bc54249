"""Sets of amounts with an exact sum, held against trying every one of them."""

from itertools import chain, combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.combinations import (
    ALL_MAX,
    HALVES_MAX,
    LISTED_MAX,
    PAIRS_MAX,
    SINGLES_MAX,
    Sums,
    exact_sets,
)

AMOUNTS = st.lists(st.integers(-30, 60).filter(bool), max_size=10)


def tried(opens, target, most=None):
    """Every set of rows of that sum, smallest first, by trying them all."""
    sizes = range(1, (most or len(opens)) + 1)
    every = chain.from_iterable(combinations(range(len(opens)), size) for size in sizes)
    return [rows for rows in every if sum(opens[row] for row in rows) == target]


def spread(count, seed=1, most=10**9):
    """Amounts so far apart that hardly two sets have the same sum."""
    random = Random(seed)
    return [random.randrange(1, most) for _ in range(count)]


@settings(deadline=None)
@given(opens=AMOUNTS, target=st.integers(-60, 300))
def test_of_few_items_every_set_is_found_and_counted(opens, target):
    every = tried(opens, target)

    assert exact_sets(Sums(), opens, target) == (every[:LISTED_MAX], len(every))


@pytest.mark.parametrize("count", [1, ALL_MAX, ALL_MAX + 1, ALL_MAX + 2])
@pytest.mark.parametrize("seed", [1, 2])
def test_sets_are_counted_to_the_last_one_where_halves_meet(count, seed):
    opens = [amount - 8 or 1 for amount in spread(count, seed, most=40)]
    target = sum(opens[::2])

    every = tried(opens, target)

    found, number = exact_sets(Sums(), opens, target)
    assert number == len(every)
    assert len(found) == len(set(found)) == min(number, LISTED_MAX)
    assert set(found) <= set(every)
    assert found == sorted(found, key=lambda rows: (len(rows), rows))


@settings(max_examples=60, deadline=None)
@given(
    opens=st.lists(st.integers(-60, 120).filter(bool), min_size=1, max_size=17),
    target=st.integers(-50, 300).filter(bool),
)
def test_every_set_of_the_sum_is_counted_and_each_listed_one_has_it(opens, target):
    true = set(tried(opens, target))

    listed, count = exact_sets(Sums(), opens, target)

    assert count == len(true)
    assert set(listed) <= true
    assert len(listed) == min(len(true), LISTED_MAX)


def test_the_largest_set_is_found_among_as_many_items_as_can_be_counted():
    opens = spread(HALVES_MAX)

    assert exact_sets(Sums(), opens, sum(opens)) == ([tuple(range(HALVES_MAX))], 1)
    assert exact_sets(Sums(), opens, sum(opens) + 1) == ([], 0)
    assert exact_sets(Sums(), opens, opens[3] + opens[20]) == ([(3, 20)], 1)


def test_among_equal_items_every_set_is_counted_and_some_are_listed():
    listed, number = exact_sets(Sums(), [5] * HALVES_MAX, 10)

    assert number == HALVES_MAX * (HALVES_MAX - 1) // 2
    assert listed[0] == (0, 1)
    assert len(set(listed)) == LISTED_MAX


@pytest.mark.parametrize(
    ("count", "most"),
    [(HALVES_MAX + 1, 3), (40, 3), (PAIRS_MAX, 3), (PAIRS_MAX + 1, 2), (SINGLES_MAX + 1, 1)],
)
def test_beyond_that_sets_of_a_few_items_are_found_and_nothing_is_counted(count, most):
    opens = spread(count)
    rows = (1, count - 8, count - 1)

    found = {
        size: exact_sets(Sums(), opens, sum(opens[r] for r in rows[:size])) for size in (1, 2, 3)
    }

    assert found == {size: ([rows[:size]] if size <= most else [], 0) for size in (1, 2, 3)}


def test_all_sets_of_a_few_items_are_found_where_there_are_not_many():
    opens = spread(HALVES_MAX + 4, most=400)
    targets = [opens[0], opens[1] + opens[5], opens[2] + opens[3] + opens[20]]

    for target in targets:
        every = tried(opens, target, most=3)
        assert len(every) <= LISTED_MAX
        assert exact_sets(Sums(), opens, target) == (every, 0)


@pytest.mark.parametrize("count", [ALL_MAX, HALVES_MAX, 60, PAIRS_MAX + 50])
def test_what_was_summed_for_one_payment_serves_the_next(count):
    opens = spread(count)
    kept = Sums()

    first = exact_sets(kept, opens, opens[2] + opens[7])
    second = exact_sets(kept, opens, opens[0] + opens[9])
    again = exact_sets(kept, opens, opens[2] + opens[7])

    assert first == again
    assert (first[0], second[0]) == ([(2, 7)], [(0, 9)])


def test_a_credit_note_takes_part_in_a_sum():
    opens = [*spread(HALVES_MAX + 10), -5_000]

    found, _ = exact_sets(Sums(), opens, opens[4] - 5_000)

    assert found == [(4, len(opens) - 1)]


def test_many_equal_items_give_a_few_sets():
    found, number = exact_sets(Sums(), [700] * 500, 1_400)

    assert number == 0
    assert found == sorted(found)[:LISTED_MAX]
    assert all(one < other for one, other in found)
    assert len(set(found)) > 1


def test_of_nothing_nothing_can_be_summed():
    assert exact_sets(Sums(), [], 0) == ([], 0)
    assert exact_sets(Sums(), [], 5) == ([], 0)
