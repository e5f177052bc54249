"""Who holds a token, and where a person is signed in."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from people.models import Face, Person, WebSession
from people.session_tokens import hash_of

IDLE = {Face.PORTAL: dt.timedelta(minutes=30), Face.CONSOLE: dt.timedelta(minutes=15)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A living session and its person."""

    session_id: uuid.UUID
    person_id: uuid.UUID
    customer_id: uuid.UUID | None
    proof: str
    created_at: dt.datetime
    last_seen_at: dt.datetime
    awaits_code: bool
    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """One place where a person is signed in."""

    id: uuid.UUID
    created_at: dt.datetime
    last_seen_at: dt.datetime
    address: str
    agent: str
    proof: str
    awaits_code: bool


_ALIVE: Final = sa.and_(
    WebSession.face == sa.bindparam("face", type_=WebSession.face.type),
    WebSession.revoked_at.is_(None),
    WebSession.expires_at > sa.bindparam("at", type_=WebSession.expires_at.type),
    WebSession.last_seen_at > sa.bindparam("idle_since", type_=WebSession.last_seen_at.type),
)

_SIGNED_IN: Final = (  # made once: every request of a signed-in person asks it
    sa.select(
        WebSession.id.label("session_id"),
        WebSession.person_id,
        WebSession.customer_id,
        WebSession.proof,
        WebSession.created_at,
        WebSession.last_seen_at,
        WebSession.awaits_code,
        Person.name,
        Person.email,
        Person.language,
    )
    .join(Person, Person.id == WebSession.person_id)
    .where(WebSession.token_hash == sa.bindparam("token_hash"), _ALIVE, Person.is_active)
)


def _alive_at(face: Face, at: dt.datetime) -> dict[str, object]:
    return {"face": face, "at": at, "idle_since": at - IDLE[face]}


def signed_in(session: Session, *, token: str, face: Face, at: dt.datetime) -> SignedIn | None:
    """Whose token this is: one read by a unique index. None when it is worth nothing (any more)."""
    asked = {"token_hash": hash_of(token), **_alive_at(face, at)}
    row = session.execute(_SIGNED_IN, asked).one_or_none()
    return SignedIn(**row._mapping) if row else None


def sessions_of(
    session: Session, *, person_id: uuid.UUID, face: Face, at: dt.datetime
) -> tuple[OpenSession, ...]:
    """Where this person is signed in now, the latest used first."""
    rows = session.execute(
        sa.select(
            WebSession.id,
            WebSession.created_at,
            WebSession.last_seen_at,
            WebSession.address,
            WebSession.agent,
            WebSession.proof,
            WebSession.awaits_code,
        )
        .where(WebSession.person_id == person_id, _ALIVE)
        .order_by(WebSession.last_seen_at.desc(), WebSession.id),
        _alive_at(face, at),
    )
    return tuple(OpenSession(**row._mapping) for row in rows)
