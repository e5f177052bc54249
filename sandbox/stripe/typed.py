"""What somebody typed on the hosted page, read; nothing of it is kept but the last four digits."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.stripe.cards import BY_NUMBER, TestCard, digits_of

EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*[/.\- ]?\s*(?:20)?(\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTyped:
    """A card to try, or what is wrong with which field."""

    card: TestCard | None = None
    expiry: tuple[int, int] = (0, 0)
    errors: dict[str, str] = field(default_factory=dict)


def read_card(number: str, expiry: str, code: str, now: datetime) -> CardTyped:
    """Read the three fields; a refusal names its field and a sentence of `words.py`."""
    errors: dict[str, str] = {}
    card = BY_NUMBER.get(digits_of(number))
    if card is None:
        errors["number"] = _why_not(digits_of(number))
    month_and_year = _expiry_of(expiry)
    if month_and_year is None:
        errors["expiry"] = "Type month and year, for example 12/30."
    elif (month_and_year[1], month_and_year[0]) < (now.year, now.month):
        errors["expiry"] = "This date has passed."
    if not re.fullmatch(r"\d{3,4}", code.strip(), re.ASCII):
        errors["code"] = "Type the three digits on the back of the card."
    return CardTyped(card=card, expiry=month_and_year or (0, 0), errors=errors)


def _why_not(digits: str) -> str:
    if not digits:
        return "Type a card number."
    if not passes_luhn(digits):
        return "This is not a card number."
    return "This is not one of the test numbers. It was not kept; real cards are never taken here."


def passes_luhn(digits: str) -> bool:
    """Whether these could be the digits of a card: 12 to 19 of them, with the right check digit."""
    if not re.fullmatch(r"\d{12,19}", digits, re.ASCII):
        return False
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(d - 9 if d > 9 else d for d in doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _expiry_of(text: str) -> tuple[int, int] | None:
    found = EXPIRY.fullmatch(text.strip())
    return (int(found[1]), 2000 + int(found[2])) if found else None


def example_expiry(now: datetime) -> str:
    """A date that is good for a while yet: "12/28" in 2026."""
    return f"12/{(now.year + 2) % 100:02d}"


def prefilled(card: TestCard | None, now: datetime) -> dict[str, str]:
    """The fields as the list of test numbers fills them in; empty without a choice."""
    if card is None:
        return {"number": "", "expiry": "", "code": ""}
    return {"number": card.grouped, "expiry": example_expiry(now), "code": "123"}


def echoed(number: str, expiry: str, code: str) -> dict[str, str]:
    """What may be shown again after a refusal: a number only when it is a test number."""
    known = digits_of(number) in BY_NUMBER
    return {"number": number if known else "", "expiry": expiry, "code": code if known else ""}
