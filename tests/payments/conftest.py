"""A played card company beside the books."""

import pytest

from payments.card.gateway import StripeGateway
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from tests.clocks import FixedClock


@pytest.fixture
def stripe_world(clock: FixedClock) -> StripeWorld:
    """A Stripe that moves no money, reachable by the real client without a network."""
    return StripeWorld(clock.now)


@pytest.fixture
def gateway(stripe_world: StripeWorld) -> StripeGateway:
    """The product's own gateway over the played Stripe."""
    return StripeGateway(stripe_world.client(), webhook_secrets=[DEFAULT_SIGNING])
