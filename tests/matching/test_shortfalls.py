"""Who pays less than the items sum to: nothing is guessed about which of them is short."""

import pytest

from matching.values import Residual, Verdict
from tests.matching.small_ledger import a_payment, an_item, decided

ITEMS = (
    an_item("INV-2025-00501", 4_255_29),
    an_item("INV-2025-00502", 2_320_10),
    an_item("INV-2025-00503", 2_649_72),
    an_item("INV-2025-00504", 2_383_55),
)
NUMBERS = tuple(item.number for item in ITEMS)
ALL = " ".join(NUMBERS)
MISSING = 1_347_30


def paid(text, minor, items=ITEMS):
    (decision,) = decided(a_payment(minor, text), items=items)
    assert decision.best is not None
    return decision, {c.item_id.rpartition(":")[2]: c.amount_minor for c in decision.best.claims}


@pytest.mark.parametrize("count", [2, 3, 4])
def test_which_of_several_items_is_short_is_not_guessed(count):
    items = ITEMS[:count]
    total = sum(item.open_minor for item in items)

    decision, claims = paid(" ".join(NUMBERS[:count]), total - MISSING, items)

    assert decision.verdict is Verdict.SUGGEST
    assert decision.best.residual is Residual.SHORT
    assert "which_is_short" in decision.reasons
    assert sorted(claims) == sorted(NUMBERS[:count])


def test_the_only_item_is_the_one_that_is_short():
    decision, claims = paid(NUMBERS[0], 4_255_29 - 700_00, ITEMS)

    assert decision.verdict is Verdict.AUTO
    assert claims == {NUMBERS[0]: 3_555_29}


@pytest.mark.parametrize("short", range(4))
def test_an_item_whose_smaller_amount_is_written_is_the_one_that_is_short(short):
    amounts = [item.open_minor for item in ITEMS]
    amounts[short] -= MISSING
    text = ", ".join(f"{n} {a / 100:.2f}" for n, a in zip(NUMBERS, amounts, strict=True))

    decision, claims = paid(text, sum(amounts))

    assert "which_is_short" not in decision.reasons
    assert claims == dict(zip(NUMBERS, amounts, strict=True))


def test_a_written_amount_that_two_items_would_explain_tells_nothing():
    items = (an_item("INV-2025-00501", 900_00), an_item("INV-2025-00502", 900_00))

    decision, _claims = paid("INV-2025-00501 INV-2025-00502 700.00", 1_600_00, items)

    assert decision.verdict is Verdict.SUGGEST
    assert "which_is_short" in decision.reasons


def test_a_number_of_the_series_beside_the_one_that_is_open_is_no_slip_where_the_sum_differs():
    items = (an_item("6756958", 516_83), an_item("6756312", 88_10), an_item("6755001", 70_20))

    other, _claims = paid("Invoices: 6756957", 512_78, items)
    misread, _claims = paid("Invoices: 67S6958", 512_78, items)

    assert other.verdict is not Verdict.AUTO
    assert "difference" in other.reasons
    assert "difference" not in misread.reasons


INSTALMENT = (
    an_item("INV-2025-00601", 1_450_00),
    an_item("67569581", 1_450_02),
    an_item("67561111", 88_10),
    an_item("67562222", 91_33),
)


@pytest.mark.parametrize(
    ("text", "minor", "payer", "verdict"),
    [
        ("INV-2025-00601 instalment 1/2", 725_00, "nobody we know", Verdict.AUTO),
        ("INV-2025-00601 instalment", 700_00, "nobody we know", Verdict.SUGGEST),
        ("INV-2025-00601", 725_00, "nobody we know", Verdict.SUGGEST),
        ("INV-2025-00601 instalment ref 5512876", 725_00, "nobody we know", Verdict.SUGGEST),
        ("67S69581 instalment", 725_01, "", Verdict.AUTO),
        ("67S69581", 725_01, "", Verdict.SUGGEST),
        ("67569582 instalment", 725_01, "", Verdict.SUGGEST),
    ],
)
def test_an_instalment_is_applied_where_the_words_and_the_amount_say_so(
    text, minor, payer, verdict
):
    known = {"payer_name": payer, "payer_account": ""} if payer else {}

    (decision,) = decided(a_payment(minor, text, **known), items=INSTALMENT)

    assert decision.verdict is verdict
