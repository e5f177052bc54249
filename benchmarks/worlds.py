"""Databases to measure on, each with a server of its own; proven before anything is timed."""

import contextlib
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from foundation.clock import SystemClock
from foundation.database import Transaction, engine_of
from foundation.deed import SYSTEM_ID, Deed
from foundation.settings import Settings
from payments.card.verify import findings
from people.actions.credentials import set_password
from people.actions.persons import create_person
from people.models import PersonKind
from people.passwords import password_hash
from receivables.actions.customers import add_contact, open_account, open_ledger
from receivables.models import ContactRole
from sandbox.stripe.world import DEFAULT_KEY
from serve import postgres
from serve.migrations import migrate
from serve.postgres_binaries import readable_folder

PASSWORD = "seven quiet harbours and one kettle"  # noqa: S105 (of a world that lives a minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A migrated database, its two roles, and the settings of a process on it."""

    settings: Settings
    clock: SystemClock
    owner: Transaction
    app: Transaction
    portal: Transaction
    ledger_id: uuid.UUID

    def deed(self, subject_id: uuid.UUID | None = None) -> Deed:
        """Something the system does now."""
        now = self.clock.now()
        return Deed(
            actor_id=SYSTEM_ID,
            subject_id=subject_id,
            request_id="bench",
            at=now,
            on=self.clock.today(),
        )

    def prove(self) -> None:
        """Raise AssertionError with what does not agree in this world."""
        with self.owner() as session:
            wrong = list(findings(session, self.settings.audit_key))
        if wrong:
            raise AssertionError("\n".join(wrong))


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A customer, and the payer who signs in for it."""

    customer_id: uuid.UUID
    contact_id: uuid.UUID
    person_id: uuid.UUID
    email: str


@contextlib.contextmanager
def a_world() -> Iterator[World]:
    """An empty seller in a database of its own; gone afterwards."""
    folder = readable_folder("quittance-bench-")
    try:
        server = postgres.start(folder / "data", durable=True)
        try:
            migrate(server.url(postgres.OWNER))
            yield _world(server)
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _world(server: postgres.Server) -> World:
    urls = {role: server.url(role) for role in (postgres.OWNER, postgres.APP, postgres.PORTAL)}
    settings = Settings.from_environment(
        {
            "QUITTANCE_MODE": "test",
            "DATABASE_URL": urls[postgres.APP],
            "DATABASE_PORTAL_URL": urls[postgres.PORTAL],
            "QUITTANCE_STRIPE_KEY": DEFAULT_KEY,
            "QUITTANCE_SECRET_KEY": uuid.uuid4().hex + uuid.uuid4().hex,
        }
    )
    owner, app, portal = (
        Transaction(engine_of(url), audit_key=settings.audit_key) for url in urls.values()
    )
    with app() as session:
        ledger_id = open_ledger(session, code="BENCH", name="Bench Ltd", country="GB")
    return World(
        settings=settings,
        clock=SystemClock(settings.zone),
        owner=owner,
        app=app,
        portal=portal,
        ledger_id=ledger_id,
    )


def a_debtor(world: World, name: str) -> Debtor:
    """A customer that owes nothing yet, and its payer with PASSWORD."""
    number = f"B{uuid.uuid4().hex[:8]}"
    email = f"{number.lower()}@example.com"
    secret = password_hash(PASSWORD, email=email, name="Pat Payer")
    with world.app() as session:
        deed = world.deed()
        customer_id = open_account(
            session,
            number=number,
            name=name,
            language="en",
            country="GB",
            net_days=30,
            deed=deed,
        )
        person_id = create_person(
            session,
            email=email,
            name="Pat Payer",
            language="en",
            kind=PersonKind.CONTACT,
            deed=deed,
        ).id
        set_password(session, person_id=person_id, secret_hash=secret, deed=deed)
        contact_id = add_contact(
            session,
            customer_id=customer_id,
            person_id=person_id,
            role=ContactRole.PAYER,
            deed=deed,
        )
    return Debtor(
        customer_id=customer_id,
        contact_id=contact_id,
        person_id=person_id,
        email=email,
    )
