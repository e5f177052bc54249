"""The portal over a database, and a played card company.

`portal` has a database of the test's own. `world` is one for all tests of a module: each of them
brings customers of its own, so they do not meet, and a module takes seconds.
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from foundation.database import Transaction
from foundation.settings import Settings
from foundation.web.requests import Wiring
from payments.card.gateway import StripeGateway
from portal.app import create_app
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from serve import postgres
from tests import databases
from tests.clocks import FixedClock
from tests.portal.readers import World


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


@pytest.fixture(scope="module")
def world(clones, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A portal that the tests of a module share; nobody moves its clock."""
    with clones() as database:
        clock = FixedClock()
        stripe = StripeWorld(clock.now)
        settings = Settings.from_environment(
            {
                "QUITTANCE_MODE": "test",
                "DATABASE_URL": database.app_url,
                "DATABASE_PORTAL_URL": database.portal_url,
                "QUITTANCE_AUDIT_KEY": databases.AUDIT_KEY.decode(),
                "QUITTANCE_SELLER_NAME": "The Seller",
                "QUITTANCE_VAR": str(tmp_path_factory.mktemp("var")),
            }
        )
        wiring = Wiring(
            settings=settings,
            clock=clock,
            transaction=database.transaction(postgres.PORTAL),
            gateway=StripeGateway(stripe.client(), webhook_secrets=[DEFAULT_SIGNING]),
        )
        yield World(
            app=create_app(wiring),
            clock=clock,
            transaction=database.transaction(postgres.APP),
            stripe=stripe,
        )
