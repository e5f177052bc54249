"""The nightly check of the books runs once a day, and a day is not lost with a worker."""

import pytest
import sqlalchemy as sa
import structlog

from jobs.upkeep import verify_once_a_day
from serve import postgres
from tests.factories.books import an_account, an_invoice
from tests.factories.work import a_desk


@pytest.fixture
def desk(transaction, clock):
    """A worker's desk over books in which one projection is wrong."""
    with transaction() as session:
        an_invoice(session, an_account(session), 10_000)
    return a_desk(clock, transaction, gateway=None)


@pytest.fixture
def spoilt(database, desk):
    """The owner changes what an invoice says is open, past every guard."""
    with database.engine(postgres.OWNER).begin() as owner:
        owner.execute(sa.text("ALTER TABLE invoice DISABLE TRIGGER USER"))
        owner.execute(sa.text("UPDATE invoice SET open_minor = open_minor - 1"))
        owner.execute(sa.text("ALTER TABLE invoice ENABLE TRIGGER USER"))
    return desk


def checked(desk, *, is_killed: bool = False) -> int:
    """How many findings one try of the check reports."""
    with structlog.testing.capture_logs() as told, desk.transaction() as session:
        verify_once_a_day(session, desk)
        if is_killed:
            raise KeyboardInterrupt
    return sum(line["event"] == "books.differ" for line in told)


def test_what_differs_is_told_once_a_day(spoilt, clock):
    first, second = checked(spoilt), checked(spoilt)
    clock.advance(hours=24)

    assert (first > 0, second, checked(spoilt)) == (True, 0, first)


def test_a_check_that_was_killed_is_made_up_on_the_same_day(spoilt):
    with pytest.raises(KeyboardInterrupt):
        checked(spoilt, is_killed=True)

    assert checked(spoilt) > 0


def test_a_second_scheduler_does_not_wait_for_the_first(spoilt):
    with spoilt.transaction() as session:
        verify_once_a_day(session, spoilt)

        assert checked(spoilt) == 0
