"""The portal over a database of the test's own, and a played card company."""

from collections.abc import Callable

import pytest
from flask import Flask

from foundation.database import Transaction
from foundation.settings import Settings
from foundation.web.requests import Wiring
from payments.card.gateway import StripeGateway
from portal.app import create_app
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from tests.clocks import FixedClock
from tests.factories.books import Account
from tests.portal.page_client import PageClient
from tests.portal.readers import let_in

Reader = Callable[..., PageClient]


@pytest.fixture
def stripe_world(clock: FixedClock) -> StripeWorld:
    """A Stripe that moves no money, reachable by the real client without a network."""
    return StripeWorld(clock.now)


@pytest.fixture
def portal(
    settings: Settings,
    clock: FixedClock,
    portal_transaction: Transaction,
    stripe_world: StripeWorld,
) -> Flask:
    """The customers' face, in the portal's own database role."""
    gateway = StripeGateway(stripe_world.client(), webhook_secrets=[DEFAULT_SIGNING])
    return create_app(
        Wiring(settings=settings, clock=clock, transaction=portal_transaction, gateway=gateway)
    )


@pytest.fixture
def reader_of(portal: Flask, transaction: Transaction, clock: FixedClock) -> Reader:
    """`reader_of(account)` is a browser in which that contact is signed in."""

    def reader(account: Account, **wanted: str) -> PageClient:
        return let_in(PageClient(portal, **wanted), transaction, account, at=clock.now())

    return reader
