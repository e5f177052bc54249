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


class Told:
    """What the check's log was told, and a hook for what happens meanwhile."""

    def __init__(self):
        self.lines, self.meanwhile = [], lambda: None

    def __call__(self, _logger, _method, event):
        self.lines.append(event["event"])
        if event["event"] == "books.differ":
            self.meanwhile()
        raise structlog.DropEvent


@pytest.fixture
def told():
    told, before = Told(), structlog.get_config()["processors"]
    structlog.configure(processors=[told])
    yield told
    structlog.configure(processors=before)


def checked(desk, told) -> int:
    """How many findings one try of the check reports."""
    before = told.lines.count("books.differ")
    verify_once_a_day(desk)
    return told.lines.count("books.differ") - before


def test_what_differs_is_told_once_a_day(spoilt, told, clock):
    first, second = checked(spoilt, told), checked(spoilt, told)
    clock.advance(hours=24)

    assert (first > 0, second, checked(spoilt, told)) == (True, 0, first)


def test_a_check_that_was_killed_is_made_up_on_the_same_day(spoilt, told):
    def killed():
        raise KeyboardInterrupt

    told.meanwhile = killed
    with pytest.raises(KeyboardInterrupt):
        verify_once_a_day(spoilt)
    told.meanwhile = lambda: None

    assert checked(spoilt, told) > 0
    assert told.lines.count("books.compared") == 1


def test_a_second_scheduler_does_not_wait_for_the_first(spoilt, told):
    def another():
        told.meanwhile = lambda: None
        verify_once_a_day(spoilt)

    told.meanwhile = another

    verify_once_a_day(spoilt)

    assert told.lines.count("books.compare_begun") == 1
