"""Sessions start, are seen, choose a company and end. All times are the wall clock's."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from people.models import Face, Proof, WebSession
from people.models.web_session import AGENT_LENGTH_MAX
from people.queries.second_factors import asks_code
from people.session_tokens import hash_of, new_token

ABSOLUTE = dt.timedelta(hours=8)
SEEN_EVERY = dt.timedelta(minutes=1)
KEPT = dt.timedelta(days=90)  # of an ended session; the audit chain keeps that it was


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedSession:
    """A session that now exists. Only the browser keeps the token."""

    session_id: uuid.UUID
    person_id: uuid.UUID
    token: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Through what somebody comes in: which face, from where, with which browser."""

    face: Face
    address: str
    agent: str


def start_session(
    session: Session, *, language: str, proof: Proof, visitor: Visitor, deed: Deed
) -> StartedSession:
    """The actor is signed in for at most ABSOLUTE, less when idle. `language` is the actor's.

    Whoever set up an app is signed in only once `give_code` was called, unless by a passkey.
    """
    token = new_token()
    row = WebSession(
        id=uuid.uuid4(),
        token_hash=hash_of(token),
        person_id=deed.actor_id,
        face=visitor.face,
        proof=proof,
        created_at=deed.at,
        last_seen_at=deed.at,
        expires_at=deed.at + ABSOLUTE,
        address=visitor.address,
        awaits_code=proof is not Proof.PASSKEY and asks_code(session, deed.actor_id),
        agent=visitor.agent[:AGENT_LENGTH_MAX],
    )
    session.add(row)
    session.flush()
    facts = {"proof": str(proof), "face": str(visitor.face), "address": visitor.address}
    record(session, "session.started", object_id=row.id, deed=deed, facts=facts)
    return StartedSession(
        session_id=row.id, person_id=deed.actor_id, token=token, language=language
    )


def touch_session(session: Session, *, session_id: uuid.UUID, at: dt.datetime) -> None:
    """Note that it is used; written at most once every SEEN_EVERY."""
    stale = WebSession.last_seen_at <= at - SEEN_EVERY
    session.execute(
        sa.update(WebSession).where(WebSession.id == session_id, stale).values(last_seen_at=at)
    )


def choose_company(
    session: Session, *, session_id: uuid.UUID, customer_id: uuid.UUID, deed: Deed
) -> None:
    """This session looks at this customer from now on; each request checks that it may."""
    session.execute(
        sa.update(WebSession).where(_own(session_id, deed)).values(customer_id=customer_id)
    )
    facts = {"customer_id": str(customer_id)}
    record(session, "session.company_chosen", object_id=session_id, deed=deed, facts=facts)


def renew_session(session: Session, *, session_id: uuid.UUID, deed: Deed) -> str:
    """The same session under a new token; the old one is worth nothing."""
    token = new_token()
    session.execute(
        sa.update(WebSession).where(_own(session_id, deed)).values(token_hash=hash_of(token))
    )
    return token


def give_code(session: Session, *, session_id: uuid.UUID, deed: Deed) -> str:
    """The actor has given the second proof: the session opens everything, under a new token."""
    session.execute(sa.update(WebSession).where(_own(session_id, deed)).values(awaits_code=False))
    record(session, "session.code_given", object_id=session_id, deed=deed)
    return renew_session(session, session_id=session_id, deed=deed)


def end_session(session: Session, *, session_id: uuid.UUID, deed: Deed) -> bool:
    """Sign out one of the actor's sessions; whether there was one to end."""
    ended = _end(session, _own(session_id, deed), deed)
    return bool(ended)


def end_other_sessions(session: Session, *, kept_id: uuid.UUID, deed: Deed) -> int:
    """Sign out the actor everywhere but here; how many places that were."""
    others = sa.and_(WebSession.person_id == deed.actor_id, WebSession.id != kept_id)
    return len(_end(session, others, deed))


def end_sessions_at(
    session: Session,
    *,
    person_id: uuid.UUID,
    customer_ids: Collection[uuid.UUID],
    kept_id: uuid.UUID | None,
    deed: Deed,
) -> int:
    """Sign out a person wherever they look at one of these customers, except in `kept_id`."""
    there = sa.and_(
        WebSession.person_id == person_id,
        WebSession.customer_id.in_(customer_ids),
        WebSession.id.is_distinct_from(kept_id),
    )
    return len(_end(session, there, deed))


def forget_sessions(session: Session, *, now: dt.datetime) -> None:
    """Drop sessions that ended long ago."""
    session.execute(sa.delete(WebSession).where(WebSession.expires_at < now - KEPT))


def _own(session_id: uuid.UUID, deed: Deed) -> sa.ColumnElement[bool]:
    return sa.and_(WebSession.id == session_id, WebSession.person_id == deed.actor_id)


def _end(session: Session, which: sa.ColumnElement[bool], deed: Deed) -> list[uuid.UUID]:
    alive = sa.and_(WebSession.revoked_at.is_(None), WebSession.expires_at > deed.at)
    ended = session.scalars(
        sa.update(WebSession)
        .where(which, alive)
        .values(revoked_at=deed.at)
        .returning(WebSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    for session_id in sorted(ended):
        record(session, "session.ended", object_id=session_id, deed=deed)
    return list(ended)
