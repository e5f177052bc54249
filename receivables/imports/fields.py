"""The fields of one line as text, days and amounts; a sentence for each that cannot be read."""

import datetime as dt
import re
from collections.abc import Collection
from decimal import Decimal
from typing import Final

from foundation.currency import CURRENCIES
from foundation.i18n import gettext as _
from receivables.imports.report import Problem
from receivables.imports.table import Row

# A thousand such invoices of one customer due on one day still fit a BIGINT in minor units.
AMOUNT_MINOR_MAX: Final = 10**15 - 1
YEAR_MIN, YEAR_MAX = 1990, 2100
# Control characters, and marks that turn the direction of what follows or break lines unseen.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_CONTROL_BUT_LINES: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
# In a number nothing may be there that nobody sees: two numbers would look alike.
_UNSEEN: Final = re.compile("[\u00a0\u00ad\u034f\u180e\u2000-\u200f\u2060-\u2064\u3000\ufeff]")
_AMOUNT: Final = re.compile(r"(-?)([0-9]{1,30})(?:\.([0-9]{1,30}))?", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_PERCENT: Final = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


class Fields:
    """Reads one line. What it returns for a bad field is of no use: ask `is_clean` first."""

    def __init__(self, row: Row, problems: list[Problem]) -> None:
        self.line = row.line
        self.is_clean = True
        self._values = row.values
        self._problems = problems

    def refuse(self, column: str, sentence: str) -> None:
        """Something is wrong with that field."""
        self.is_clean = False
        self._problems.append(Problem(line=self.line, column=column, sentence=sentence))

    def typed(self, column: str) -> str:
        """As it stands in the file; nothing where the column or the value is missing."""
        return self._values.get(column, "")

    def text(
        self, column: str, longest: int, *, may_lack: bool = False, has_lines: bool = False
    ) -> str:
        """Text as it is, line ends as "\\n" where it may have lines."""
        text = self.typed(column)
        if has_lines and "\r" in text:
            text = text.replace("\r\n", "\n")
        if not text and not may_lack:
            self.refuse(column, _("This is missing."))
        elif (_CONTROL_BUT_LINES if has_lines else _CONTROL).search(text):
            self.refuse(column, _("This holds a control character. Remove it."))
        elif len(text) > longest:
            self.refuse(
                column,
                _(
                    "This has %(found)s characters, at most %(most)s fit.",
                    found=len(text),
                    most=longest,
                ),
            )
        return text

    def number(self, column: str, longest: int, *, may_lack: bool = False) -> str:
        """A number something is known by; every character of it can be seen."""
        text = self.text(column, longest, may_lack=may_lack)
        if _UNSEEN.search(text):
            self.refuse(column, _("This holds a character that cannot be seen. Type it again."))
        return text

    def chosen(self, column: str, allowed: Collection[str], sentence: str) -> str:
        """One of the values that are allowed; `sentence` says which."""
        text = self.typed(column)
        if not text:
            self.refuse(column, _("This is missing."))
        elif text not in allowed:
            self.refuse(column, sentence)
        return text

    def count(self, column: str, most: int) -> int:
        """A whole number from 0 to `most`."""
        text = self.typed(column)
        if not text:
            self.refuse(column, _("This is missing."))
        elif not _COUNT.fullmatch(text) or int(text) > most:
            self.refuse(column, _("Write a whole number from 0 to %(most)s.", most=most))
        else:
            return int(text)
        return 0

    def percent(self, column: str) -> Decimal | None:
        """A percentage above nothing with at most two decimals, where there is one."""
        text = self.typed(column)
        if not text:
            return None
        if not _PERCENT.fullmatch(text) or not Decimal(text):
            words = _("Write the percentage with digits and a point, such as 2 or 2.5.")
            self.refuse(column, words)
            return None
        return Decimal(text)

    def day(self, column: str, *, may_lack: bool = False) -> dt.date | None:
        """An ISO date."""
        text = self.typed(column)
        if not text and may_lack:
            return None
        if not text:
            self.refuse(column, _("This is missing."))
            return None
        try:
            day = dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None or not YEAR_MIN <= day.year <= YEAR_MAX:
            self.refuse(column, _("Write the day as year-month-day, such as 2026-11-30."))
            return None
        return day

    def minor(self, column: str, currency: str) -> int:
        """An amount in minor units of a currency, which may be one we do not know."""
        text = self.typed(column)
        if currency not in CURRENCIES:
            return 0  # told at the currency
        exponent = CURRENCIES[currency].exponent
        read = _AMOUNT.fullmatch(text)
        if read is None:
            words = _("Write the amount with digits and a point, such as 1234.50.")
            self.refuse(column, words if text else _("This is missing."))
            return 0
        sign, whole, decimals = read[1], read[2], read[3] or ""
        minor = int(whole + decimals.ljust(exponent, "0")) if len(decimals) <= exponent else 0
        if len(decimals) > exponent:
            self.refuse(column, _decimals_words(currency, exponent))
        elif minor > AMOUNT_MINOR_MAX:
            self.refuse(column, _("This amount is too large to be true."))
        elif sign and not minor:
            self.refuse(column, _("A zero has no sign."))
        return -minor if sign else minor


def _decimals_words(currency: str, exponent: int) -> str:
    if exponent == 0:
        return _("%(currency)s has no decimals. Write a whole number.", currency=currency)
    return _(
        "%(currency)s has %(decimals)s decimals, not more.", currency=currency, decimals=exponent
    )
