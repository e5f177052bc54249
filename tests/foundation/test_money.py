"""Money never mixes, never rounds and never loses a unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.currency import CURRENCIES, UnknownCurrency
from foundation.money import MINOR_MAX, CurrencyMismatch, Money, MoneyNotWhole, MoneyTooLarge

minors = st.integers(-(10**15), 10**15)
codes = st.sampled_from(sorted(CURRENCIES))
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


@given(minors, weights)
def test_allocate_never_loses_a_unit_and_never_flips_a_sign(minor, shares):
    parts = Money(minor, "EUR").allocate(shares)

    assert sum(part.minor for part in parts) == minor
    assert all(part.minor * minor >= 0 for part in parts)


@given(minors, weights)
def test_allocate_is_never_a_whole_unit_away_from_the_exact_share(minor, shares):
    parts = Money(minor, "EUR").allocate(shares)

    for part, share in zip(parts, shares, strict=True):
        assert abs(part.minor * sum(shares) - minor * share) < sum(shares)


@given(minors, st.integers(1, 50))
def test_split_parts_differ_by_at_most_one_unit(minor, parts):
    shares = [share.minor for share in Money(minor, "JPY").split(parts)]

    assert sum(shares) == minor
    assert max(shares) - min(shares) <= 1


def test_the_earlier_part_carries_what_does_not_divide():
    assert [part.minor for part in Money(100, "EUR").split(3)] == [34, 33, 33]
    assert [part.minor for part in Money(-100, "EUR").split(3)] == [-34, -33, -33]


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1], [3, -1]])
def test_weights_that_say_nothing_are_refused(shares):
    with pytest.raises(ValueError, match="weights"):
        Money(100, "EUR").allocate(shares)


@given(minors, minors, codes)
def test_sums_and_differences_are_exact(one, other, code):
    assert (Money(one, code) + Money(other, code)).minor == one + other
    assert (Money(one, code) - Money(other, code)).minor == one - other
    assert -Money(one, code) == Money(-one, code)
    assert (Money(one, code) < Money(other, code)) == (one < other)
    assert (Money(one, code) >= Money(other, code)) == (one >= other)


@pytest.mark.parametrize("meet", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_two_currencies_never_meet(meet):
    with pytest.raises(CurrencyMismatch) as refusal:
        getattr(Money(1, "EUR"), meet)(Money(1, "USD"))

    assert (refusal.value.ours, refusal.value.theirs) == ("EUR", "USD")


def test_equal_counts_of_two_currencies_are_not_equal():
    assert Money(1, "EUR") != Money(1, "USD")


@pytest.mark.parametrize("minor", [1.0, True, "1", None])
def test_only_whole_numbers_are_minor_units(minor):
    with pytest.raises(MoneyNotWhole):
        Money(minor, "EUR")


@pytest.mark.parametrize("times", [0.5, True])
def test_money_is_multiplied_by_whole_numbers_only(times):
    with pytest.raises(MoneyNotWhole):
        Money(1, "EUR") * times


@pytest.mark.parametrize("other", [1, 1.0, "1", None])
def test_money_is_not_added_to_a_bare_number(other):
    with pytest.raises(TypeError):
        Money(1, "EUR") + other


def test_an_unknown_currency_is_refused():
    with pytest.raises(UnknownCurrency):
        Money(1, "EURO")


@pytest.mark.parametrize("minor", [MINOR_MAX + 1, -MINOR_MAX - 1])
def test_more_than_a_column_holds_is_refused(minor):
    with pytest.raises(MoneyTooLarge):
        Money(minor, "EUR")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(123_450, "EUR"), "1234.50"),
        (Money(-5, "EUR"), "-0.05"),
        (Money(500, "JPY"), "500"),
        (Money(1, "KWD"), "0.001"),
    ],
)
def test_machines_read_a_point_and_no_groups(money, text):
    assert money.decimal_text() == text


def test_a_total_of_nothing_is_zero_of_its_currency():
    assert Money.total([], "USD") == Money.zero("USD")
    assert Money.total([Money(1, "USD"), Money(2, "USD")], "USD") == Money(3, "USD")
