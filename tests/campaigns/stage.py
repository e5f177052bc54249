"""Where campaigns play: a server, and companies that are thrown away after some schedules."""

import contextlib
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import Transaction
from sandbox.stripe.world import StripeWorld
from serve import postgres
from serve.postgres_binaries import readable_folder
from tests import databases
from tests.campaigns.lives import PRESSES_MAX, Scene
from tests.campaigns.oracle import Judgement, judge
from tests.databases import AUDIT_KEY, Database
from tests.factories.books import a_colleague, an_account, an_invoice

OWED = 10_000


@contextlib.contextmanager
def a_server(folder: Path | None) -> Iterator[tuple[postgres.Server, str]]:
    """The run's own server where the suite names one, else a durable one, and its template.

    A campaign's server keeps fsync and synchronous_commit on; the suite's has them off. Killing
    our own process cannot tell the difference: the server lives on either way.
    """
    if folder:
        server = databases.join_run(folder)
        yield server, databases.migrated_template(server, folder)
        return
    own = readable_folder("quittance-campaign-")
    try:
        with postgres.start(own / "data", durable=True) as server:
            yield server, databases.migrated_template(server, own)
    finally:
        shutil.rmtree(own, ignore_errors=True)


@dataclass(kw_only=True)
class Company:
    """One database and one card company, for a few dozen schedules."""

    database: Database
    world_path: Path

    def scene(self) -> Scene:
        """A fresh customer with two contacts and one invoice."""
        with self._transaction()() as session:
            first = an_account(session)
            second = a_colleague(session, first.customer_id)
            invoice = an_invoice(session, first, OWED)
        return Scene(
            app_url=self.database.app_url,
            world_path=self.world_path,
            payers=(first, second),
            invoice=invoice,
            owed=OWED,
            begins=datetime.now(UTC),
            operations=tuple(tuple(uuid.uuid4() for _ in range(PRESSES_MAX)) for _ in range(2)),
        )

    def world(self) -> StripeWorld:
        """The card company as its file has it."""
        return StripeWorld(path=self.world_path)

    def judge(self) -> Judgement:
        """Both books against each other."""
        with contextlib.closing(self.world()) as world, Session(self._engine()) as session:
            return judge(session, world)

    def _transaction(self) -> Transaction:
        return Transaction(self._engine(), audit_key=AUDIT_KEY)

    def _engine(self) -> sa.Engine:
        # No connection may be open while we fork: two processes would speak on one line.
        return sa.create_engine(self.database.app_url, poolclass=sa.NullPool)


@contextlib.contextmanager
def a_company(server: postgres.Server, template: str) -> Iterator[Company]:
    """A company of its own, gone afterwards."""
    with (
        databases.cloned(server, template) as database,
        tempfile.TemporaryDirectory(prefix="quittance-world-") as folder,
    ):
        yield Company(database=database, world_path=Path(folder) / "stripe.sqlite3")
