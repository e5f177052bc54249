"""How sellers number their invoices, and what is derived from such a number."""

import datetime as dt
import random
from dataclasses import dataclass

RF_BODY_MAX = 21  # ISO 11649


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One series; `template` takes n (running), yyyy, yy, mm, c (check digit), a, b (letters)."""

    template: str
    low: int = 1
    high: int = 40_000  # the first running number of a world lies between the two
    gap_max: int = 3

    def number(self, running: int, day: dt.date) -> str:
        """The number of the invoice issued on that day."""
        return self.template.format(
            n=running,
            yyyy=day.year,
            yy=day.year % 100,
            mm=day.month,
            c=running * 7 % 11 % 10,
            a=chr(65 + running * 17 % 26),
            b=chr(65 + running * 5 // 3 % 26),
        )


def rf_reference(number: str) -> str:
    """The creditor reference of a number: "539007547034" is RF18539007547034."""
    body = "".join(letter for letter in number.upper() if letter.isascii() and letter.isalnum())
    body = body[-RF_BODY_MAX:]
    digits = "".join(str(int(letter, 36)) for letter in body + "RF00")
    return f"RF{98 - int(digits) % 97:02d}{body}"


def iban(country: str, digits: int, rng: random.Random) -> str:
    """An account with right check digits; without a country's IBAN a plain one."""
    account = "".join(rng.choices("0123456789", k=digits or 11))
    if not digits:
        return account
    check = 98 - int("".join(str(int(letter, 36)) for letter in account + country + "00")) % 97
    return f"{country}{check:02d}{account}"
