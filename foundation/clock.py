"""Two clocks, handed in: wall time for sessions, leases, signatures; a business day for books."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """What time it is, and which day the books are on."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""

    def today(self) -> date:
        """The business day in the seller's time zone."""


def not_moved() -> timedelta:
    """The offset of a business clock nobody has moved."""
    return timedelta(0)


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock; the business day is ahead by `offset`, which only a demo ever moves."""

    zone: ZoneInfo
    offset: Callable[[], timedelta] = not_moved

    def now(self) -> datetime:
        """The wall clock, aware, in UTC; never moved."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The business day in the seller's time zone."""
        return (self.now() + self.offset()).astimezone(self.zone).date()
