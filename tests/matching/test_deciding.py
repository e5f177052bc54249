"""What becomes of payments that differ, come twice, share an item, or tell of others."""

import datetime as dt

from matching.engine import Memory, build_index, decide, load_model
from matching.residuals import claims_of
from matching.values import Claim, ClosedItem, Discount, Residual, Verdict
from tests.matching.small_ledger import (
    ALPHA,
    CUSTOMERS,
    LEDGER,
    TODAY,
    a_payment,
    an_item,
    decided,
    numbers_of,
)


def test_a_discount_lessens_its_own_item_and_a_fee_the_last_one():
    off = an_item("1", 100_00, discount=Discount(amount_minor=2_00, until=TODAY))
    plain = an_item("2", 50_00)

    discounted = claims_of(148_00, (off, plain), Residual.DISCOUNT)
    charged = claims_of(135_00, (off, plain), Residual.FEE)

    assert [claim.amount_minor for claim in discounted] == [98_00, 50_00]
    assert [claim.amount_minor for claim in charged] == [100_00, 35_00]


def test_a_discount_in_time_is_applied():
    item = an_item("INV-2025-00900", 500_00, discount=Discount(amount_minor=15_00, until=TODAY))

    (decision,) = decided(a_payment(485_00, "INV-2025-00900"), items=(*LEDGER, item))

    assert decision.verdict is Verdict.AUTO
    assert decision.best is not None
    assert decision.best.residual is Residual.DISCOUNT
    assert decision.best.claims == (Claim(item_id=item.id, amount_minor=485_00),)


def test_one_item_paid_by_two_payments_goes_to_the_earlier_one():
    first = a_payment(119_00, "INV-2025-00101", id="P2", paid_on=TODAY - dt.timedelta(days=3))
    second = a_payment(119_00, "INV-2025-00101", id="P1")

    again, paid = decided(second, first)

    assert paid.verdict is Verdict.AUTO
    assert again.verdict is not Verdict.AUTO
    assert "already_claimed" in again.reasons


def test_instalments_share_one_item_until_it_is_used_up():
    parts = [
        a_payment(725_00, "INV-2025-00110 instalment", id=f"P{n}", paid_on=TODAY) for n in range(3)
    ]

    decisions = decided(*parts)

    claimed = [d for d in decisions if d.best and numbers_of(d) == ["INV-2025-00110"]]
    assert len(claimed) == 2


def test_a_number_that_was_settled_before_is_told():
    closed = ClosedItem(
        number="INV-2024-09999", customer_id=ALPHA.id, amount_minor=64_00, currency="EUR"
    )

    (decision,) = decided(a_payment(64_00, "INV-2024-09999"), closed=[closed])

    assert decision.verdict is not Verdict.AUTO
    assert "already_settled" in decision.reasons


def test_a_list_that_says_it_is_incomplete_is_not_applied_as_too_much():
    (decision,) = decided(a_payment(500_00, "INV-2025-00101 +2 more"))

    assert decision.verdict is not Verdict.AUTO


def test_thousands_of_changes_leave_few_layers():
    index = build_index(LEDGER, CUSTOMERS)

    for place in range(1_000):
        index = index.with_changes(added=[an_item(f"X{place}", 100 + place)])

    assert len(index.layers) < 12
    assert index.item("id:C100:X999") is not None
    (decision,) = decide(index, [a_payment(1_099, "X999")], Memory(), load_model())
    assert decision.best is not None
    assert decision.best.claims == (Claim(item_id="id:C100:X999", amount_minor=1_099),)
