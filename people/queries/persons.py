"""Persons by what they type or by id."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from people.models import Credential, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSeen:
    """Who somebody is, as far as signing in and writing to them goes."""

    id: uuid.UUID
    email: str
    name: str
    language: str
    is_active: bool
    kind: str


_COLUMNS = (
    Person.id,
    Person.email,
    Person.name,
    Person.language,
    Person.is_active,
    Person.kind,
)


def person_with_email(session: Session, email: str) -> PersonSeen | None:
    """The person of this address, in the one spelling we keep."""
    row = session.execute(sa.select(*_COLUMNS).where(Person.email == email)).one_or_none()
    return PersonSeen(**row._mapping) if row else None


def person_of(session: Session, person_id: uuid.UUID) -> PersonSeen | None:
    """The person of this id."""
    row = session.execute(sa.select(*_COLUMNS).where(Person.id == person_id)).one_or_none()
    return PersonSeen(**row._mapping) if row else None


def persons_of(session: Session, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, PersonSeen]:
    """These persons by their ids."""
    rows = session.execute(sa.select(*_COLUMNS).where(Person.id.in_(set(person_ids))))
    return {row.id: PersonSeen(**row._mapping) for row in rows}


def password_hash_of(session: Session, person_id: uuid.UUID) -> str | None:
    """The stored hash; under the portal's role only in a transaction that names the person."""
    return session.scalar(
        sa.select(Credential.secret_hash).where(
            Credential.person_id == person_id, Credential.kind == "password"
        )
    )


def names_of(session: Session, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What these persons are called."""
    asked = set(person_ids)
    if not asked:
        return {}
    wanted = sa.select(Person.id, Person.name).where(Person.id.in_(asked))
    return {row.id: row.name for row in session.execute(wanted)}


def password_changed_at(session: Session, person_id: uuid.UUID) -> dt.datetime | None:
    """When the password was last set, if there is one."""
    return session.scalar(
        sa.select(Credential.changed_at).where(
            Credential.person_id == person_id, Credential.kind == "password"
        )
    )
