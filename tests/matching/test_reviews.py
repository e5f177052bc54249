"""What reviews teach: who pays for whom, how sure to be, and when to stop."""

import datetime as dt

import pytest

from matching.certificate import NEVER, calibrate, lower_bound, upper_bound
from matching.engine import Memory, Reviewed, build_index, decide, learn, load_model
from matching.memory import HALF_LIFE_DAYS
from matching.values import Claim, Verdict
from tests.matching.small_ledger import (
    ALPHA,
    BETA,
    CUSTOMERS,
    LEDGER,
    TODAY,
    a_payment,
    decided,
)


def test_a_reviewed_payer_is_known_again_and_forgotten_when_undone():
    stranger = {"payer_name": "Holding Sieben", "payer_account": "XX99"}
    reviews = [
        Reviewed(
            payment=a_payment(333_33, id=f"old{n}", **stranger),
            claims=(Claim(item_id="gone", amount_minor=333_33),),
            customer_id=BETA.id,
        )
        for n in range(3)
    ]
    payment = a_payment(640_10, **stranger)

    memory = learn(Memory(), reviews)

    (taught,) = decided(payment, memory=memory)
    (untaught,) = decided(payment, memory=memory.without([r.payment.id for r in reviews]))
    assert taught.best is not None
    assert untaught.best is None or untaught.best.probability < taught.best.probability


def test_what_was_learned_fades():
    review = Reviewed(payment=a_payment(1_00, id="old"), claims=(), customer_id=BETA.id)
    memory = learn(Memory(), [review])

    later = TODAY + dt.timedelta(days=HALF_LIFE_DAYS)
    habit = memory.customers(a_payment(1_00), later)[BETA.id]

    assert habit.weight == pytest.approx(0.5)
    assert habit.share == 1.0


@pytest.mark.parametrize(
    ("right", "count", "bound"), [(2_995, 2_995, 0.999), (4_741, 4_742, 0.999), (0, 0, 0.0)]
)
def test_a_bound_is_what_the_books_on_statistics_say(right, count, bound):
    assert lower_bound(right, count) == pytest.approx(bound, abs=2e-6)
    assert upper_bound(count, count) == 1.0


def test_reviews_that_prove_a_drift_stop_applying():
    index, model = build_index(LEDGER, CUSTOMERS), load_model()
    payment = a_payment(119_00, "INV-2025-00101")
    (decision,) = decide(index, [payment], Memory(), model)
    assert decision.verdict is Verdict.AUTO
    true = Claim(item_id=LEDGER[0].id, amount_minor=119_00)
    kept = [Reviewed(payment=payment, claims=(true,), customer_id=ALPHA.id, decision=decision)]
    undone = [Reviewed(payment=payment, claims=(), customer_id="", decision=decision)]

    fine = calibrate(model, kept * 3_000)
    drifted = calibrate(model, kept * 2_900 + undone * 100)

    assert fine.auto_floor == model.calibration.auto_floor
    assert fine.precision_bound == pytest.approx(0.999, abs=1e-4)
    assert drifted.auto_floor == NEVER
    assert drifted.probability(20.0) < model.calibration.probability(20.0)
