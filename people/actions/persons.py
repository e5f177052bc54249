"""Persons come to be, and choose their language."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.i18n import LANGUAGES
from people.emails import email_of
from people.errors import EmailTaken, LanguageUnknown
from people.models import Person, PersonKind


def create_person(
    session: Session, *, email: str, name: str, language: str, kind: PersonKind, deed: Deed
) -> Person:
    """A new person who may sign in, by mail link at first.

    Raises EmailUnreadable, EmailTaken or LanguageUnknown.
    """
    address = email_of(email)
    if session.scalar(sa.select(Person.id).where(Person.email == address)):
        raise EmailTaken("somebody else has it")
    person = Person(
        id=uuid.uuid4(),
        email=address,
        name=name,
        language=_known(language),
        kind=kind,
        is_active=True,
    )
    session.add(person)
    session.flush()
    record(session, "person.created", object_id=person.id, deed=deed, facts={"kind": str(kind)})
    return person


def change_language(session: Session, *, language: str, deed: Deed) -> None:
    """The actor reads and is written to in this language from now on. Raises LanguageUnknown."""
    session.execute(
        sa.update(Person).where(Person.id == deed.actor_id).values(language=_known(language))
    )
    record(
        session,
        "person.language_changed",
        object_id=deed.actor_id,
        deed=deed,
        facts={"language": language},
    )


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise LanguageUnknown(language)
    return language
