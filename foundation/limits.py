"""How often somebody tried: rows that are counted, so that a limit holds over many processes."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.database import Base
from foundation.errors import QuittanceError

KEPT = dt.timedelta(days=2)


class TooManyAttempts(QuittanceError):
    code = "limits.too_many_attempts"

    def __init__(self, kind: str, retry_after: dt.timedelta) -> None:
        self.kind, self.retry_after = kind, retry_after
        super().__init__(f"{kind}: wait {retry_after}")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` attempts of a kind with one key within `window`."""

    kind: str
    count: int
    window: dt.timedelta


class Attempt(Base):
    """One attempt, counted against a limit and dropped after KEPT."""

    __tablename__ = "attempt"
    __table_args__ = (sa.Index("ix_attempt_counted", "kind", "key", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str] = mapped_column(sa.String(32))
    key: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))


def spend(session: Session, kind: str, key: str, *, at: dt.datetime) -> None:
    """Note one attempt; `key` is an account, an address or '*' for everybody."""
    session.execute(
        sa.insert(Attempt).inline().values(id=uuid.uuid4(), kind=kind, key=key[:200], at=at)
    )


def check(session: Session, limit: Limit, key: str, *, at: dt.datetime) -> None:
    """Raise TooManyAttempts when the limit is reached; notes nothing."""
    window = sa.select(Attempt.at).where(
        Attempt.kind == limit.kind, Attempt.key == key[:200], Attempt.at > at - limit.window
    )
    latest = window.order_by(Attempt.at.desc()).limit(limit.count).subquery()
    seen, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(latest.c.at)).select_from(latest)
    ).one()
    if seen >= limit.count:
        raise TooManyAttempts(limit.kind, oldest + limit.window - at)


def forget(session: Session, *, now: dt.datetime) -> None:
    """Drop attempts that no limit counts any more."""
    session.execute(sa.delete(Attempt).where(Attempt.at < now - KEPT))
