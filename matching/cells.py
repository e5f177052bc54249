"""Cells of a table: amounts to the last minor unit, and texts that no spreadsheet may run."""

import re
from decimal import Decimal
from typing import Final

from foundation.currency import CURRENCIES
from foundation.money import MINOR_MAX

_AMOUNT: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\0\uff1d\uff0b\uff0d\uff20]")


def guarded(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The inverse of `guarded`, for every text."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def decimal_of(minor: int, currency: str) -> Decimal:
    """Minor units as an exact number with the decimals of the currency: 1250 EUR is 12.50."""
    return Decimal(minor).scaleb(-CURRENCIES[currency].exponent)


def shown(text: str) -> str:
    """A bad value in quotation marks, short and on one line."""
    short = text if len(text) <= 40 else f"{text[:37]}..."
    return ascii(short) if not short.isprintable() else f'"{short}"'


def minor_of(text: str, currency: str) -> tuple[str, int]:
    """What is wrong with an amount, or nothing; and the amount in minor units, or zero."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return f"{shown(text)} is no amount like 1234.50 (a point, no groups).", 0
    sign, whole, part = found[1], found[2], found[3] or ""
    exponent = CURRENCIES[currency].exponent
    extra = part[exponent:]
    # Three decimals may be meant as thousands, so their zeros are not taken for nothing.
    if extra.strip("0") or (extra and len(part) == 3):
        return f"{shown(text)} has {len(part)} decimals, {currency} has {exponent}.", 0
    digits = whole.lstrip("0") + part[:exponent].ljust(exponent, "0")
    if len(digits) > len(str(MINOR_MAX)):
        return f"{shown(text)} is more than the {len(str(MINOR_MAX))} digits we can count.", 0
    return "", int(f"{sign}{digits or 0}")
