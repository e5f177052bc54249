"""The table against Babel's list of today's legal tender, and against Stripe's special cases."""

import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision

from foundation.currency import CURRENCIES, NotInProviderUnits, UnknownCurrency, currency

TENDER_TODAY = sorted(
    {
        code
        for territory in get_global("territory_currencies").values()
        for code, _since, until, is_tender in territory
        if until is None and is_tender
    }
)
# Babel keeps CLDR's digits, which say how a price tag looks. ISO 4217 says these.
WHERE_ISO_DIFFERS = {"IQD": 3} | dict.fromkeys(
    ["AFN", "ALL", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SOS", "SYP", "YER"], 2
)


@pytest.mark.parametrize("code", TENDER_TODAY)
def test_every_currency_in_use_has_its_iso_decimals(code):
    expected = WHERE_ISO_DIFFERS.get(code, get_currency_precision(code))

    assert currency(code).exponent == expected


@pytest.mark.parametrize("typed", ["eur", "XXX", "", "EURO"])
def test_what_is_no_currency_is_refused(typed):
    with pytest.raises(UnknownCurrency) as refusal:
        currency(typed)

    assert refusal.value.typed == typed


@pytest.mark.parametrize(
    ("code", "minor", "provider"),
    [
        ("EUR", 1099, 1099),
        ("JPY", 500, 500),
        ("ISK", 5, 500),
        ("UGX", 5, 500),
        ("MGA", 500, 5),
        ("HUF", 1045, 1045),
        ("TWD", 80045, 80045),
        ("KWD", 5120, 5120),
    ],
)
def test_the_provider_counts_some_currencies_its_own_way(code, minor, provider):
    row = currency(code)

    assert row.provider_units(minor) == provider
    assert row.minor_units(provider) == minor


@pytest.mark.parametrize(("code", "minor"), [("KWD", 5124), ("TND", 1), ("MGA", 550)])
def test_what_the_provider_cannot_charge_is_refused(code, minor):
    with pytest.raises(NotInProviderUnits):
        currency(code).provider_units(minor)


def test_a_fraction_of_a_krona_from_the_provider_is_refused():
    with pytest.raises(NotInProviderUnits):
        currency("ISK").minor_units(550)


@pytest.mark.parametrize(
    ("code", "smallest", "largest"),
    [
        ("EUR", 50, 99_999_999),
        ("USD", 50, 99_999_999),
        ("GBP", 30, 99_999_999),
        ("JPY", 50, 99_999_999),
        ("HUF", 17_500, 99_999_999),
        ("ISK", 1, 999_999),
        ("KWD", 10, 99_999_990),
        ("IDR", 50, 999_999_999_999),
        ("BTN", 0, 0),
    ],
)
def test_a_card_payment_has_a_smallest_and_a_largest_amount(code, smallest, largest):
    row = currency(code)

    assert (row.charge_min, row.charge_max) == (smallest, largest)
    assert row.is_chargeable == (largest > 0)


@pytest.mark.parametrize("row", CURRENCIES.values(), ids=lambda row: row.code)
def test_both_bounds_of_a_card_payment_can_be_said_to_the_provider(row):
    for bound in (row.charge_min, row.charge_max):
        assert row.minor_units(row.provider_units(bound)) == bound
