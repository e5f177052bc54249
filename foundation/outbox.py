"""Work that must happen, written in the transaction that wants it; the queue only wakes people up.

A row leaves the system at least once; whoever receives it recognises repeats by the row's id.
A worker leases a row, works outside or inside a transaction of its own, then marks it done.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.database import Base
from foundation.deed import Deed

LEASE = dt.timedelta(minutes=2)
ATTEMPTS_MAX = 80  # over an hour of growing pauses, then hourly for nearly three days
BACKOFF_FIRST = dt.timedelta(seconds=2)
BACKOFF_MAX = dt.timedelta(hours=1)
ERROR_LENGTH_MAX = 500
KEPT = dt.timedelta(days=90)  # longer than anybody asks for the same work again

Scalar = str | int | None


class OutboxMessage(Base):
    """One piece of work to do after commit. `done_at` and `dead_at` end it."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        sa.Index(
            "ix_outbox_message_waiting",
            "run_after",
            postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    topic: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    dedupe_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    customer_id: Mapped[uuid.UUID | None]
    request_id: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    run_after: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    done_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    dead_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(sa.String(ERROR_LENGTH_MAX))


# Built once: building a statement takes longer than running it.
_ENQUEUE = insert(OutboxMessage).on_conflict_do_nothing().inline()


def enqueue(
    session: Session,
    topic: str,
    payload: Mapping[str, Scalar],
    *,
    deed: Deed,
    dedupe_key: str,
    not_before: dt.datetime | None = None,
) -> None:
    """Ask for work after commit; the same `dedupe_key` asks once, however often it is written.

    Payloads carry ids, no secrets and no amounts: the worker reads what is true when it runs.
    """
    row = {
        "id": uuid.uuid4(),
        "topic": topic,
        "payload": dict(payload),
        "dedupe_key": dedupe_key,
        "customer_id": deed.subject_id,
        "request_id": deed.request_id,
        "created_at": deed.at,
        "run_after": not_before or deed.at,
        "attempts": 0,
    }
    session.connection().execute(_ENQUEUE, row)
    session.info["has_enqueued"] = True


def lease(session: Session, *, now: dt.datetime, limit: int = 20) -> Sequence[OutboxMessage]:
    """Claim due rows for LEASE; other workers pass them over until it ends."""
    due = (
        sa.select(OutboxMessage.id)
        .where(
            OutboxMessage.done_at.is_(None),
            OutboxMessage.dead_at.is_(None),
            OutboxMessage.run_after <= now,
            OutboxMessage.attempts < ATTEMPTS_MAX,  # a row that kills its worker stops here
        )
        .order_by(OutboxMessage.run_after, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        sa.update(OutboxMessage)
        .where(OutboxMessage.id.in_(due))
        .values(run_after=now + LEASE, attempts=OutboxMessage.attempts + 1)
        .returning(OutboxMessage)
    )
    rows = session.scalars(claimed, execution_options={"synchronize_session": False}).all()
    return sorted(rows, key=lambda row: (row.created_at, row.id))


def finish(session: Session, message: OutboxMessage, *, now: dt.datetime) -> None:
    """The work is done; the row stays as a record."""
    _set(session, message, done_at=now, error=None)


def fail(
    session: Session,
    message: OutboxMessage,
    *,
    now: dt.datetime,
    error: str,
    is_permanent: bool = False,
) -> None:
    """Try again after a growing pause; a permanent failure, or one too many, is dead and shown."""
    is_dead = is_permanent or message.attempts >= ATTEMPTS_MAX
    _set(
        session,
        message,
        error=error[:ERROR_LENGTH_MAX],
        run_after=now + pause(message.attempts),
        dead_at=now if is_dead else None,
    )


def forget(session: Session, *, now: dt.datetime) -> None:
    """Drop work that was done long ago; what is dead stays until somebody looked at it."""
    session.execute(sa.delete(OutboxMessage).where(OutboxMessage.done_at < now - KEPT))


def pause(attempts: int) -> dt.timedelta:
    """How long to wait after the n-th try: 2 s doubled each time, an hour at most."""
    doublings: int = max(0, min(attempts - 1, 20))
    return min(BACKOFF_MAX, BACKOFF_FIRST * (1 << doublings))


def _set(session: Session, message: OutboxMessage, **values: object) -> None:
    """Only for the lease that was given: whoever took the row up since then decides about it."""
    ours = (OutboxMessage.id == message.id, OutboxMessage.attempts == message.attempts)
    session.execute(sa.update(OutboxMessage).where(*ours).values(**values))


def revive(session: Session, message_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Let dead work be tried again from the start; whether there was such a row."""
    dead = sa.update(OutboxMessage).where(OutboxMessage.id == message_id, is_dead())
    revived = dead.values(dead_at=None, attempts=0, run_after=now).returning(OutboxMessage.id)
    return session.execute(revived).one_or_none() is not None


def is_dead() -> sa.ColumnElement[bool]:
    """Given up, or taken up so often without an end that it is not taken up any more."""
    spent = OutboxMessage.attempts >= ATTEMPTS_MAX
    return sa.and_(OutboxMessage.done_at.is_(None), OutboxMessage.dead_at.is_not(None) | spent)


def dead_letters(session: Session) -> Sequence[OutboxMessage]:
    """Work that was given up; somebody must look."""
    dead = sa.select(OutboxMessage).where(is_dead())
    return session.scalars(dead.order_by(OutboxMessage.created_at)).all()
