"""A number that nobody knows may be a document that is not in the books; some cannot be."""

import pytest

from matching.numbers import foreign_length, usual_shapes
from matching.values import Verdict
from tests.matching.small_ledger import a_payment, an_item, decided

REGULAR = [an_item(f"09{10_000 + 37 * n}-{n % 7}", 101_13 + 977 * n) for n in range(20)]
MIXED = [
    an_item(f"{'ABCDEFGHIJKLMNOPQRST'[n]}{37 ** (n % 5)}", 101_13 + 977 * n) for n in range(20)
]


@pytest.mark.parametrize(
    ("text", "items", "verdict"),
    [
        ("thank you", REGULAR, Verdict.AUTO),
        ("payment 70626251", REGULAR, Verdict.AUTO),  # as long as ours, begins as none of ours
        ("payment ZV9910635001", REGULAR, Verdict.AUTO),
        ("payment 09999991", REGULAR, Verdict.SUGGEST),  # one of ours, not open
        ("payment 99991", REGULAR, Verdict.SUGGEST),  # the end of one of ours
        ("payment 70626251", MIXED, Verdict.SUGGEST),  # here any number may be ours
    ],
)
def test_an_unnamed_item_is_applied_beside_a_number_only_if_that_cannot_be_ours(
    text, items, verdict
):
    (decision,) = decided(a_payment(items[11].open_minor, text), items=items)

    assert decision.verdict is verdict
    assert ("number_unknown" in decision.reasons) is (verdict is Verdict.SUGGEST)


@pytest.mark.parametrize(
    ("numbers", "length"),
    [
        ([f"INV-2025-{n:05d}" for n in range(50)], 12),
        ([f"{n:07d}" for n in range(100_000, 100_050)], 7),
        ([f"{n * n}-{n}" for n in range(50)], 0),
        ([], 0),
    ],
)
def test_how_long_a_number_must_be_to_be_none_of_ours(numbers, length):
    assert foreign_length(numbers, usual_shapes(numbers)) == length


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("payment of what we owe, with our best wishes, no. 0910", Verdict.AUTO),
        ("payment of what we owe, with our best wishes, +2 more", Verdict.SUGGEST),
    ],
)
def test_a_text_that_was_cut_says_no_less_than_none_but_one_that_counts_more_does(text, verdict):
    cut_by_the_bank = f"{text:>60}"

    (decision,) = decided(a_payment(REGULAR[5].open_minor, cut_by_the_bank), items=REGULAR[:12])

    assert decision.verdict is verdict
    assert ("list_incomplete" in decision.reasons) is (verdict is Verdict.SUGGEST)
