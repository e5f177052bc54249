"""A played Stripe for every test, a clock it reads, and what a seller's server would send."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.stripe import StripeWorld
from tests.sandbox import plays


class Clock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **how_far: float) -> None:
        self.at += timedelta(**how_far)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[StripeWorld]:
    world = StripeWorld(clock)
    yield world
    world.close()


@pytest.fixture
def stripe_client(world: StripeWorld):
    """The real client library, without a network."""
    return world.client()


@pytest.fixture(scope="session")
def played(clones, tmp_path_factory):
    """One play for all tests that only look."""
    with clones() as database, plays.played(database, tmp_path_factory.mktemp("one")) as done:
        yield done
