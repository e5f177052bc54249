"""Who pays more than what is named: applied where the rest can be for nothing else that is open."""

import datetime as dt

import pytest

from matching.combinations import HALVES_MAX
from matching.values import Verdict
from tests.matching.small_ledger import TODAY, a_payment, an_item, decided, numbers_of

NAMED = an_item("INV-2025-00700", 913_27)
LARGE = tuple(
    an_item(f"{70_000 + 10 * n}", 90_011_00 + n * n * 1_709, due_on=TODAY - dt.timedelta(days=n))
    for n in range(HALVES_MAX + 10)
)


def is_applied_as_too_much(minor, text, items):
    (decision,) = decided(a_payment(minor, text), items=items)
    return decision.verdict is Verdict.AUTO and numbers_of(decision, items) == [NAMED.number]


@pytest.mark.parametrize(
    ("others", "is_applied"),
    [
        ([], True),
        ([an_item("80001", 20_11), an_item("80002", 11_48)], True),
        ([an_item("80001", 20_11), an_item("80002", 16_62)], False),
        ([an_item(f"8000{n}", m) for n, m in enumerate((5_11, 6_07, 7_01, 8_09, 10_45))], False),
        ([an_item("CN-77", -20_00), an_item("80001", 56_73)], False),
        ([an_item("CN-77", -20_00), an_item("80001", 56_74)], True),
        ([an_item(f"{80_000 + 10 * n}", 5_13 + n * 7) for n in range(HALVES_MAX + 1)], False),
    ],
)
def test_too_much_is_applied_only_where_others_no_larger_do_not_sum_to_the_rest(others, is_applied):
    items = [NAMED, *LARGE, *others]

    assert is_applied_as_too_much(950_00, NAMED.number, items) is is_applied


@pytest.mark.parametrize(("other", "is_applied"), [(36_74, True), (36_73, False), (20_00, False)])
def test_beside_a_number_nobody_knows_the_rest_must_be_less_than_any_other(other, is_applied):
    items = [NAMED, *LARGE[:5], an_item("80001", other)]

    assert is_applied_as_too_much(950_00, f"{NAMED.number} Ref 551276345", items) is is_applied


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("00700", Verdict.AUTO),
        ("0700", Verdict.SUGGEST),
        ("00700 +2 more", Verdict.SUGGEST),
        ("00700 61234", Verdict.SUGGEST),
    ],
)
def test_of_a_known_payer_the_end_of_a_number_is_as_good_as_all_of_it(text, verdict):
    items = [an_item("4500700", 913_27), *LARGE[:5], an_item("4500810", 20_00)]

    (decision,) = decided(a_payment(950_00, text), items=items)

    assert decision.verdict is verdict


def test_an_end_that_two_numbers_share_is_not_enough():
    items = [an_item("4500700", 913_27), an_item("4600700", 2_000_00), *LARGE[:5]]

    (decision,) = decided(a_payment(950_00, "00700"), items=items)

    assert decision.verdict is not Verdict.AUTO


def test_an_end_is_not_enough_where_nobody_knows_the_payer():
    stranger = {"payer_name": "Holding Sieben", "payer_account": "XX99"}

    (decision,) = decided(a_payment(950_00, "00700", **stranger), items=[*LARGE, NAMED])

    assert decision.verdict is not Verdict.AUTO
