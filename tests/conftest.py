"""What every test may ask for: a database, transactions, clocks, settings.

`session` is rolled back; it is the cheap one. `transaction` and `portal_transaction` commit, into
a clone of the migrated template that is this test's own. A module that wants one committed world
for all its tests opens `clones()` in a module-scoped fixture of its own.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import Transaction
from foundation.i18n import DEFAULT_LANGUAGE, speaking
from foundation.settings import Settings
from serve import postgres
from tests import browsers, databases
from tests.clocks import FixedClock
from tests.databases import Database

Clones = Callable[[], AbstractContextManager[Database]]


def pytest_sessionstart(session: pytest.Session) -> None:
    """The controller starts the one server of the run; workers are told where it is."""
    config = session.config
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.stash[RUN] = databases.begin_run()


def pytest_configure_node(node) -> None:  # xdist's hook; it has no types
    """Tell a worker which folder belongs to this run."""
    node.workerinput["database_folder"] = str(node.config.stash[RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server; say as the very last line what was left out."""
    if run := config.stash.get(RUN, None):
        run.end()
    if not hasattr(config, "workerinput") and not browsers.chromium():
        sys.stdout.write(f"{browsers.HOW_TO_GET_ONE}\n")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Without Chromium the browser tests are left out; in CI that is a failure."""
    if "browser" not in collection_path.parts or browsers.chromium():
        return None
    if os.environ.get("CI"):
        raise pytest.UsageError(browsers.HOW_TO_GET_ONE)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """In CI a test that skips itself has failed: nothing is left out quietly."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI leaves nothing out."
    return report


RUN = pytest.StashKey[databases.Run]()


@pytest.fixture(scope="session")
def database_folder(request: pytest.FixtureRequest) -> Path:
    """The folder of this run's server."""
    if hasattr(request.config, "workerinput"):
        return Path(request.config.workerinput["database_folder"])
    return request.config.stash[RUN].folder


@pytest.fixture(scope="session")
def server(database_folder: Path) -> postgres.Server:
    """The run's PostgreSQL; makes and drops databases."""
    return databases.join_run(database_folder)


@pytest.fixture(scope="session")
def clones(server: postgres.Server, database_folder: Path) -> Clones:
    """`with clones() as database:` opens a migrated database of one's own."""
    template = databases.migrated_template(server, database_folder)
    return partial(databases.cloned, server, template)


@pytest.fixture(scope="session")
def worker_database(clones: Clones) -> Iterator[Database]:
    """The database of this worker, for tests that roll back; nothing is ever committed in it."""
    with clones() as database:
        yield database


@pytest.fixture
def fresh_database(clones: Clones) -> Iterator[Database]:
    """A migrated database of this test's own: it may commit, from many connections."""
    with clones() as database:
        yield database


@pytest.fixture
def database(fresh_database: Database) -> Database:
    """The test's own database: `owner_url`, `app_url`, `portal_url`, `engine(role)`."""
    return fresh_database


@pytest.fixture
def owner_engine(database: Database) -> sa.Engine:
    """The engine of quittance_owner, to look behind every policy and trigger."""
    return database.engine(postgres.OWNER)


@pytest.fixture
def transaction(database: Database) -> Transaction:
    """Commits as quittance_app in the test's own database."""
    return database.transaction(postgres.APP)


@pytest.fixture
def portal_transaction(database: Database) -> Transaction:
    """Commits as quittance_portal in the test's own database: row-level security applies."""
    return database.transaction(postgres.PORTAL)


@pytest.fixture
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """One session as quittance_app, rolled back at the end.

    It looks at the test's own database where the test has one, else at the worker's. What is
    checked at COMMIT only is not checked here: use `transaction` for that.
    """
    own = "fresh_database" if "fresh_database" in request.fixturenames else "worker_database"
    used: Database = request.getfixturevalue(own)
    with Session(used.engine(postgres.APP), expire_on_commit=False) as session:
        session.info["audit_key"] = databases.AUDIT_KEY
        yield session
        session.rollback()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Each test begins in our own language, whatever a request before it spoke in this thread."""
    with speaking(DEFAULT_LANGUAGE):
        yield


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still until a test moves it."""
    return FixedClock()


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """What a process in this test's own database would read from its environment."""
    return Settings.from_environment(
        {
            "QUITTANCE_MODE": "test",
            "DATABASE_URL": database.app_url,
            "DATABASE_PORTAL_URL": database.portal_url,
            "DATABASE_OWNER_URL": database.owner_url,
            "QUITTANCE_AUDIT_KEY": databases.AUDIT_KEY.decode(),
            "QUITTANCE_STRIPE_KEY": "sk_test_the_suite_moves_no_money",
            "QUITTANCE_STRIPE_WEBHOOK_SECRETS": "whsec_the_suite_signs_with_this_secret",
            "QUITTANCE_SELLER_NAME": "The Seller",
            "QUITTANCE_VAR": str(tmp_path),
        }
    )
