"""The card company of a benchmark: the served sandbox, so that its work is not counted as ours."""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from payments.card.gateway import StripeGateway
from sandbox.serve import Sandbox, Wanted
from sandbox.stripe.world import DEFAULT_KEY, DEFAULT_SIGNING


@contextlib.contextmanager
def a_sandbox() -> Iterator[Sandbox]:
    """The card company, answering from threads of its own."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="quittance-bench-") as folder:
        sandbox = Sandbox(Wanted(var=Path(folder)))
        sandbox.start()
        try:
            yield sandbox
        finally:
            sandbox.stop()


def gateway_to(sandbox: Sandbox) -> StripeGateway:
    """The product's own way to it, over the network."""
    return StripeGateway.at(DEFAULT_KEY, url=sandbox.url, webhook_secrets=[DEFAULT_SIGNING])
