"""Money as a person types it, read by their language; what can be read two ways is refused.

A refusal carries what was typed and the currency, so that a face can say what to type instead.
"""

import re
from functools import cache
from typing import Final
from unicodedata import category

from babel.core import Locale
from babel.numbers import get_currency_symbol

from foundation.currency import CURRENCIES, currency
from foundation.errors import QuittanceError
from foundation.money import MINOR_MAX, Money

TEXT_MAX: Final = 64  # characters; eighteen digits, their separators and a currency need 30

_LANGUAGES: Final = ("en", "fr")
_SPACES: Final = dict.fromkeys(map(ord, "\t\u00a0\u2007\u2009\u202f\u3000"), " ")
_SAME_MEANING: Final = dict.fromkeys(map(ord, "\u2212\u2010\u2011\ufe63\uff0d"), "-") | {
    ord("\u2019"): "'",
    ord("\uff0c"): ",",
    ord("\uff0e"): ".",
    **{0xFF10 + digit: str(digit) for digit in range(10)},  # full-width digits
}
_READABLE: Final = str.maketrans(_SPACES | _SAME_MEANING)
# A currency before or after a number. What stands between is judged apart.
_PARTS: Final = re.compile(r"([^0-9.,']*)([0-9.,' ]*[0-9.,'])?([^0-9]*)", re.ASCII)
_PLAIN: Final = r"[0-9]+|(?=[.,])"  # digits, or nothing before the decimals as in ".50"
_GROUPED: Final = r"[1-9][0-9]{{0,2}}(?:[{0}][0-9]{{3}})+"  # "0,234" is no thousand
_SHAPES: Final = {
    "en": re.compile(
        rf"({_PLAIN}|{_GROUPED.format(',')}|{_GROUPED.format(' ')}|{_GROUPED.format(chr(39))})"
        r"(?:\.([0-9]+))?"
    ),
    "fr": re.compile(
        rf"({_PLAIN}|{_GROUPED.format(' ')}|{_GROUPED.format(chr(39))}|{_GROUPED.format('.')}(?=,))"
        r"(?:,([0-9]+))?"
    ),
}
# On a French number pad the decimal key is a point. Three digits after it could be thousands.
_FRENCH_POINT: Final = re.compile(r"([0-9]+)\.([0-9]{1,2})")
_SEPARATED_DIGITS: Final = re.compile(r"[0-9][0-9.,' ]*")


class AmountRefused(QuittanceError):
    """A typed amount we do not take. Every one says what was typed and which currency was meant."""

    code = "amount.refused"

    def __init__(self, typed: str, currency: str) -> None:
        self.typed, self.currency = typed, currency
        # How an amount is written, for the sentence that tells it: 1,234.50 in the reader's way.
        self.example = Money(12345 * 10 ** CURRENCIES[currency].exponent // 10, currency)
        super().__init__(f"{type(self).__name__}: {typed!r} as {currency}")


class AmountMissing(AmountRefused):
    """Nothing was typed."""

    code = "amount.missing"


class AmountUnreadable(AmountRefused):
    """No number at all, or more than one."""

    code = "amount.unreadable"


class AmountAmbiguous(AmountRefused):
    """Digits and separators that another language reads differently: "12.845,50" in English."""

    code = "amount.ambiguous"


class AmountTooPrecise(AmountRefused):
    """More decimals than the currency has; we do not round for anybody."""

    code = "amount.too_precise"

    def __init__(self, typed: str, currency: str) -> None:
        self.decimals = CURRENCIES[currency].exponent
        super().__init__(typed, currency)


class AmountNegative(AmountRefused):
    """Less than nothing, where only a payment makes sense."""

    code = "amount.negative"


class AmountTooLarge(AmountRefused):
    """Eighteen digits of minor units are the most we can write down."""

    code = "amount.too_large"


class AmountCurrencyDiffers(AmountRefused):
    """The number came with another currency than the one asked for."""

    code = "amount.currency_differs"

    def __init__(self, typed: str, currency: str, found: str) -> None:
        self.found = found
        super().__init__(typed, currency)


def parse_amount(text: str, currency: str, language: str, *, allow_negative: bool = False) -> Money:
    """What a person typed, as money of the currency asked for. Raises a kind of AmountRefused.

    In English "1,234.56" and "1234.56"; in French "1 234,56" and "1234,56".
    """
    typed = text[:TEXT_MAX]
    if len(text) > TEXT_MAX:
        raise AmountTooLarge(typed, currency)
    readable = text.translate(_READABLE).strip()
    if not readable:
        raise AmountMissing(typed, currency)
    before, number, after = _parted(readable, typed, currency)
    negative = _is_negative(before, typed, currency)
    _check_currency(before.replace("-", ""), after, typed, currency)
    minor = _minor_units(number, typed, currency, language)
    if negative and minor and not allow_negative:
        raise AmountNegative(typed, currency)
    return Money(-minor if negative else minor, currency)


def _parted(readable: str, typed: str, code: str) -> tuple[str, str, str]:
    parts = _PARTS.fullmatch(readable)
    if parts is None or not parts[2]:
        raise AmountUnreadable(typed, code)
    return parts[1].strip(), parts[2].strip(), parts[3].strip()


def _is_negative(before: str, typed: str, code: str) -> bool:
    """One minus, in front of the currency or between it and the number."""
    if before.count("-") > 1 or "-" in before.strip("-"):
        raise AmountUnreadable(typed, code)
    return "-" in before


def _check_currency(before: str, after: str, typed: str, code: str) -> None:
    """A currency may be typed once and must be the one asked for."""
    name = (before or after).strip().replace(" ", "").casefold()
    if before.strip() and after.strip():
        raise AmountUnreadable(typed, code)
    if not name or name in _names_of(currency(code).code):
        return
    if name in _all_names():
        raise AmountCurrencyDiffers(typed, code, (before or after).strip())
    raise AmountUnreadable(typed, code)


def _minor_units(number: str, typed: str, code: str, language: str) -> int:
    exponent = currency(code).exponent
    shape = _SHAPES[language].fullmatch(number)
    if shape is None and language == "fr":
        shape = _FRENCH_POINT.fullmatch(number)
    if shape is None:
        known = _SEPARATED_DIGITS.fullmatch(number)
        raise (AmountAmbiguous if known else AmountUnreadable)(typed, code)
    decimals = shape[2] or ""
    if len(decimals) > exponent:
        raise AmountTooPrecise(typed, code)
    digits = re.sub("[^0-9]", "", shape[1]) + decimals.ljust(exponent, "0")
    minor = int(digits)
    if minor > MINOR_MAX:
        raise AmountTooLarge(typed, code)
    return minor


@cache
def currency_sign(code: str, language: str) -> str:
    """How a reader of this language writes the currency; the code where its sign has a dot."""
    sign = get_currency_symbol(code, locale=Locale.parse(language))
    return code if "." in sign else sign


@cache
def _names_of(code: str) -> frozenset[str]:
    """The code and the signs people write for it; "$" stands for every dollar there is."""
    signs = {currency_sign(code, language) for language in _LANGUAGES}
    bare = {letter for sign in signs for letter in sign if category(letter) == "Sc"}
    return frozenset(
        name.translate(_READABLE).replace(" ", "").casefold() for name in {code} | signs | bare
    )


@cache
def _all_names() -> frozenset[str]:
    return frozenset().union(*(_names_of(code) for code in CURRENCIES))
