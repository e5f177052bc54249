"""The one place that opens and commits transactions.

A unit of work is `with transaction(customer=…, lock=…) as session:`; it commits at the end of the
block or not at all. Locks are taken in one order everywhere (LOCK_ORDER), so two units of work
never wait for each other in a circle. Row-level security of the portal's role reads the customers
(and, for a person's own rights, the person) that the transaction names.
"""

import copy
import functools
import random
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

from foundation.keyring import KeyRing

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
LOCK_ORDER = ("customer", "card_payment")  # then the audit head, last
ATTEMPTS_MAX = 5
# serialization failure, deadlock, lock not available
CONFLICTS = frozenset({"40001", "40P01", "55P03"})

P = ParamSpec("P")
R = TypeVar("R")
Locks = Mapping[str, Collection[uuid.UUID]]


class Base(DeclarativeBase):
    """Every table of ours; names of constraints follow one convention."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: sa.JSON}


class TransactionFactory(Protocol):
    """Opens a unit of work. Procedures receive it; views and jobs hold it."""

    def __call__(
        self,
        *,
        customer: uuid.UUID | Collection[uuid.UUID] | None = None,
        person: uuid.UUID | None = None,
        lock: Locks | None = None,
        snapshot: bool = False,
    ) -> AbstractContextManager[Session]: ...


class Transaction:
    """A TransactionFactory over one engine, that is over one database role."""

    def __init__(
        self,
        engine: sa.Engine,
        *,
        audit_key: bytes,
        keyring: KeyRing | None = None,
        after_enqueue: Callable[[], None] | None = None,
        locking: bool = True,
    ) -> None:
        """`after_enqueue` is called after a commit that left work in the outbox.

        Without a `keyring` no secret at rest can be read or written.

        `locking=False` is the negative control of race tests: the race must then happen.
        """
        self.engine = engine
        self._audit_key = audit_key
        self._keyring = keyring
        self._after_enqueue = after_enqueue
        self._locking = locking
        self._customer: uuid.UUID | Collection[uuid.UUID] | None = None

    def of(self, customer: uuid.UUID | Collection[uuid.UUID]) -> "Transaction":
        """The same factory, bound to a customer: for procedures run under the portal's role."""
        bound = copy.copy(self)
        bound._customer = customer
        return bound

    @contextmanager
    def __call__(
        self,
        *,
        customer: uuid.UUID | Collection[uuid.UUID] | None = None,
        person: uuid.UUID | None = None,
        lock: Locks | None = None,
        snapshot: bool = False,
    ) -> Iterator[Session]:
        """One transaction: see only `customer`'s rows, lock first, commit at the end.

        `snapshot`: only read, and every statement sees the books as the first one did.
        """
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            session.info["audit_key"] = self._audit_key
            session.info["keyring"] = self._keyring
            if snapshot:
                session.connection(execution_options=_SNAPSHOT)
            restrict(session, customer=customer or self._customer, person=person)
            if lock and self._locking:
                lock_rows(session, lock)
            yield session
            session.flush()
            for hook in list(_hooks(session).values()):
                hook(session)
            session.commit()
        if self._after_enqueue and session.info.get("has_enqueued"):
            self._after_enqueue()


def engine_of(url: str, *, pool: int = 10, statement_seconds: int = 30) -> sa.Engine:
    """An engine whose sessions cannot hang: statements and idle transactions are bounded."""
    options = (
        f"-c statement_timeout={statement_seconds}s -c lock_timeout=10s"
        " -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
    )
    return sa.create_engine(
        url, pool_size=pool, max_overflow=pool, pool_timeout=10, connect_args={"options": options}
    )


_SNAPSHOT: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

_RESTRICT: Final = sa.select(  # made once: every request sends it twice
    sa.func.set_config("quittance.customers", sa.bindparam("customers", type_=sa.Text), sa.true()),
    sa.func.set_config("quittance.person", sa.bindparam("person", type_=sa.Text), sa.true()),
)


def restrict(
    session: Session,
    *,
    customer: uuid.UUID | Collection[uuid.UUID] | None = None,
    person: uuid.UUID | None = None,
) -> None:
    """Name the customers (and the person) whose rows row-level security shows, until commit."""
    if customer is None and person is None:
        return
    customers = [customer] if isinstance(customer, uuid.UUID) else sorted(customer or ())
    named = {"customers": ",".join(map(str, customers)), "person": str(person or "")}
    session.execute(_RESTRICT, named)


def allow_minutes(session: Session, minutes: int) -> None:
    """Let the statements of this transaction run longer than a person would wait."""
    session.execute(sa.select(sa.func.set_config("statement_timeout", f"{minutes}min", sa.true())))


def lock_rows(session: Session, lock: Locks) -> None:
    """Lock rows until commit: tables in LOCK_ORDER, ids ascending; foreign keys stay usable."""
    for table in LOCK_ORDER:
        ids = sorted(lock.get(table, ()))
        if ids:
            rows = sa.table(table, sa.column("id", sa.Uuid))
            session.execute(
                sa.select(rows.c.id)
                .where(rows.c.id.in_(ids))
                .order_by(rows.c.id)
                .with_for_update(key_share=True)
            )


def at_commit(session: Session, key: str, hook: Callable[[Session], None]) -> None:
    """Run `hook` once, just before COMMIT, however often it is asked for under this key."""
    _hooks(session).setdefault(key, hook)


def _hooks(session: Session) -> dict[str, Callable[[Session], None]]:
    hooks: dict[str, Callable[[Session], None]] = session.info.setdefault("at_commit", {})
    return hooks


def retried(work: Callable[P, R]) -> Callable[P, R]:
    """Run a whole unit of work again, up to ATTEMPTS_MAX times, when it met a conflict.

    Only for functions that open their transactions themselves: what a lost COMMIT left behind is
    recognised by operation ids and unique effects, never assumed rolled back.
    """

    @functools.wraps(work)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS_MAX):
            try:
                return work(*args, **kwargs)
            except DBAPIError as error:
                if not is_passing(error):
                    raise
                time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 (jitter, no secret)
        return work(*args, **kwargs)

    return again


def is_passing(error: DBAPIError) -> bool:
    """Whether the same work may well succeed when run again: a conflict or a lost connection."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in CONFLICTS
