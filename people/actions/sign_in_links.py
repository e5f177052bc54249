"""One-time links by mail: asked for, then redeemed once by a POST (mail scanners follow links)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.database import restrict
from foundation.deed import Deed
from foundation.outbox import enqueue
from people.actions.web_sessions import StartedSession, Visitor, start_session
from people.emails import one_spelling
from people.errors import SignInLinkDead
from people.link_tokens import link_id_of
from people.models import Person, Proof, SignInLink
from people.queries.sign_in_links import live_link

LIFETIME = dt.timedelta(minutes=15)
KEPT = dt.timedelta(days=30)  # of a link that is over; the audit chain keeps that it was
MAIL_TOPIC = "sign_in_link.mail"


def request_sign_in_link(session: Session, *, email: str, deed: Deed) -> None:
    """Ask for the mail. An address nobody has makes the same rows, which lead nowhere."""
    person_id = session.scalar(
        sa.select(Person.id).where(Person.email == one_spelling(email), Person.is_active)
    )
    link = SignInLink(
        id=uuid.uuid4(),
        person_id=person_id,
        created_at=deed.at,
        expires_at=deed.at + LIFETIME,
    )
    session.add(link)
    session.flush()
    enqueue(
        session,
        MAIL_TOPIC,
        {"link_id": str(link.id)},
        deed=deed,
        dedupe_key=f"{MAIL_TOPIC}:{link.id}",
    )
    record(session, "sign_in_link.requested", object_id=link.id, deed=deed)


def redeem_sign_in_link(
    session: Session, *, token: str, keys: Sequence[str], visitor: Visitor, deed: Deed
) -> StartedSession:
    """Sign the link's person in; this link and every other open one of theirs is used up.

    Raises SignInLinkDead.
    """
    link_id = link_id_of(token, keys)
    if link_id is None:
        raise SignInLinkDead("not sealed by us")
    _lock_links_beside(session, link_id)
    link = live_link(session, link_id=link_id, at=deed.at)
    if link is None:
        raise SignInLinkDead("used, too old, or nobody's")
    restrict(session, person=link.person_id)
    session.execute(
        sa.update(SignInLink)
        .where(SignInLink.person_id == link.person_id, SignInLink.used_at.is_(None))
        .values(used_at=deed.at)
    )
    acting = replace(deed, actor_id=link.person_id)
    record(session, "sign_in_link.redeemed", object_id=link.id, deed=acting)
    return start_session(
        session, language=link.language, proof=Proof.LINK, visitor=visitor, deed=acting
    )


def use_up_links(session: Session, *, deed: Deed) -> None:
    """Let no open link of the actor sign in any more."""
    session.execute(
        sa.update(SignInLink)
        .where(SignInLink.person_id == deed.actor_id, SignInLink.used_at.is_(None))
        .values(used_at=deed.at)
    )


def _lock_links_beside(session: Session, link_id: uuid.UUID) -> None:
    """Lock the open links of that person in one order: two redeemed at once queue up."""
    whose = sa.select(SignInLink.person_id).where(SignInLink.id == link_id).scalar_subquery()
    session.execute(
        sa.select(SignInLink.id)
        .where(SignInLink.person_id == whose, SignInLink.used_at.is_(None))
        .order_by(SignInLink.id)
        .with_for_update()
    )


def forget_links(session: Session, *, now: dt.datetime) -> None:
    """Drop links that ended long ago."""
    session.execute(sa.delete(SignInLink).where(SignInLink.expires_at < now - KEPT))
