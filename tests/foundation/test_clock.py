"""The wall clock never moves; the business day turns at the seller's midnight."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine

from foundation.clock import SystemClock
from foundation.deed import SYSTEM_ID, Deed
from tests.clocks import FixedClock

PARIS = ZoneInfo("Europe/Paris")


@time_machine.travel(datetime(2026, 11, 12, 23, 30, tzinfo=UTC), tick=False)
def test_the_business_day_turns_at_the_seller_s_midnight():
    assert SystemClock(PARIS).today() == date(2026, 11, 13)
    assert SystemClock(ZoneInfo("America/New_York")).today() == date(2026, 11, 12)


@time_machine.travel(datetime(2026, 11, 12, 9, tzinfo=UTC), tick=False)
def test_moving_the_business_day_leaves_the_wall_clock_alone():
    clock = SystemClock(PARIS, lambda: timedelta(days=30))

    assert clock.today() == date(2026, 12, 12)
    assert clock.now() == datetime(2026, 11, 12, 9, tzinfo=UTC)


def test_a_fixed_clock_moves_only_when_told():
    clock = FixedClock(datetime(2026, 11, 12, 23, tzinfo=UTC))

    clock.advance(hours=2)

    assert clock.now() == datetime(2026, 11, 13, 1, tzinfo=UTC)
    assert clock.today() == date(2026, 11, 13)


def test_a_deed_happens_at_an_aware_moment():
    with pytest.raises(ValueError, match="aware"):
        Deed(
            actor_id=SYSTEM_ID,
            subject_id=None,
            request_id="r",
            at=datetime(2026, 11, 12),  # noqa: DTZ001 - the refusal is the test
            on=date(2026, 11, 12),
        )


def test_the_one_who_acts_in_jobs_is_always_the_same():
    assert UUID(int=1) == SYSTEM_ID
