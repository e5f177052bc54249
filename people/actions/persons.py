"""Persons come to be, and choose their language."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.i18n import LANGUAGES
from foundation.rows import among, insert_rows
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """Somebody who works for a customer; the address in the one spelling we keep."""

    email: str
    name: str
    language: str


def create_persons(
    session: Session, drafts: Sequence[PersonDraft], *, deed: Deed
) -> dict[str, uuid.UUID]:
    """Many new contacts, who sign in by mail link at first: their ids by address.

    Raises EmailTaken, and then none is made, or LanguageUnknown.
    """
    taken = sa.select(Person.id).where(among(Person.email, [one.email for one in drafts])).limit(1)
    if drafts and session.scalar(taken):
        raise EmailTaken("somebody else has one of them")
    ids = {draft.email: uuid.uuid4() for draft in drafts}
    rows = [
        {
            "id": ids[draft.email],
            "email": draft.email,
            "name": draft.name,
            "language": _known(draft.language),
            "kind": PersonKind.CONTACT,
            "is_active": True,
        }
        for draft in drafts
    ]
    insert_rows(session, Person, rows)
    facts = {"kind": str(PersonKind.CONTACT)}
    for person_id in ids.values():
        record(session, "person.created", object_id=person_id, deed=deed, facts=facts)
    return ids


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
