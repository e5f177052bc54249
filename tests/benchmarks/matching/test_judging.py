"""What counts as right, how sure a rate is, and where a threshold falls."""

import math

import pytest

from benchmarks.matching.judging import Share, is_right, judge, threshold_for
from benchmarks.matching.peers.answers import Answer
from benchmarks.matching.worlds import World
from matching.values import Claim, OpenItem


def a_world(**truth: tuple[Claim, ...]) -> World:
    """A world of which only the truth matters; a payment named part_… is an instalment."""
    scenario = {one: "instalment" if one.startswith("part") else "one_ref" for one in truth}
    nothing: tuple = ()
    items = (an_item("a", 100), an_item("b", 100), an_item("c", 70), an_item("x", 100, "bert"))
    return World(
        profile="made",
        seed=0,
        items=items,
        customers=nothing,
        closed=nothing,
        payments=nothing,
        truth=truth,
        scenario=scenario,
        channel=dict.fromkeys(truth, "sepa"),
    )


def an_item(one: str, amount: int, customer: str = "ada") -> OpenItem:
    return OpenItem(id=one, number=one, customer_id=customer, open_minor=amount, currency="EUR")


def claim(item: str, amount: int = 100) -> Claim:
    return Claim(item_id=item, amount_minor=amount)


def auto(payment: str, *items: str, score: float = 1.0) -> Answer:
    return Answer(payment_id=payment, items=items, score=score, is_auto=True)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 100, 0.0, 0.0362), (100, 100, 0.9638, 1.0), (99, 100, 0.9455, 0.9997), (0, 0, 0.0, 1.0)],
)
def test_an_interval_is_that_of_clopper_and_pearson(hits, of, low, high):
    assert Share(hits=hits, of=of).interval == pytest.approx((low, high), abs=1e-4)


def test_right_is_the_very_set():
    world = a_world(p=(claim("a"), claim("b")))

    assert is_right(world, auto("p", "a", "b"))
    assert not is_right(world, auto("p", "a"))
    assert not is_right(world, auto("p", "a", "b", "c"))


def test_an_instalment_is_right_only_with_its_amount():
    world = a_world(part_1=(claim("a", 40),))

    right = Answer(payment_id="part_1", items=("a",), claims=(claim("a", 40),))
    wrong = Answer(payment_id="part_1", items=("a",), claims=(claim("a", 100),))

    assert is_right(world, right)
    assert not is_right(world, wrong)


def test_a_world_is_judged_in_all_respects():
    world = a_world(one=(claim("a"),), many=(claim("b"), claim("c")), none=())

    judged = judge(world, [auto("one", "a"), auto("many", "b"), Answer(payment_id="none")])

    assert judged.auto == Share(hits=2, of=3)
    assert judged.precision == Share(hits=1, of=2)
    assert judged.harmless == Share(hits=2, of=2)
    assert judged.first_right == Share(hits=1, of=2)
    assert judged.first_right_many == Share(hits=0, of=1)
    assert judged.ece == pytest.approx(0.5)
    assert judged.wrong == 1
    assert judged.minutes == pytest.approx((150 + 6) * 1_000 / 3)


def test_an_equal_twin_of_the_same_customer_is_told_apart_from_a_stranger():
    world = a_world(one=(claim("a"),), two=(claim("a"),), three=(claim("a"),))

    judged = judge(world, [auto("one", "b"), auto("two", "x"), auto("three", "c")])

    assert judged.precision.hits == 0
    assert judged.twins == Share(hits=1, of=3)
    assert judged.customers == Share(hits=2, of=3)


def test_a_suggestion_costs_a_look_and_what_is_not_shown_a_search():
    world = a_world(right=(claim("a"),), wrong=(claim("a"),), hidden=(claim("a"),))
    answers = [
        Answer(payment_id="right", items=("a",)),
        Answer(payment_id="wrong", items=("b",)),
        Answer(payment_id="hidden", items=("a",), is_shown=False),
    ]

    assert judge(world, answers).minutes == pytest.approx((1 + 7 + 6) * 1_000 / 3)


def test_an_auto_on_what_settles_nothing_is_wrong():
    world = a_world(none=())

    judged = judge(world, [auto("none", "a")])

    assert judged.precision == Share(hits=0, of=1)
    assert judged.harmless == Share(hits=0, of=1)


def test_the_threshold_is_the_lowest_that_keeps_the_target():
    world = a_world(a=(claim("a"),), b=(claim("b"),), c=(claim("c"),))
    answers = [auto("a", "a", score=3), auto("b", "b", score=2), auto("c", "x", score=1)]

    assert threshold_for(world, answers, 0.9) == 2
    assert threshold_for(world, answers, 0.6) == 1


def test_equal_scores_are_taken_together_or_not_at_all():
    world = a_world(a=(claim("a"),), b=(claim("b"),))
    answers = [auto("a", "a", score=1), auto("b", "x", score=1)]

    assert threshold_for(world, answers, 0.9) == math.inf
