"""What other payments claim changes what is left, and how probable that is."""

import pytest

from matching.engine import load_model
from matching.values import Verdict
from tests.matching.small_ledger import a_payment, an_item, decided, numbers_of

EQUALS = (an_item("INV-1001", 119_00), an_item("INV-1002", 119_00), an_item("INV-1003", 77_77))


def test_of_two_equal_items_the_one_that_nobody_else_claims_is_more_probable_than_before():
    named, silent = a_payment(119_00, "INV-1001", id="P1"), a_payment(119_00, id="P2")

    (alone,) = decided(silent, items=EQUALS)
    _named, beside = decided(named, silent, items=EQUALS)

    assert numbers_of(beside, EQUALS) == ["INV-1002"]
    assert numbers_of(alone, EQUALS) == ["INV-1001"]
    assert beside.best.probability > alone.runner_up.probability
    assert beside.verdict is Verdict.SUGGEST


def test_a_second_payment_of_one_item_is_hardly_probable():
    first = a_payment(77_77, "INV-1003", id="P1")
    second = a_payment(77_77, "INV-1003", id="P2")

    paid, again = decided(first, second, items=EQUALS)

    assert paid.verdict is Verdict.AUTO
    assert again.best is None or again.best.probability < 0.2


@pytest.mark.parametrize("score", [-9.0, -2.0, 0.0, 2.0, 9.0])
def test_a_better_score_is_never_less_probable_where_something_forbids_to_apply(score):
    told = load_model().calibration.held_probability

    assert 0 <= told(score) <= told(score + 1) <= 1
