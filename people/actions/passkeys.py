"""Passkeys are kept, used and removed. What a device answers was verified before."""

import uuid

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from people.actions.second_factors import notify
from people.errors import PasskeyRefused, PasskeysFull
from people.models import Passkey
from people.queries.passkeys import PASSKEYS_MAX


def keep_passkey(
    session: Session,
    *,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    name: str,
    deed: Deed,
) -> None:
    """From now on the actor signs in with it. Raises PasskeysFull, PasskeyRefused (known)."""
    held = sa.select(sa.func.count()).where(Passkey.person_id == deed.actor_id)
    if session.scalars(held).one() >= PASSKEYS_MAX:
        raise PasskeysFull(PASSKEYS_MAX)
    row = Passkey(
        id=uuid.uuid4(),
        person_id=deed.actor_id,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        name=name,
        created_at=deed.at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise PasskeyRefused("somebody has it already") from error
    notify(session, "passkey_added", deed)
    record(session, "passkey.added", object_id=row.id, deed=deed)


def remove_passkey(session: Session, *, passkey_id: uuid.UUID, deed: Deed) -> bool:
    """Nobody signs in with it any more; whether the actor had it."""
    gone = session.scalars(
        sa.delete(Passkey)
        .where(Passkey.id == passkey_id, Passkey.person_id == deed.actor_id)
        .returning(Passkey.id)
    ).one_or_none()
    if gone is None:
        return False
    notify(session, "passkey_removed", deed)
    record(session, "passkey.removed", object_id=gone, deed=deed)
    return True


def locked_passkey(
    session: Session, *, person_id: uuid.UUID, credential_id: bytes
) -> Passkey | None:
    """The person's passkey of that name, alone on it until the end."""
    wanted = sa.select(Passkey).where(
        Passkey.person_id == person_id, Passkey.credential_id == credential_id
    )
    return session.scalars(wanted.with_for_update()).one_or_none()


def use_passkey(session: Session, row: Passkey, *, sign_count: int, deed: Deed) -> None:
    """Note that it was used, and how often its device says it was."""
    row.sign_count, row.last_used_at = sign_count, deed.at
    session.flush()
