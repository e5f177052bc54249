"""What is worked out for many payments at once, or only when asked for, comes out as one by one."""

import gc
import pickle
from dataclasses import replace
from itertools import accumulate, combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.combinations import (
    HALVES_MAX,
    LISTED_MAX,
    Asked,
    Sums,
    exact_sets,
    exact_sets_of_all,
    exact_sets_without,
)
from matching.engine import Memory, build_index, load_model, propose
from matching.lines import lines_of, rows_that_begin, rows_that_end
from matching.runs import may_have_neighbours, neighbours
from matching.undisturbed import undisturbed
from tests.matching.small_ledger import (
    CUSTOMERS,
    LEDGER,
    a_payment,
    an_item,
    decided,
)

OPENS = st.lists(st.integers(-40, 90).filter(bool), min_size=1, max_size=30)
TARGETS = st.integers(-60, 260).filter(bool)
QUESTIONS = st.lists(st.tuples(OPENS, TARGETS), min_size=1, max_size=8)


@settings(deadline=None)
@given(QUESTIONS)
def test_sets_of_many_questions_are_those_of_each_by_itself(questions):
    asked = [Asked(Sums(), opens, target) for opens, target in questions]

    together = exact_sets_of_all(asked)

    assert together == [exact_sets(Sums(), opens, target) for opens, target in questions]


@settings(deadline=None)
@given(OPENS, TARGETS)
def test_sets_of_few_items_are_those_that_trying_finds(opens, target):
    most = len(opens) if len(opens) <= 12 else 3
    sizes = range(1, most + 1)
    every = [rows for size in sizes for rows in combinations(range(len(opens)), size)]
    true = [rows for rows in every if sum(opens[row] for row in rows) == target]

    found, _number = exact_sets(Sums(), opens, target)

    small = [rows for rows in found if len(rows) <= most]
    assert set(small) <= set(true)
    assert len(small) == len(true) or len(found) == LISTED_MAX


@settings(deadline=None)
@given(
    opens=st.lists(st.integers(1, 500), min_size=4, max_size=60),
    held=st.sets(st.integers(0, 3), max_size=3),
    target=st.integers(1, 1_500),
)
def test_sets_without_what_is_held_are_those_of_the_rest(opens, held, target):
    rest = [row for row in range(len(opens)) if row not in held]

    (found,) = exact_sets_without([Asked(Sums(), opens, target, frozenset(held))])

    listed, _number = exact_sets(Sums(), [opens[row] for row in rest], target)
    assert found == [tuple(rest[row] for row in rows) for rows in listed]


@pytest.mark.parametrize("count", [14, HALVES_MAX, 60])
def test_an_item_too_large_for_the_amount_changes_no_set(count):
    random = Random(count)
    small = [random.randrange(1_000, 90_000) for _ in range(count - 1)]
    target = small[2] + small[5]

    without = exact_sets(Sums(), [*small, 1], target)[0]
    beside = exact_sets(Sums(), [*small, 10**9], target)[0]

    assert (2, 5) in beside
    assert beside == [rows for rows in without if count - 1 not in rows]


def test_with_a_credit_note_an_item_above_the_amount_may_be_paid():
    opens = [700, 90_000, *range(1_001, 1_031), -80_000]

    found, _number = exact_sets(Sums(), opens, 10_000)

    assert (1, 32) in found


@settings(deadline=None)
@given(QUESTIONS)
def test_where_neighbours_sum_to_an_amount_there_may_be_some(questions):
    may = may_have_neighbours(questions)

    for (values, target), is_possible in zip(questions, may, strict=True):
        assert is_possible or not neighbours(values, range(len(values)), target)


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=40), st.data())
def test_neighbours_are_found_by_their_sum(values, data):
    start = data.draw(st.integers(0, len(values) - 2))
    end = data.draw(st.integers(start + 2, len(values)))
    sums = [0, *accumulate(values)]

    found = neighbours(values, range(len(values)), sums[end] - sums[start])

    assert tuple(range(start, end)) in found


@settings(deadline=None)
@given(
    st.lists(st.text("AB12", min_size=1, max_size=6), min_size=1, max_size=20),
    st.text("AB12", min_size=1, max_size=4),
)
def test_lines_begin_and_end_as_numbers_do(numbers, part):
    lines = lines_of(numbers, numbers).whole

    assert [*rows_that_end(lines, part)] == [
        row for row, number in enumerate(numbers) if number.endswith(part)
    ]
    assert [*rows_that_begin(lines, part)] == [
        row for row, number in enumerate(numbers) if number.startswith(part)
    ]


def test_trees_give_what_going_down_one_by_one_gives():
    trees, random = load_model().trees, np.random.default_rng(7)
    table = random.normal(scale=20.0, size=(300, 68))

    expected = []
    for row in table:
        total = trees.base
        for tree in range(len(trees.feature)):
            node = 0
            for _level in range(trees.depth):
                is_left = row[trees.feature[tree, node]] <= trees.threshold[tree, node]
                node = (trees.left if is_left else trees.right)[tree, node]
            total += trees.value[tree, node]
        expected.append(total)

    assert trees.scores(table).tolist() == expected


def test_a_payment_has_the_same_explanations_alone_and_among_others():
    equal = [an_item(f"INV-2025-001{n:02}", 40_00 + n % 3) for n in range(16)]
    index = build_index([*LEDGER, *equal], CUSTOMERS)
    amounts = (80_00, 80_01, 119_00, 120_03, 160_00, 40_01)
    payments = [a_payment(minor, id=f"P{minor}") for minor in amounts]

    together = propose(index, payments, Memory(), load_model())

    for payment, proposals in zip(payments, together, strict=True):
        alone = build_index([*LEDGER, *equal], CUSTOMERS)
        assert [proposals] == propose(alone, [payment], Memory(), load_model())


def test_reasons_are_the_same_whenever_they_are_asked_for():
    early, late = (decided(a_payment(357_50, "00101 + 00102"))[0].best for _ in range(2))

    told = early.evidence
    sent = pickle.loads(pickle.dumps(late))

    assert told is early.evidence
    assert (sent, replace(late), late) == (early, early, early)
    assert repr(sent) == repr(early)
    assert early.score == pytest.approx(sum(one.points for one in told))


def test_a_proposal_has_no_other_fields_than_it_says():
    (decision,) = decided(a_payment(119_00, "INV-2025-00101"))

    with pytest.raises(AttributeError, match="colour"):
        decision.best.colour  # noqa: B018 (asking is the test)


def test_matching_leaves_the_collector_as_it_was():
    gc.disable()
    try:
        with undisturbed():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()

    with undisturbed():
        assert not gc.isenabled()

    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_what_a_process_had_frozen_stays_frozen():
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with undisturbed():
            pass
        assert gc.get_freeze_count() > frozen * 0.9  # a few may die meanwhile
    finally:
        gc.unfreeze()
