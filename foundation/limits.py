"""How often somebody tried: rows that are counted, so that a limit holds over many processes."""

import datetime as dt
import ipaddress
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.database import Base
from foundation.errors import QuittanceError

KEPT = dt.timedelta(days=2)
KEY_LENGTH_MAX = 200
IPV6_PLACE_BITS = 64  # the smallest network anybody is given; its addresses are free to change

Counted = tuple[str, str]  # kind and key


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
    key: Mapped[str] = mapped_column(sa.String(KEY_LENGTH_MAX))
    at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))


def place_of(address: str) -> str:
    """The key of a network address: an IPv4 address itself, of an IPv6 address its network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4 or (mapped := parsed.ipv4_mapped):
        return str(parsed if parsed.version == 4 else mapped)
    return str(ipaddress.ip_network((parsed, IPV6_PLACE_BITS), strict=False))


def spend(session: Session, counted: Sequence[Counted], *, at: dt.datetime) -> None:
    """Note one attempt of each kind and key; a key is an account, an address or '*' for all."""
    rows = [
        {"id": uuid.uuid4(), "kind": kind, "key": key[:KEY_LENGTH_MAX], "at": at}
        for kind, key in counted
    ]
    session.execute(sa.insert(Attempt).values(rows).inline())


def check(session: Session, limits: Sequence[tuple[Limit, str]], *, at: dt.datetime) -> None:
    """Raise TooManyAttempts for the first limit that is reached for its key; notes nothing."""
    asked = [_window(place, limit, key, at) for place, (limit, key) in enumerate(limits)]
    found = {row.place: row for row in session.execute(sa.union_all(*asked))}
    for place, (limit, _) in enumerate(limits):
        row = found[place]
        if row.seen >= limit.count:
            raise TooManyAttempts(limit.kind, row.oldest + limit.window - at)


def _window(
    place: int, limit: Limit, key: str, at: dt.datetime
) -> sa.Select[int, int, dt.datetime]:
    """How many of the last `count` attempts fall into the window, and the oldest of them."""
    within = sa.select(Attempt.at).where(
        Attempt.kind == limit.kind,
        Attempt.key == key[:KEY_LENGTH_MAX],
        Attempt.at > at - limit.window,
    )
    latest = within.order_by(Attempt.at.desc()).limit(limit.count).subquery()
    return sa.select(
        sa.literal(place).label("place"),
        sa.func.count().label("seen"),
        sa.func.min(latest.c.at).label("oldest"),
    ).select_from(latest)


def forget(session: Session, *, now: dt.datetime) -> None:
    """Drop attempts that no limit counts any more."""
    session.execute(sa.delete(Attempt).where(Attempt.at < now - KEPT))
