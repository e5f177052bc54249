"""A seller's empty books with everything around them, in this process: thrown away afterwards."""

import contextlib
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from api.app import create_app
from foundation.clock import SystemClock
from foundation.database import Transaction, engine_of
from foundation.deed import SYSTEM_ID, Deed
from foundation.settings import Settings
from foundation.web.requests import Wiring
from jobs.desk import Desk
from payments.card.gateway import StripeGateway
from sandbox.mail_sink import MailSink
from sandbox.mailbox import Mailbox
from sandbox.stripe.world import DEFAULT_KEY, DEFAULT_SIGNING, StripeWorld
from serve import postgres
from serve.migrations import migrate
from serve.postgres_binaries import readable_folder

STATEMENT_SECONDS_MAX = 600  # of a check that reads the whole journal
WEBHOOK = "http://localhost:8002/webhooks/stripe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Books by role, a played card company that tells the product's own api, a worker, letters."""

    app: Transaction
    portal: Transaction
    world: StripeWorld
    desk: Desk
    mailbox: Mailbox

    @property
    def audit_key(self) -> bytes:
        """What the audit chain is sealed with."""
        return self.desk.settings.audit_key

    def deed(self, *, actor_id: uuid.UUID = SYSTEM_ID, subject_id: uuid.UUID | None = None) -> Deed:
        """Something done now."""
        return Deed(
            actor_id=actor_id,
            subject_id=subject_id,
            request_id="evaluate",
            at=self.desk.clock.now(),
            on=self.desk.clock.today(),
        )


@contextlib.contextmanager
def a_server() -> Iterator[postgres.Server]:
    """A server of our own; its files are gone afterwards."""
    folder = readable_folder("quittance-evaluate-")
    try:
        with postgres.start(folder / "data", durable=True) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def a_stage(server: postgres.Server, name: str) -> Iterator[Stage]:
    """A migrated database of that name with its stage; dropped afterwards."""
    server.create_database(name)
    migrate(server.url(postgres.OWNER, name))
    with contextlib.ExitStack() as after:
        after.callback(server.drop_database, name)
        mailbox = Mailbox()
        sink = MailSink(mailbox)
        sink.start()
        after.callback(sink.stop)
        settings = _settings(server, name, f"smtp://127.0.0.1:{sink.port}")
        transactions = []
        for url in (settings.database_url, settings.database_portal_url):
            engine = engine_of(url, statement_seconds=STATEMENT_SECONDS_MAX)
            after.callback(engine.dispose)
            transactions.append(Transaction(engine, audit_key=settings.audit_key))
        yield _stage(settings, mailbox, *transactions)


def _settings(server: postgres.Server, name: str, smtp_url: str) -> Settings:
    return Settings.from_environment(
        {
            "QUITTANCE_MODE": "test",
            "DATABASE_URL": server.url(postgres.APP, name),
            "DATABASE_PORTAL_URL": server.url(postgres.PORTAL, name),
            "QUITTANCE_STRIPE_KEY": DEFAULT_KEY,
            "QUITTANCE_STRIPE_WEBHOOK_SECRETS": DEFAULT_SIGNING,
            "QUITTANCE_SMTP_URL": smtp_url,
        }
    )


def _stage(settings: Settings, mailbox: Mailbox, app: Transaction, portal: Transaction) -> Stage:
    clock = SystemClock(settings.zone)
    world = StripeWorld(clock.now)
    gateway = StripeGateway(world.client(), webhook_secrets=settings.stripe_webhook_secrets)
    wiring = Wiring(settings=settings, clock=clock, transaction=app, gateway=gateway)
    world.listen(WEBHOOK, app=create_app(wiring).wsgi_app)
    desk = Desk(settings=settings, clock=clock, transaction=app, gateway=gateway)
    return Stage(app=app, portal=portal, world=world, desk=desk, mailbox=mailbox)
