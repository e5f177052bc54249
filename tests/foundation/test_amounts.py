"""What we print we can read back; what could mean two things is refused, never guessed."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foundation import amount_text as refusals
from foundation.amounts import (
    format_amount,
    format_day,
    format_moment,
    format_money,
    parse_amount,
)
from foundation.currency import CURRENCIES
from foundation.money import MINOR_MAX, Money

languages = st.sampled_from(["en", "fr"])
moneys = st.builds(Money, st.integers(-MINOR_MAX, MINOR_MAX), st.sampled_from(sorted(CURRENCIES)))


@given(moneys, languages)
def test_what_we_print_we_read_back(money, language):
    for text in (format_money(money, language), format_amount(money, language)):
        assert parse_amount(text, money.currency, language, allow_negative=True) == money


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("code", sorted(CURRENCIES))
def test_every_currency_is_printed_and_read_in_both_languages(code, language):
    for money in (Money(1_234_567, code), Money(1, code), Money(-1_000, code)):
        text = format_money(money, language)

        assert parse_amount(text, code, language, allow_negative=True) == money


@given(st.text(max_size=80), languages, st.sampled_from(["EUR", "JPY", "KWD"]))
@example("\x00", "en", "EUR")
@example("1e400", "fr", "JPY")
def test_any_text_is_read_or_refused_with_what_was_typed(text, language, code):
    try:
        money = parse_amount(text, code, language)
    except refusals.AmountRefused as refusal:
        told = (refusal.typed, refusal.currency)
    else:
        told = (text, money.currency)
        assert money.minor >= 0

    assert text.startswith(told[0])
    assert told[1] == code


@pytest.mark.parametrize(
    ("text", "code", "language", "minor"),
    [
        ("1,234.56", "EUR", "en", 123_456),
        ("1234.56", "EUR", "en", 123_456),
        ("1 234.56", "EUR", "en", 123_456),
        ("1'234.56", "CHF", "en", 123_456),
        ("1 234,56", "EUR", "fr", 123_456),
        ("1\u202f234,56", "EUR", "fr", 123_456),
        ("1\u00a0234,56\u00a0€", "EUR", "fr", 123_456),
        ("1234,56", "EUR", "fr", 123_456),
        ("1234.56", "EUR", "fr", 123_456),
        ("12.845,50", "EUR", "fr", 1_284_550),
        ("1,234", "EUR", "en", 123_400),
        ("1,234", "KWD", "fr", 1_234),
        ("12.5", "EUR", "en", 1_250),
        (".50", "EUR", "en", 50),
        ("007", "EUR", "en", 700),
        ("\uff11\uff12\uff13", "JPY", "en", 123),
        (" €5 ", "EUR", "en", 500),
        ("5 eur", "EUR", "en", 500),
        ("EUR 5", "EUR", "fr", 500),
        ("$5", "CAD", "en", 500),
        ("CA$5", "CAD", "en", 500),
        ("12 846 F CFA", "XOF", "fr", 12_846),
        ("1000000000000000", "EUR", "en", 10**17),
    ],
)
def test_an_amount_is_read_the_way_its_language_writes_it(text, code, language, minor):
    assert parse_amount(text, code, language) == Money(minor, code)


@pytest.mark.parametrize(
    ("text", "language", "refusal"),
    [
        ("", "en", refusals.AmountMissing),
        (" \u00a0\t", "fr", refusals.AmountMissing),
        ("12.845,50", "en", refusals.AmountAmbiguous),
        ("1,234.56", "fr", refusals.AmountAmbiguous),
        ("1.234", "fr", refusals.AmountAmbiguous),
        ("1,23", "en", refusals.AmountAmbiguous),
        ("0,234", "en", refusals.AmountAmbiguous),
        ("1,234,56", "en", refusals.AmountAmbiguous),
        ("1 23", "fr", refusals.AmountAmbiguous),
        ("5 5", "en", refusals.AmountAmbiguous),
        ("1,234", "fr", refusals.AmountTooPrecise),
        ("1.234", "en", refusals.AmountTooPrecise),
        ("12.500", "en", refusals.AmountTooPrecise),
        ("-5", "en", refusals.AmountNegative),
        ("\u22125", "fr", refusals.AmountNegative),
        ("-€5", "en", refusals.AmountNegative),
        ("€-5", "en", refusals.AmountNegative),
        ("10000000000000000", "en", refusals.AmountTooLarge),
        ("9" * 65, "en", refusals.AmountTooLarge),
        ("$5", "en", refusals.AmountCurrencyDiffers),
        ("5 USD", "fr", refusals.AmountCurrencyDiffers),
        ("5 bananas", "en", refusals.AmountUnreadable),
        ("€5 EUR", "en", refusals.AmountUnreadable),
        ("1e5", "en", refusals.AmountUnreadable),
        ("0x10", "en", refusals.AmountUnreadable),
        ("NaN", "en", refusals.AmountUnreadable),
        ("\u0663", "en", refusals.AmountUnreadable),
        ("½", "en", refusals.AmountUnreadable),
        ("5²", "en", refusals.AmountUnreadable),
        ("(5)", "en", refusals.AmountUnreadable),
        ("5-", "en", refusals.AmountUnreadable),
        ("--5", "en", refusals.AmountUnreadable),
        ("+5", "en", refusals.AmountUnreadable),
        ("5\n6", "en", refusals.AmountUnreadable),
        ("€", "fr", refusals.AmountUnreadable),
    ],
)
def test_what_is_no_clear_amount_is_refused_by_its_reason(text, language, refusal):
    with pytest.raises(refusal) as refused:
        parse_amount(text, "EUR", language)

    assert type(refused.value) is refusal


def test_a_refusal_for_decimals_knows_how_many_there_may_be():
    with pytest.raises(refusals.AmountTooPrecise) as refused:
        parse_amount("5.5", "JPY", "en")

    assert refused.value.decimals == 0


def test_a_refusal_for_the_currency_names_both():
    with pytest.raises(refusals.AmountCurrencyDiffers) as refused:
        parse_amount("5 USD", "EUR", "en")

    assert (refused.value.found, refused.value.currency) == ("USD", "EUR")


@pytest.mark.parametrize(
    ("money", "language", "text"),
    [
        (Money(1_284_550, "EUR"), "en", "€12,845.50"),
        (Money(1_284_550, "EUR"), "fr", "12\u202f845,50\u00a0€"),
        (Money(-120_000, "EUR"), "en", "\u2212€1,200.00"),
        (Money(-120_000, "EUR"), "fr", "\u22121\u202f200,00\u00a0€"),
        (Money(500, "JPY"), "en", "¥500"),
        (Money(1_284_550, "CHF"), "en", "CHF\u00a012,845.50"),
        (Money(1, "KWD"), "fr", "0,001\u00a0KWD"),
        (Money(0, "EUR"), "en", "€0.00"),
    ],
)
def test_money_is_printed_with_its_currency_and_a_real_minus(money, language, text):
    assert format_money(money, language) == text


def test_days_are_never_all_figures():
    assert format_day(date(2026, 11, 12), "en") == "12 Nov 2026"
    assert format_day(date(2026, 11, 12), "fr") == "12 nov. 2026"


def test_a_moment_is_told_on_the_reader_s_wall():
    moment = datetime(2026, 7, 1, 12, 5, tzinfo=UTC)

    assert format_moment(moment, "en", "Europe/Paris") == "1 Jul 2026, 14:05"
    assert format_moment(moment, "fr", "Europe/Paris") == "1 juil. 2026 à 14:05"


def test_a_moment_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        format_moment(datetime(2026, 7, 1), "en", "UTC")  # noqa: DTZ001 - the refusal is the test
