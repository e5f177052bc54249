"""Real processes: a Redis, a worker, a poller, and the outside world they work with."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from celery import Celery

from foundation.database import Transaction
from payments.card.events import store_event
from payments.card.gateway import StripeGateway
from sandbox.mailbox import Mailbox
from sandbox.serve import Sandbox, Wanted
from sandbox.stripe.world import DEFAULT_KEY, DEFAULT_SIGNING
from tests.databases import AUDIT_KEY, Database
from tests.factories.books import Account, a_deed, an_account, an_invoice
from tests.factories.card import session_of, start

ROOT = Path(__file__).resolve().parents[2]
REDIS = shutil.which("redis-server")
HOW_TO_GET_ONE = (
    "No redis-server was found, so the tests of the queue were left out."
    " Debian: apt-get install redis-server"
)
PATIENCE_SECONDS = 60
LEFT = "SELECT topic, attempts, run_after, now(), error FROM outbox_message WHERE done_at IS NULL"
ALL_DONE = "SELECT count(*) FROM outbox_message WHERE done_at IS NULL"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Without Redis its tests are left out; in CI that is a failure."""
    if collection_path.name != "test_redis.py" or REDIS:
        return None
    if os.environ.get("CI"):
        raise pytest.UsageError(HOW_TO_GET_ONE)
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    if not REDIS:
        terminalreporter.write_line(HOW_TO_GET_ONE)


@contextlib.contextmanager
def running(
    command: list[str], environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program, killed at the end if it is still there."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for it."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < give_up, f"it did not happen: {what}"
        time.sleep(0.05)


@dataclass(kw_only=True)
class Redis:
    """A broker on a free port of loopback; it keeps nothing on disk."""

    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.process:
            return
        command = [str(REDIS), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            [*command, "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self.answers, "Redis answers")

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self) -> None:
        """Gone with everything in it."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    broker = Redis(port=free_port())
    broker.start()
    yield broker
    broker.stop()


@dataclass(kw_only=True)
class Office:
    """A company whose worker, poller and card company are processes and servers of their own."""

    database: Database
    sandbox: Sandbox
    var: Path
    broker_url: str
    gateway: StripeGateway = field(init=False)
    transaction: Transaction = field(init=False)
    account: Account = field(init=False)

    def __post_init__(self) -> None:
        self.gateway = StripeGateway.at(
            DEFAULT_KEY, url=self.sandbox.url, webhook_secrets=[DEFAULT_SIGNING]
        )
        self.transaction = self.database.transaction()
        with self.transaction() as session:
            self.account = an_account(session)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of ours reads."""
        return {
            **os.environ,
            "QUITTANCE_MODE": "test",
            "DATABASE_URL": self.database.app_url,
            "QUITTANCE_AUDIT_KEY": AUDIT_KEY.decode(),
            "QUITTANCE_STRIPE_KEY": DEFAULT_KEY,
            "QUITTANCE_STRIPE_URL": self.sandbox.url,
            "QUITTANCE_STRIPE_WEBHOOK_SECRETS": DEFAULT_SIGNING,
            "QUITTANCE_SMTP_URL": f"smtp://localhost:{self.sandbox.mail.port}",
            "QUITTANCE_BROKER_URL": self.broker_url,
            "QUITTANCE_VAR": str(self.var),
        }

    def worker(self) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
        celery = [sys.executable, "-m", "celery", "-A", "jobs.celery_app", "--quiet", "worker"]
        lean = ["-P", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        return running([*celery, *lean], self.environment)

    def poller(self) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
        return running([sys.executable, "-m", "jobs.poller"], self.environment)

    def send(self, task: str = "outbox.work") -> None:
        """Put a message into the broker, as `wake` does."""
        Celery(broker=self.broker_url).send_task(task, ignore_result=True)

    def a_paid_payment(self) -> str:
        """A payment that was made, its last message stored, not worked; the message's id."""
        with self.transaction() as session:
            invoice = an_invoice(session, self.account, 10_000)
            session.execute(sa.text("DELETE FROM attempt"))
        now = self.sandbox.world.account.now()
        started = start(self.transaction, self.gateway, self.account, {invoice: 10_000}, at=now)
        world = self.sandbox.world
        world.payer(session_of(self.transaction, started.payment_id)).pay()
        event_id = str(world.events("checkout.session.completed")[-1]["id"])
        body, headers = world.signed(event_id)
        fact = self.gateway.read_event(body, headers["Stripe-Signature"])
        with self.transaction() as session:
            store_event(session, fact, deed=a_deed(at=now))
        return event_id

    def count(self, statement: str) -> int:
        with self.transaction() as session:
            return int(session.execute(sa.text(statement)).scalar_one())

    def until_idle(self, what: str) -> None:
        """Wait until nothing waits in the outbox; what still does is the message."""
        try:
            until(self.is_idle, what)
        except AssertionError as late:
            with self.transaction() as session:
                left = session.execute(sa.text(LEFT)).all()
            raise AssertionError(f"{late}: {left}") from late

    def is_idle(self) -> bool:
        """Nothing waits in the outbox."""
        return self.count(ALL_DONE) == 0

    def settled(self) -> tuple[int, int, int]:
        """Receipts, moves to success, and mails that arrived."""
        moves = "SELECT count(*) FROM card_payment_move WHERE to_state = 'succeeded'"
        mails = len(list(Mailbox(self.var / "mail").newest_first()))
        return self.count("SELECT count(*) FROM receipt"), self.count(moves), mails

    def leases_run_out(self) -> None:
        """Two minutes pass for what a dead worker held."""
        with self.transaction() as session:
            session.execute(
                sa.text("UPDATE outbox_message SET run_after = created_at WHERE done_at IS NULL")
            )


@contextlib.contextmanager
def an_office(clones, var: Path, broker_url: str) -> Iterator[Office]:
    with clones() as database:
        sandbox = Sandbox(Wanted(var=var))
        sandbox.start()
        try:
            yield Office(database=database, sandbox=sandbox, var=var, broker_url=broker_url)
        finally:
            sandbox.stop()


@pytest.fixture(scope="module")
def office(clones, redis: Redis, tmp_path_factory) -> Iterator[Office]:
    """One company for the whole module, on Redis."""
    with an_office(clones, tmp_path_factory.mktemp("office"), redis.url) as office:
        yield office


@pytest.fixture(autouse=True)
def with_broker(request: pytest.FixtureRequest) -> None:
    """Whatever the test before did to the broker."""
    if "redis" in request.fixturenames:
        request.getfixturevalue("redis").start()


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL: no goodbye, no clean-up."""
    process.send_signal(signal.SIGKILL)
    process.wait()
