"""A person's passkeys; needs transaction(person=…) in the portal."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from people.models import Passkey

PASSKEYS_MAX = 20  # of a person


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeySeen:
    """One passkey, as its owner's page tells it."""

    id: uuid.UUID
    name: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None


def passkeys_of(session: Session, person_id: uuid.UUID) -> tuple[PasskeySeen, ...]:
    """The person's passkeys, the oldest first."""
    wanted = (
        sa.select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.last_used_at)
        .where(Passkey.person_id == person_id)
        .order_by(Passkey.created_at, Passkey.id)
    )
    return tuple(PasskeySeen(**row._mapping) for row in session.execute(wanted))


def credential_ids_of(session: Session, person_id: uuid.UUID) -> tuple[bytes, ...]:
    """What the person's devices call their passkeys."""
    wanted = sa.select(Passkey.credential_id).where(Passkey.person_id == person_id)
    return tuple(session.scalars(wanted))
