"""A ledger from day to day: what opens, what is settled, what is left."""

import datetime as dt

import pytest

from matching.commands.days import Standing, days_of
from matching.commands.ledgers import Ledger
from matching.commands.reviewing import Review
from matching.engine import Memory, Policy, load_model, propose
from matching.values import Claim, OpenItem, Payment

FIRST = dt.date(2026, 3, 2)
NUMBERS = ("881417", "519260", "733085")


def day(after):
    return FIRST + dt.timedelta(days=after)


def ledger(*, opening=(0, 0, 5), paid=(0, 5, 9)):
    """Three items of 100.00 and a payment of each, which names it."""
    items = [
        OpenItem(
            id=f"I{at}", number=NUMBERS[at], customer_id="K1", open_minor=10_000, currency="EUR"
        )
        for at in range(3)
    ]
    payments = [
        Payment(
            id=f"P{at}",
            paid_on=day(after),
            amount_minor=10_000,
            currency="EUR",
            text=f"INV {NUMBERS[at]}",
        )
        for at, after in enumerate(paid)
    ]
    opened = {f"I{at}": day(after) for at, after in enumerate(opening)}
    return Ledger("L1", items=items, open_from=opened, payments=payments[::-1])


def claim(item_id, minor=10_000):
    return Claim(item_id=item_id, amount_minor=minor)


def found(standing, text):
    """What the index of that day proposes for a payment of 100.00 with this text."""
    payment = Payment(id="P", paid_on=day(20), amount_minor=10_000, currency="EUR", text=text)
    ((*proposals,),) = propose(standing.index, [payment], Memory(), load_model())
    return {one.item_id for proposal in proposals for one in proposal.claims}


def test_items_open_on_their_day():
    standing = Standing(ledger())
    before = set(standing.open)

    standing.reach(day(4))
    early = found(standing, NUMBERS[2])
    standing.reach(day(5))

    assert before == {"I0", "I1"}
    assert "I2" not in early
    assert set(standing.open) == {"I0", "I1", "I2"}
    assert "I2" in found(standing, NUMBERS[2])


def test_an_item_that_does_not_say_when_it_opened_was_always_open():
    whole = ledger()
    whole.open_from.clear()

    assert set(Standing(whole).open) == {"I0", "I1", "I2"}


def test_what_is_settled_is_open_no_more_from_the_next_day_on():
    standing = Standing(ledger())

    standing.settle([claim("I0")])
    standing.reach(day(1))

    assert [item.id for item in standing.of_customer("K1")] == ["I1"]
    assert "I0" not in standing.left
    assert "I0" not in found(standing, NUMBERS[0])


def test_a_part_leaves_the_rest_open():
    standing = Standing(ledger())

    standing.settle([claim("I0", 9_000), claim("I0", 400)])
    standing.reach(day(1))

    payment = Payment(
        id="P", paid_on=day(1), amount_minor=600, currency="EUR", text="rest of 881417"
    )
    ((best, *_),) = propose(standing.index, [payment], Memory(), load_model())
    assert standing.left["I0"] == 600
    assert standing.open["I0"].open_minor == 10_000
    assert best.claims == (claim("I0", 600),)


@pytest.mark.parametrize("claims", [[claim("I9")], [claim("I2")], [claim("I0")] * 2])
def test_a_claim_on_what_is_not_open_changes_nothing(claims):
    standing = Standing(ledger())

    standing.settle(claims)

    assert standing.left["I1"] == 10_000
    assert set(standing.left) in ({"I0", "I1"}, {"I1"})


def test_payments_come_by_day_and_id():
    whole = ledger(paid=(5, 0, 5))

    assert [(on, [payment.id for payment in some]) for on, some in days_of(whole)] == [
        (day(0), ["P1"]),
        (day(5), ["P0", "P2"]),
    ]


def test_a_review_tells_the_truth_only_after_the_day_was_decided():
    truth = {"P0": [claim("I1")], "P2": []}
    review = Review(ledger(), truth, Memory(), load_model(), Policy())

    seen = [
        (one.on, sorted(one.memory.lessons), sorted(one.standing.left)) for one in review.days()
    ]

    assert seen == [
        (day(0), [], ["I0", "I1"]),
        (day(5), ["P0"], ["I0", "I2"]),
        (day(9), ["P0"], ["I0", "I2"]),
    ]
    assert {one.payment.id: one.customer_id for one in review.reviewed} == {"P0": "K1", "P2": ""}
    assert sorted(review.memory.lessons) == ["P0", "P2"]
