"""Everybody at once: threads that meet at a barrier, each with connections of its own.

Or, exactly: one does everything between two looks of another.
"""

import datetime as dt
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from foundation.database import Transaction, engine_of
from payments.card.gateway import StripeGateway
from payments.card.sync import sync_payment
from receivables.queries.receipts import receipt_of
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from serve import postgres
from tests.databases import AUDIT_KEY, Database
from tests.factories.books import NOW, Account, a_colleague, an_account, an_invoice
from tests.factories.card import session_of, start

T = TypeVar("T")
OWED = 10_000
WAIT_SECONDS = 60


def at_once(acts: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run every act in a thread of its own, all from the same moment; what each came to."""
    outcomes: list[T | Exception | None] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(at: int) -> None:
        barrier.wait(WAIT_SECONDS)
        try:
            outcomes[at] = acts[at]()
        except Exception as error:
            outcomes[at] = error

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    return outcomes


@contextmanager
def before_look(
    engine: sa.Engine, number: int, *, at: str, act: Callable[[], object]
) -> Iterator[None]:
    """Do something right before the `number`-th statement in here that reads the table `at`."""
    looks = 0

    def watch(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        nonlocal looks
        is_look = re.search(rf"FROM {at}\b", sql) is not None
        looks += is_look
        if is_look and looks == number:  # what is done then looks as well, but later
            act()

    sa.event.listen(engine, "before_cursor_execute", watch)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", watch)
    assert looks >= number, "nobody looked"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one payer's receipt says."""

    settled: int
    credit: int


@dataclass(frozen=True, kw_only=True)
class Round:
    """What became of one invoice that several colleagues paid in the same moment."""

    still_open: int
    allocated: int
    credit: int
    told: tuple[Told, ...]  # by payer, as the receipt page shows it
    conflicts: int  # syncs that the database's last line of defence stopped


class Crowd:
    """A database with a played card company, in which rounds are run."""

    def __init__(self, database: Database, payers: int, *, locking: bool = True) -> None:
        self.world = StripeWorld(lambda: NOW)
        self.gateway = StripeGateway(self.world.client(), webhook_secrets=[DEFAULT_SIGNING])
        self.engine = engine_of(database.url(postgres.APP), pool=payers + 2)
        self.sober = Transaction(self.engine, audit_key=AUDIT_KEY)
        self.transaction = Transaction(self.engine, audit_key=AUDIT_KEY, locking=locking)
        with self.sober() as session:
            first = an_account(session)
            others = [a_colleague(session, first.customer_id) for _ in range(payers - 1)]
        self.payers: list[Account] = [first, *others]

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
        self.world.close()

    def round(self) -> Round:
        """All pay one invoice; all come back in the same moment."""
        with self.sober() as session:
            # The limit on starts counts by person, so everybody's memory of an hour is cleared.
            session.execute(sa.text("DELETE FROM attempt"))
            invoice = an_invoice(session, self.payers[0], OWED)
        payments = [
            start(self.sober, self.gateway, payer, {invoice: OWED}).payment_id
            for payer in self.payers
        ]
        meeting = threading.Barrier(len(payments))
        for payment in payments:
            page = session_of(self.sober, payment)
            self.world.payer(page).pay()
            # Nobody's answer arrives before everybody's: then all write at once.
            self.world.faults.before_answer(
                f"GET /v1/checkout/sessions/{page}", lambda: meeting.wait(WAIT_SECONDS)
            )
        outcomes = at_once([self._back(payment, at) for at, payment in enumerate(payments)])
        for payment in payments:  # whoever was stopped looks again, as the janitor would
            self._sync(self.sober, payment)
        return self._judge(invoice, payments, outcomes)

    def _back(self, payment: uuid.UUID, at: int) -> Callable[[], object]:
        """Each books on a day of its own: the row of a day's sums holds up who shares the day."""
        on = NOW.date() + dt.timedelta(days=at)
        return lambda: self._sync(self.transaction, payment, on)

    def _sync(
        self, transaction: Transaction, payment: uuid.UUID, on: dt.date | None = None
    ) -> object:
        deed = self.payers[0].deed(on=on)
        return sync_payment(transaction, self.gateway, payment_id=payment, deed=deed)

    def _judge(
        self, invoice: uuid.UUID, payments: Sequence[uuid.UUID], outcomes: Sequence[object]
    ) -> Round:
        strange = [o for o in outcomes if isinstance(o, Exception) and not _is_stopped(o)]
        if strange:
            raise strange[0]
        with self.sober() as session:
            open_minor = session.execute(
                sa.text("SELECT open_minor FROM invoice WHERE id = :id"), {"id": invoice}
            ).scalar_one()
            allocated = session.execute(
                sa.text(
                    "SELECT coalesce(sum(amount_minor), 0) FROM allocation WHERE invoice_id = :id"
                ),
                {"id": invoice},
            ).scalar_one()
            told = [self._told(session, payment) for payment in payments]
        return Round(
            still_open=open_minor,
            allocated=int(allocated),
            credit=sum(each.credit for each in told),
            told=tuple(told),
            conflicts=sum(_is_stopped(outcome) for outcome in outcomes),
        )

    def _told(self, session: sa.orm.Session, payment: uuid.UUID) -> Told:
        receipt_id = session.execute(
            sa.text("SELECT receipt_id FROM card_payment WHERE id = :id"), {"id": payment}
        ).scalar_one()
        receipt = receipt_of(session, customer_id=self.payers[0].customer_id, receipt_id=receipt_id)
        assert receipt is not None
        settled = sum(line.amount.minor for line in receipt.allocated)
        return Told(settled=settled, credit=receipt.credit.minor)


def _is_stopped(outcome: object) -> bool:
    """Whether the database's own rules, not our locks, stopped this one."""
    return isinstance(outcome, DBAPIError) and getattr(outcome.orig, "sqlstate", "") == "23514"
