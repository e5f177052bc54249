"""The suite's PostgreSQL: one server a run, one migrated template, a clone for whoever commits."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import uuid4

import sqlalchemy as sa

from foundation.database import Transaction, engine_of
from foundation.keyring import KeyRing
from foundation.settings import DEMO_DATA_KEY
from serve import postgres
from serve.migrations import migrate
from serve.postgres_binaries import readable_folder

TEMPLATE = "quittance_template"
PREFIX = "quittance-test-"
MEMORY = Path("/dev/shm")  # half the kernel's work on hundreds of copied databases is their files
MEMORY_BYTES_MIN = 4 * 1024**3
KEYRING = KeyRing.of([DEMO_DATA_KEY])
AUDIT_KEY = b"the suite's audit key, 32 bytes+"


@dataclass
class Database:
    """One database of the run's server, its engines by role, its transactions."""

    name: str
    server: postgres.Server
    engines: dict[str, sa.Engine] = field(default_factory=dict)

    def url(self, role: str) -> str:
        return self.server.url(role, self.name)

    @property
    def owner_url(self) -> str:
        return self.url(postgres.OWNER)

    @property
    def app_url(self) -> str:
        return self.url(postgres.APP)

    @property
    def portal_url(self) -> str:
        return self.url(postgres.PORTAL)

    def engine(self, role: str) -> sa.Engine:
        """The one engine of a role; made on first use, closed with the database."""
        if role not in self.engines:
            self.engines[role] = engine_of(self.url(role))
        return self.engines[role]

    def transaction(self, role: str = postgres.APP, *, locking: bool = True) -> Transaction:
        """A transaction factory that really commits. `locking=False` is a negative control."""
        return Transaction(self.engine(role), audit_key=AUDIT_KEY, keyring=KEYRING, locking=locking)

    def close(self) -> None:
        for engine in self.engines.values():
            engine.dispose()
        self.engines.clear()


@dataclass
class Run:
    """One run of the suite: a folder of its own, held by a lock so that nobody sweeps it."""

    folder: Path
    held: IO[str]
    server: postgres.Server

    def end(self) -> None:
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.held.close()


def begin_run() -> Run:
    """Start this run's server; folders of runs that were killed are swept away first."""
    place = _place()
    for left in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), (left / "run").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
    folder = readable_folder(PREFIX, place)
    held = (folder / "run").open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    return Run(folder, held, postgres.start(folder / "data", durable=False))


def _place() -> Path:
    """Memory where there is enough: nothing in it has to outlive the run."""
    is_roomy = (
        MEMORY.is_dir()
        and os.access(MEMORY, os.W_OK)
        and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN
    )
    return MEMORY if is_roomy else Path(tempfile.gettempdir())


def join_run(folder: Path) -> postgres.Server:
    """The server that the run's controller started, as one of its workers sees it."""
    return postgres.start(folder / "data", durable=False)


def migrated_template(server: postgres.Server, folder: Path) -> str:
    """The name of a migrated database nobody connects to; made by whoever needs it first."""
    with (folder / "template").open("a+") as state:
        fcntl.flock(state, fcntl.LOCK_EX)
        state.seek(0)
        if not state.read():
            server.drop_database(TEMPLATE)
            server.create_database(TEMPLATE)
            migrate(server.url(postgres.OWNER, TEMPLATE))
            state.write("ready")
    return TEMPLATE


@contextlib.contextmanager
def cloned(server: postgres.Server, template: str) -> Iterator[Database]:
    """A copy of the template for one test, one module or one worker; dropped afterwards."""
    database = Database(f"clone_{uuid4().hex[:12]}", server)
    server.create_database(database.name, template)
    try:
        yield database
    finally:
        database.close()
        server.drop_database(database.name)
