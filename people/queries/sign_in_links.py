"""Which sign-in links still open a door, and whose."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from people.models import Person, SignInLink


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLink:
    """A link that may be used now, and the person it signs in."""

    id: uuid.UUID
    person_id: uuid.UUID
    email: str
    name: str
    language: str
    expires_at: dt.datetime


def live_link(session: Session, *, link_id: uuid.UUID, at: dt.datetime) -> LiveLink | None:
    """The link, if it is unused, not too old, and its person may sign in."""
    found = (
        sa.select(
            SignInLink.id,
            SignInLink.person_id,
            SignInLink.expires_at,
            Person.email,
            Person.name,
            Person.language,
        )
        .join(Person, Person.id == SignInLink.person_id)
        .where(
            SignInLink.id == link_id,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > at,
            Person.is_active,
        )
    )
    row = session.execute(found).one_or_none()
    return LiveLink(**row._mapping) if row else None
