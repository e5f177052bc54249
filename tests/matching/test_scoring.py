"""What rivals leave of each other, and in which order they stand."""

from dataclasses import replace
from math import log

import pytest

from matching.engine import load_model
from matching.features import FEATURES
from matching.hypotheses import Hypothesis
from matching.memory import NO_HABIT
from matching.payers import Payer
from matching.scoring import LOG_ODDS_MAX, rank, score_all
from matching.values import Residual
from tests.matching.small_ledger import an_item

PAYER = Payer(
    customer_id="C100",
    likeness=100.0,
    rival=0.0,
    has_account=True,
    is_elsewhere=False,
    is_numbered=False,
    habit=NO_HABIT,
)


class Told:
    """Trees that say what the first measure says."""

    def scores(self, table):
        return table[:, 0]


def an_explanation(log_odds, *numbers):
    items = tuple(an_item(number, 100) for number in numbers or ("1",))
    return Hypothesis(
        payer=PAYER,
        view=None,
        rows=(),
        items=items,
        residual=Residual.EXACT,
        residual_minor=0,
        solutions=1,
        is_structured=False,
        features=[float(log_odds)] + [0.0] * (len(FEATURES) - 1),
    )


def scored(*log_odds):
    group = [an_explanation(one, str(place)) for place, one in enumerate(log_odds)]
    score_all(replace(load_model(), trees=Told()), [group])
    return group


def test_an_explanation_without_a_rival_keeps_its_log_odds():
    (only,) = scored(2.5)

    assert only.score == pytest.approx(2.5)


def test_a_rival_takes_its_share():
    first, second = scored(0.0, log(3))

    assert [item.number for item in first.items] == ["1"]
    assert first.score == pytest.approx(log(3 / 2))
    assert second.score == pytest.approx(log(1 / 4))


def test_two_that_are_as_likely_are_both_less_than_even():
    assert [one.score for one in scored(9.0, 9.0)] == pytest.approx([0.0, 0.0], abs=1e-3)


@pytest.mark.parametrize("log_odds", [1e9, -1e9, LOG_ODDS_MAX])
def test_log_odds_are_bounded(log_odds):
    (only,) = scored(log_odds)

    assert abs(only.score) == pytest.approx(LOG_ODDS_MAX)


def test_the_probability_is_the_calibrated_one_of_the_score():
    model = load_model()

    first, second = scored(1.0, 4.0)

    for one in (first, second):
        assert one.probability == model.calibration.probability(one.score)
    assert first.probability >= second.probability


def test_groups_do_not_meet():
    groups = [[an_explanation(1.0)], [], [an_explanation(1.0), an_explanation(1.0, "2")]]

    score_all(replace(load_model(), trees=Told()), groups)

    assert groups[0][0].score == pytest.approx(1.0)
    assert groups[2][0].score == pytest.approx(1.0 - log(1.0 + 2.718281828))


def test_of_equals_the_one_of_fewer_items_is_first_then_the_ids_decide():
    few, many, other = an_explanation(1, "9"), an_explanation(1, "1", "2"), an_explanation(1, "8")

    ordered = sorted([many, few, other], key=rank)

    assert [one.items[0].number for one in ordered] == ["8", "9", "1"]
