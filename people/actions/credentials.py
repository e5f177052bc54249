"""A person's password is set or replaced. Hashing is done before, outside any transaction."""

import uuid

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from people.models import Credential


def set_password(session: Session, *, person_id: uuid.UUID, secret_hash: str, deed: Deed) -> None:
    """From now on the password hashed by `passwords.password_hash` is this person's only one."""
    row = insert(Credential).values(
        person_id=person_id, kind="password", secret_hash=secret_hash, changed_at=deed.at
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["person_id", "kind"],
            set_={"secret_hash": secret_hash, "changed_at": deed.at},
        ).inline()
    )
    record(session, "password.set", object_id=person_id, deed=deed)
