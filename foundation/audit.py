"""Who did what: one row a deed, chained by a keyed hash, written in the same transaction.

Invariants: rows are only inserted; `seq` has no gaps; each row's hash covers the row before it.
The chain's head is the last lock of a transaction, so that rows are written just before COMMIT.
"""

import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from foundation.database import Base, at_commit
from foundation.deed import Deed
from foundation.rows import insert_rows

GENESIS = "0" * 64
BATCH = 2_000

Fact = str | int | bool | None


class AuditEvent(Base):
    """One deed. Never updated, never deleted."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    actor_id: Mapped[uuid.UUID]
    subject_id: Mapped[uuid.UUID | None]
    impersonation_id: Mapped[uuid.UUID | None]
    request_id: Mapped[str] = mapped_column(sa.String(64))
    action: Mapped[str] = mapped_column(sa.String(64))
    object_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # Lets the database refuse a journal whose transaction wrote no audit row (I25).
    transaction_id: Mapped[int] = mapped_column(
        sa.BigInteger, server_default=sa.text("txid_current()"), index=True
    )


class AuditHead(Base):
    """The end of the chain: exactly one row."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))


def record(
    session: Session,
    action: str,
    *,
    object_id: uuid.UUID | None,
    deed: Deed,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Note a deed ("invoice.issued") and what it was about; no secrets in `facts`."""
    entry = {
        "at": deed.at,
        "actor_id": deed.actor_id,
        "subject_id": deed.subject_id,
        "impersonation_id": deed.impersonation_id,
        "request_id": deed.request_id,
        "action": action,
        "object_id": object_id,
        "facts": dict(facts or {}),
    }
    # Under a savepoint the deed counts only if that savepoint stands (see _forget).
    session.info.setdefault("audit", []).append((session.get_nested_transaction(), entry))
    at_commit(session, "audit", _append)


@sa.event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    """Drop the deeds of a savepoint that was rolled back: they did not happen."""
    if "audit" in session.info:
        kept = [pair for pair in session.info["audit"] if pair[0] is not undone]
        session.info["audit"] = kept


def _append(session: Session) -> None:
    entries = [entry for _, entry in session.info.pop("audit")]
    if not entries:
        return
    head = session.execute(
        sa.select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    ).one()
    seq, previous = head.seq, head.hash
    rows = []
    for entry in entries:
        seq += 1
        chained = {"seq": seq, "previous_hash": previous, **entry}
        previous = _seal(session.info["audit_key"], chained)
        rows.append({**chained, "hash": previous})
    insert_rows(session, AuditEvent, rows)
    session.execute(sa.update(AuditHead).where(AuditHead.id == 1).values(seq=seq, hash=previous))


def _seal(key: bytes, entry: Mapping[str, Any]) -> str:
    canonical = json.dumps(
        {name: _plain(value) for name, value in entry.items()},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, uuid.UUID) else value


def broken_links(session: Session, key: bytes) -> Iterator[str]:
    """What is wrong with the chain, a sentence a finding; nothing when it holds."""
    # The head first: what others append meanwhile lies behind it and is not looked at.
    head = session.execute(sa.select(AuditHead.seq, AuditHead.hash)).one()
    seq, previous = 0, GENESIS
    wanted = sa.select(AuditEvent).where(AuditEvent.seq <= head.seq).order_by(AuditEvent.seq)
    rows = session.scalars(wanted.execution_options(yield_per=BATCH))
    for row in rows:
        if row.seq != seq + 1:
            yield f"audit_event: after {seq} comes {row.seq}"
        if row.previous_hash != previous:
            yield f"audit_event {row.seq}: does not continue the row before it"
        if _seal(key, _content(row)) != row.hash:
            yield f"audit_event {row.seq}: its content does not fit its hash"
        seq, previous = row.seq, row.hash
    if (head.seq, head.hash) != (seq, previous):
        yield f"audit_head: names row {head.seq}, the chain ends at {seq}"


def _content(row: AuditEvent) -> dict[str, Any]:
    names = ("at", "actor_id", "subject_id", "impersonation_id", "request_id", "action")
    content = {name: getattr(row, name) for name in (*names, "object_id", "facts")}
    return {"seq": row.seq, "previous_hash": row.previous_hash, **content}
