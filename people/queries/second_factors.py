"""Whether somebody proves themselves with an app, too; needs transaction(person=…)."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from people.models import CodeSecret, RecoveryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesSeen:
    """The authenticator app of a person, as their own page tells it."""

    since: dt.datetime
    codes_left: int


def codes_of(session: Session, person_id: uuid.UUID) -> CodesSeen | None:
    """The app that was confirmed, if there is one, and how many recovery codes are left."""
    left = (
        sa.select(sa.func.count())
        .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    wanted = sa.select(CodeSecret.confirmed_at, left).where(
        CodeSecret.person_id == person_id, CodeSecret.confirmed_at.is_not(None)
    )
    row = session.execute(wanted).one_or_none()
    return CodesSeen(since=row[0], codes_left=row[1]) if row else None


def asks_code(session: Session, person_id: uuid.UUID) -> bool:
    """Whether this person's sign-in needs a code."""
    wanted = sa.select(CodeSecret.person_id).where(
        CodeSecret.person_id == person_id, CodeSecret.confirmed_at.is_not(None)
    )
    return session.scalars(wanted).one_or_none() is not None
