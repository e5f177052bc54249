"""Which statement somebody wants, read from the address: of which account, when, and what kind."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, Self

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from foundation.i18n import gettext as _
from foundation.i18n import lazy_gettext as _l
from foundation.web.forms import DayField, HouseForm
from receivables.queries.standing import Books

KINDS: Final = ("open", "movements")
FIRST_DAY: Final = dt.date(1970, 1, 1)  # before any book of ours, and far from where days end
MONTHS_BEFORE: Final = 2  # the movements begin with the first day of the month before the last


class StatementForm(HouseForm):
    """An address that can be kept or sent, so it is a GET and carries no token."""

    class Meta(HouseForm.Meta):
        """Reading changes nothing."""

        csrf = False

    kind = HiddenField(default="open")
    account = HiddenField()
    on = DayField(_l("As of"))
    start = DayField(_l("From"))
    end = DayField(_l("To"))

    today: dt.date

    @classmethod
    def of(cls, args: MultiDict[str, str], today: dt.date) -> Self:
        """What the address asks for; as of today where it says nothing."""
        made = {"on": today, "start": _first_of_month(today, MONTHS_BEFORE), "end": today}
        form = cls(formdata=args, data=made)
        form.today = today
        if form.kind.data not in KINDS:
            form.kind.data = "open"
        return form

    def validate(self, *args: Any, **given: Any) -> bool:
        """Days that were, in their order."""
        super().validate(*args, **given)
        asked = self.days
        for field in (self.on, self.start, self.end):
            field.errors = field.errors if field in asked else []
        for field in asked:
            if field.data and not FIRST_DAY <= field.data <= self.today:
                field.errors = [_("Choose a day from 1970 up to today.")]
        start, end = self.start.data, self.end.data
        if not self.is_open and start and end and start > end:
            self.start.errors = [_("The first day comes after the last.")]
        return not any(field.errors for field in asked)

    @property
    def is_open(self) -> bool:
        """What is open on a day; otherwise what happened over some."""
        return bool(self.kind.data == "open")

    @property
    def days(self) -> list[DayField]:
        """The fields of this kind."""
        return [self.on] if self.is_open else [self.start, self.end]

    def chosen(self, books: Sequence[Books]) -> Books | None:
        """The account asked for, the first where none is; None where there is no such account."""
        wanted = (one for one in books if self.account.data in ("", None, key_of(one)))
        return next(wanted, None)

    @property
    def params(self) -> dict[str, str | None]:
        """The address that asks for this statement."""
        days = {field.short_name: _iso(field.data) for field in self.days}
        return {"kind": self.kind.data, "account": self.account.data or None, **days}


def key_of(books: Books) -> str:
    """How an address names an account of the customer."""
    return f"{books.ledger_id}.{books.currency}"


def kind_words() -> dict[str, str]:
    """What each kind is called."""
    return {"open": _("Open documents"), "movements": _("Movements")}


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _first_of_month(day: dt.date, months_before: int) -> dt.date:
    months = day.year * 12 + day.month - 1 - months_before
    return dt.date(months // 12, months % 12 + 1, 1)
