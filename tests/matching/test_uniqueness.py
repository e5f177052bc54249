"""A tie is never applied: what else might fit is looked for, or a person is asked."""

import datetime as dt

import pytest

from matching.combinations import HALVES_MAX, PAIRS_MAX
from matching.values import Verdict
from matching.views import RUNS_MAX
from tests.matching.small_ledger import TODAY, a_payment, an_item, decided, numbers_of

MANY = HALVES_MAX + 10
MARCH, APRIL = dt.date(2025, 3, 31), dt.date(2025, 4, 30)


def others(count):
    """Items of odd amounts, each due on a day of its own, so that none belong together."""
    return [
        an_item(f"{70_000 + 10 * place}", 90_011_00 + place * place * 1_709, due_on=day(place))
        for place in range(count)
    ]


def day(place):
    return TODAY - dt.timedelta(days=200 + 2 * place)


def a_group(first, amounts, due_on, step=40):
    """Items due on one day whose numbers are no neighbours."""
    return [an_item(f"{first + step * n}", a, due_on=due_on) for n, a in enumerate(amounts)]


GROUP = a_group(70_005, (311_17, 522_29, 733_31, 144_43), MARCH)
SUM = 1_711_20


def test_what_is_due_on_one_day_is_applied_where_nothing_else_that_belongs_together_fits():
    items = [*others(MANY), *GROUP]

    (decision,) = decided(a_payment(SUM), items=items)

    assert decision.verdict is Verdict.AUTO
    assert numbers_of(decision, items) == sorted(item.number for item in GROUP)


def test_of_two_days_with_one_sum_none_is_applied():
    other = a_group(70_017, (800_00, 300_00, 250_00, 361_20), APRIL)

    (decision,) = decided(a_payment(SUM), items=[*others(MANY), *GROUP, *other])

    assert decision.verdict is not Verdict.AUTO


def test_of_two_days_with_one_sum_none_is_applied_though_one_has_more_items():
    other = a_group(70_017, (800_00, 300_00, 250_00, 161_20, 90_00, 60_00, 50_00), APRIL)

    (decision,) = decided(a_payment(SUM), items=[*others(MANY), *GROUP, *other])

    assert decision.verdict is not Verdict.AUTO


@pytest.mark.parametrize("amounts", [(SUM,), (900_00, 811_20), (900_00, 511_20, 300_00)])
def test_a_set_that_belongs_together_is_not_applied_beside_a_smaller_one(amounts):
    smaller = [
        an_item(f"{70_023 + 30 * n}", a, due_on=TODAY - dt.timedelta(days=90 + 7 * n))
        for n, a in enumerate(amounts)
    ]

    (decision,) = decided(a_payment(SUM), items=[*others(MANY), *GROUP, *smaller])

    assert decision.verdict is not Verdict.AUTO


def test_a_set_that_belongs_together_is_not_applied_if_one_of_its_items_has_an_equal():
    equal = an_item("90777", GROUP[2].open_minor, due_on=APRIL)

    (decision,) = decided(a_payment(SUM), items=[*others(MANY), *GROUP, equal])

    assert decision.verdict is not Verdict.AUTO


def test_that_holds_of_a_hundred_items_too():
    group = a_group(80_001, [20_003 + 7 * n for n in range(100)], MARCH, step=3)
    total = sum(item.open_minor for item in group)
    equal = an_item("90777", group[50].open_minor, due_on=APRIL)
    alone, beside = [*others(MANY), *group], [*others(MANY), *group, equal]

    (applied,) = decided(a_payment(total), items=alone)
    (asked,) = decided(a_payment(total), items=beside)

    assert applied.verdict is Verdict.AUTO
    assert asked.verdict is not Verdict.AUTO
    assert "tie" in asked.reasons


def test_what_does_not_belong_together_is_not_applied_among_more_than_can_be_counted():
    items = others(MANY)
    some = [items[3], items[9], items[20], items[31]]

    (decision,) = decided(a_payment(sum(item.open_minor for item in some)), items=items)

    assert decision.verdict is not Verdict.AUTO


def test_among_more_than_are_looked_through_nothing_unnamed_of_several_items_is_applied():
    items = [*others(RUNS_MAX + 1), *GROUP]

    (decision,) = decided(a_payment(SUM), items=items)

    assert decision.verdict is not Verdict.AUTO


def test_what_is_named_needs_no_proof_that_it_is_the_only_one():
    text = " ".join(item.number for item in GROUP)
    other = a_group(70_017, (800_00, 300_00, 250_00, 361_20), APRIL)

    (decision,) = decided(a_payment(SUM, text), items=[*others(PAIRS_MAX), *GROUP, *other])

    assert decision.verdict is Verdict.AUTO
