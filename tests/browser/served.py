"""The product over real HTTP: one face alone, or all of it with the world outside."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from api.app import create_app as create_api
from foundation.clock import Clock, SystemClock
from foundation.database import Transaction
from foundation.settings import Settings
from foundation.web.requests import Wiring
from jobs.desk import Desk
from jobs.dispatch import work_all
from payments.card.gateway import StripeGateway
from portal.app import create_app as create_portal
from sandbox.serve import Sandbox, Wanted
from sandbox.stripe.world import DEFAULT_KEY, DEFAULT_SIGNING
from serve import postgres
from tests.databases import AUDIT_KEY, Database

SELLER = "Halden & Vries"
LOOKS_EVERY_SECONDS = 0.1


def settings_at(origin: str, database: Database, var: Path, **more: str) -> Settings:
    """What a portal at that address reads from its environment."""
    return Settings.from_environment(
        {
            "QUITTANCE_MODE": "test",
            "DATABASE_URL": database.app_url,
            "DATABASE_PORTAL_URL": database.portal_url,
            "QUITTANCE_AUDIT_KEY": AUDIT_KEY.decode(),
            "QUITTANCE_PORTAL_URL": origin,
            "QUITTANCE_SELLER_NAME": "The Seller",
            "QUITTANCE_VAR": str(var),
            **more,
        }
    )


def a_server() -> BaseWSGIServer:
    """A server on a free port; its app comes later, because it must know the port."""
    return make_server("localhost", 0, lambda environ, start: None, threaded=True)


def origin_of(server: BaseWSGIServer) -> str:
    """Where it answers."""
    return f"http://localhost:{server.port}"


class serving:  # noqa: N801 (reads as a verb)
    """Serve in a thread inside the block."""

    def __init__(self, server: BaseWSGIServer) -> None:
        self.server = server
        self.thread = threading.Thread(target=server.serve_forever, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.thread.join(10)
        self.server.server_close()


class working:  # noqa: N801 (reads as a verb)
    """Work the outbox in a thread inside the block, as the poller does."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self) -> None:
        while not self.stopping.wait(LOOKS_EVERY_SECONDS):
            work_all(self.desk)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.stopping.set()
        self.thread.join(10)


@dataclass(frozen=True, kw_only=True)
class Product:
    """Portal, api, worker, card company and mailbox, all running, over one database."""

    origin: str
    portal: Flask
    clock: Clock
    books: Transaction  # as quittance_app
    sandbox: Sandbox


@contextmanager
def a_product(database: Database, var: Path) -> Iterator[Product]:
    """Everything, on free ports, until the end of the block."""
    portal, api = a_server(), a_server()
    sandbox = Sandbox(
        Wanted(
            var=var / "sandbox",
            seller=SELLER,
            webhook_url=f"{origin_of(api)}/webhooks/stripe",
            webhook_secret=DEFAULT_SIGNING,
        )
    )
    settings = settings_at(
        origin_of(portal),
        database,
        var,
        QUITTANCE_SELLER_NAME=SELLER,
        QUITTANCE_API_URL=origin_of(api),
        QUITTANCE_STRIPE_URL=sandbox.url,
        QUITTANCE_STRIPE_PAGE=sandbox.url,
        QUITTANCE_SMTP_URL=f"smtp://localhost:{sandbox.mail.port}",
    )
    clock = SystemClock(ZoneInfo("Europe/Paris"))
    gateway = StripeGateway.at(DEFAULT_KEY, url=sandbox.url, webhook_secrets=[DEFAULT_SIGNING])
    books = database.transaction(postgres.APP)
    desk = Desk(settings=settings, clock=clock, transaction=books, gateway=gateway)
    seen_by = {postgres.PORTAL: portal, postgres.APP: api}
    for role, create in ((postgres.PORTAL, create_portal), (postgres.APP, create_api)):
        transaction = database.transaction(role)
        wiring = Wiring(settings=settings, clock=clock, transaction=transaction, gateway=gateway)
        seen_by[role].app = create(wiring)
    sandbox.start()
    try:
        with serving(portal), serving(api), working(desk):
            yield Product(
                origin=origin_of(portal),
                portal=portal.app,
                clock=clock,
                books=books,
                sandbox=sandbox,
            )
    finally:
        sandbox.stop()
