"""How people read money and days, in English and French. How they type money: amount_text.py."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from foundation.amount_text import currency_sign, parse_amount
from foundation.money import Money

__all__ = [
    "format_amount",
    "format_day",
    "format_moment",
    "format_money",
    "format_number",
    "parse_amount",
]

_LOCALES: Final = {"en": Locale.parse("en"), "fr": Locale.parse("fr")}
_GROUP: Final = {"en": ",", "fr": "\u202f"}
_POINT: Final = {"en": ".", "fr": ","}
_MINUS: Final = "\u2212"
_NO_BREAK: Final = "\u00a0"
_MOMENT: Final = {"en": "d MMM y, HH:mm", "fr": "d MMM y 'à' HH:mm"}


def format_amount(money: Money, language: str) -> str:
    """The number alone, for an input whose label names the currency: "12,845.50", "12 845,50"."""
    whole, part = divmod(abs(money.minor), 10**money.exponent)
    number = f"{whole:,}".replace(",", _GROUP[language])
    if money.exponent:
        number = f"{number}{_POINT[language]}{part:0{money.exponent}}"
    return f"{_MINUS}{number}" if money.is_negative else number


def format_money(money: Money, language: str) -> str:
    """With its currency: "€12,845.50", "12 845,50 €"; a real minus sign, no line break."""
    number = format_amount(abs(money), language)
    symbol = currency_sign(money.currency, language)
    if language == "fr":
        text = f"{number}{_NO_BREAK}{symbol}"
    else:
        text = f"{symbol}{_NO_BREAK if symbol[-1].isalpha() else ''}{number}"
    return f"{_MINUS}{text}" if money.is_negative else text


def format_number(number: Decimal, language: str) -> str:
    """A number that is no money, such as a percentage or a rate: "9.5", "9,5"."""
    return format_decimal(number, "#,##0.##########", locale=_LOCALES[language])


@lru_cache(maxsize=4_096)  # a list shows the same days again and again
def format_day(day: date, language: str) -> str:
    """ "12 Nov 2026", "12 nov. 2026": never all figures, so nobody mixes up day and month."""
    return format_date(day, "d MMM y", locale=_LOCALES[language])


def format_moment(moment: datetime, language: str, timezone: str | ZoneInfo) -> str:
    """Day and time on the reader's wall: "12 Nov 2026, 14:05", "12 nov. 2026 à 14:05"."""
    if moment.tzinfo is None:
        raise ValueError("a moment is aware")
    zone = timezone if isinstance(timezone, ZoneInfo) else ZoneInfo(timezone)
    local = moment.astimezone(zone).replace(tzinfo=None)
    return format_datetime(local, _MOMENT[language], locale=_LOCALES[language])
