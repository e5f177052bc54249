"""A clock that stands still until it is told to move."""

from datetime import UTC, date, datetime, timedelta


class FixedClock:
    """Wall time and business day, moved together by `advance`."""

    def __init__(self, now: datetime | None = None, today: date | None = None) -> None:
        self._now = now or datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
        self._today = today or self._now.date()

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._today

    def advance(
        self, *, days: int = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass; the business day follows by whole days of the wall clock."""
        before = self._now.date()
        self._now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._today += self._now.date() - before
