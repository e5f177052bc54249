"""The days that are played, and at what moment of a day something happens."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sandbox.company.habits import FRIDAY

OPENS, CLOSES = dt.time(6), dt.time(20)
MORNING, EVENING = 0.02, 0.99  # when invoices go out, and when the day's open pages are looked at
DONE_OF_TODAY = 0.8  # the last day is only played as far as this share of what has passed of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """`days` days that end at `now`, the real moment at which the play is watched."""

    now: dt.datetime
    zone: ZoneInfo
    days: int

    @property
    def today(self) -> dt.date:
        """The last day, the seller's own."""
        return self.now.astimezone(self.zone).date()

    @property
    def first(self) -> dt.date:
        """The first day."""
        return self.today - dt.timedelta(days=self.days)

    def all_days(self) -> list[dt.date]:
        """Every day, the last one too."""
        return [self.first + dt.timedelta(days=count) for count in range(self.days + 1)]

    def business_days(self) -> list[dt.date]:
        """Mondays to Fridays."""
        return [day for day in self.all_days() if day.weekday() <= FRIDAY]

    def moment(self, day: dt.date, share: float) -> dt.datetime:
        """The moment at which that share of the working day is over; never after `now`."""
        if day < self.today:
            start, end = self._at(day, OPENS), self._at(day, CLOSES)
        else:
            start = self._at(day, dt.time(0))
            end = start + (self.now - start) * DONE_OF_TODAY
        return start + (end - start) * share

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)
