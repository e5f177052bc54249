"""What is shown as speaking for an explanation speaks for it, and the points add up."""

from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching.worlds import make_world
from matching.engine import Memory, build_index, decide, load_model
from matching.explanation import PRIOR, points_of
from matching.features import FEATURES
from matching.signs import AGAINST, FOR, SIGNS, signs_of
from matching.values import Residual, Verdict
from tests.matching.small_ledger import a_payment, an_item, decided

NAMED = ("named_near", "named_serial", "named_order", "named_full")
FITS = (Residual.EXACT, Residual.DISCOUNT, Residual.LATE_DISCOUNT)
DIRECTIONS = {sign.kind: sign.direction for sign in SIGNS if sign.kind != "sum"}


@pytest.fixture(scope="module", params=["tuned", "shifted", "untouched"])
def proposals(request):
    """What is applied or suggested in a small world of each profile, with the runners-up."""
    world = make_world(request.param, 4_101, customers=200, items=3_000, payments=700)
    index = build_index(world.items, world.customers, world.closed)
    decisions = decide(index, world.payments, Memory(), load_model())
    shown = [d for d in decisions if d.verdict is not Verdict.UNMATCHED]
    texts = {payment.id: payment.text for payment in world.payments}
    found = [(texts[d.payment_id], p) for d in shown for p in (d.best, d.runner_up) if p]
    assert len(found) > 500
    return found


def evidence_of(proposals, *kinds):
    found = [e for _text, p in proposals for e in p.evidence if e.kind in kinds]
    assert found
    return found


def test_the_points_add_up_to_the_score(proposals):
    assert all(p.score == fsum(e.points for e in p.evidence) for _text, p in proposals)


def test_an_item_that_is_named_never_speaks_against_its_set(proposals):
    assert all(e.points >= 0 for e in evidence_of(proposals, *NAMED))


def test_a_number_in_full_never_says_less_than_the_same_with_a_slip():
    near, serial, full = (
        points_of(load_model(), measures(items=1, unnamed=0, named_all=1, **{named: 1}))["named"]
        for named in ("named_near", "named_serial", "named_full")
    )

    assert 0 < near <= serial <= full


def test_a_sum_that_is_exact_or_agreed_never_speaks_against_its_set(proposals):
    sums = [
        e for _text, p in proposals if p.residual in FITS for e in p.evidence if e.kind == "sum"
    ]

    assert sums
    assert all(e.points >= 0 for e in sums)


def test_a_difference_that_was_not_agreed_never_speaks_for_its_set(proposals):
    sums = [
        e for _text, p in proposals if p.residual not in FITS for e in p.evidence if e.kind == "sum"
    ]

    assert sums
    assert all(e.points <= 0 for e in sums)


def test_a_payer_who_is_known_never_speaks_against_its_set(proposals):
    assert all(e.points >= 0 for e in evidence_of(proposals, "payer"))


def test_every_kind_of_evidence_speaks_in_one_direction_only(proposals):
    told = [e for _text, p in proposals for e in p.evidence if e.kind in DIRECTIONS]

    assert all(e.points * DIRECTIONS[e.kind] >= 0 for e in told)


def test_every_named_item_is_marked_where_the_text_names_it(proposals):
    named = [(t, e) for t, p in proposals for e in p.evidence if e.kind in NAMED]

    assert all(0 <= e.start < e.end <= len(text) for text, e in named)
    assert all(any(c.isdigit() for c in text[e.start : e.end]) for text, e in named)


def measures(**known):
    """Measures of an explanation that nothing is known of but these."""
    usual = {"items": 1, "unnamed": 1, "likeness": -1, "margin": -1, "solutions": 1, "countable": 1}
    given_ = {**usual, **known}
    return [float(given_.get(name, 0)) for name in FEATURES]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(-2_000, 2_000), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_whatever_is_measured_no_sign_changes_its_direction(features):
    weights = load_model().weights

    assert all(sign >= 0 for sign in signs_of(features))
    assert all(weight * sign.direction >= 0 for weight, sign in zip(weights, SIGNS, strict=True))


def test_of_what_nothing_is_known_nothing_is_told():
    told = points_of(load_model(), measures())

    assert {kind for kind, points in told.items() if points} == set()


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{sign.kind}:{sign.measure}")
def test_every_sign_says_for_or_against(sign):
    assert sign.direction in (FOR, AGAINST)


def test_an_item_named_in_full_and_exactly_paid_has_nothing_against_it():
    (decision,) = decided(a_payment(119_00, "INV-2025-00101"))

    assert decision.verdict is Verdict.AUTO
    points = {e.kind: e.points for e in decision.best.evidence}
    assert points["named_full"] > 1
    assert points["sum"] > 1
    assert all(value >= 0 for kind, value in points.items() if kind != PRIOR)


def test_a_text_that_names_another_item_speaks_against_the_one_of_the_amount():
    items = (an_item("INV-1001", 50_00), an_item("INV-1002", 70_00))

    (decision,) = decided(a_payment(70_00, "INV-1001"), items=items)

    assert decision.verdict is Verdict.SUGGEST
    assert "rival" in decision.reasons
    (against,) = [e for e in decision.runner_up.evidence if e.kind == "named_elsewhere"]
    assert decision.runner_up.claims[0].item_id == items[1].id
    assert against.points < 0


def test_of_two_explanations_at_most_one_is_true():
    items = (an_item("INV-1001", 70_00), an_item("INV-1002", 70_00))

    (tied,) = decided(a_payment(70_00), items=items)

    assert tied.verdict is Verdict.SUGGEST
    assert tied.best.probability + tied.runner_up.probability <= 1
