"""A company with a pay link, and somebody who holds it."""

import datetime as dt
import uuid

import pytest

from tests.portal.links.holding import (
    ask,
    path_of,
)
from tests.portal.page_client import PageClient
from tests.portal.post import post_of


@pytest.fixture
def acme(world):
    return world.customer(name="Acme Industries SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


@pytest.fixture
def invoices(world, acme):
    return [world.invoice(acme, minor, due_on=dt.date(2026, 11, 1)) for minor in (60_000, 2_550)]


@pytest.fixture
def post(world):
    with post_of(world.app, world.transaction) as post:
        yield post


@pytest.fixture
def tiers():
    """Where a link is sent; a mailbox takes so many a day, so each test has its own."""
    return f"tiers-{uuid.uuid4().hex}@payeur.example"


@pytest.fixture
def link(world, acme, reader, invoices, tiers):
    """Where the link for the first invoice leads."""
    assert ask(reader, invoices[0], tiers).status_code == 303
    return path_of(world, acme)


@pytest.fixture
def holder(world):
    """Somebody who never signed in."""
    return PageClient(world.app, address="198.51.100.4")
