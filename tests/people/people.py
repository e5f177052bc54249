"""Persons for tests, and the deeds of somebody nobody knows yet."""

import uuid
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import Transaction
from foundation.deed import SYSTEM_ID, Deed
from people.actions.credentials import set_password
from people.actions.persons import create_person
from people.actions.web_sessions import StartedSession, Visitor
from people.models import Face, Person, PersonKind
from people.passwords import password_hash
from people.sign_in import sign_in
from tests.clocks import FixedClock

PASSWORD = "seven quiet herons"
VISITOR = Visitor(face=Face.PORTAL, address="192.0.2.7", agent="Firefox on a test")
KEYS = ("the key that seals", "the key before it")


def a_deed(clock: FixedClock) -> Deed:
    return Deed(
        actor_id=SYSTEM_ID,
        subject_id=None,
        request_id=uuid.uuid4().hex,
        at=clock.now(),
        on=clock.today(),
    )


def deed_of(person_id: uuid.UUID, clock: FixedClock) -> Deed:
    return replace(a_deed(clock), actor_id=person_id)


_hashed: dict[str, str] = {}


def a_person(
    session: Session, clock: FixedClock, email: str = "marie@brightwell.example", **changes: object
) -> Person:
    """A contact named Marie Roche whose password is PASSWORD, unless the test says otherwise."""
    given = {"name": "Marie Roche", "language": "en", "kind": PersonKind.CONTACT, **changes}
    person = create_person(session, email=email, deed=a_deed(clock), **given)
    if PASSWORD not in _hashed:  # hashed once: it costs more than the rest of the test
        _hashed[PASSWORD] = password_hash(PASSWORD, email="", name="")
    set_password(session, person_id=person.id, secret_hash=_hashed[PASSWORD], deed=a_deed(clock))
    return person


def signs_in(transaction: Transaction, clock: FixedClock, **changes: object) -> StartedSession:
    """Marie signs in with her password, unless the test says otherwise."""
    given = {
        "email": "marie@brightwell.example",
        "password": PASSWORD,
        "visitor": VISITOR,
        "deed": a_deed(clock),
    }
    return sign_in(transaction, **{**given, **changes})


def deactivate(transaction: Transaction, person_id: uuid.UUID) -> None:
    with transaction() as session:
        session.execute(sa.update(Person).where(Person.id == person_id).values(is_active=False))


def actions_seen(session: Session) -> list[str]:
    """The audit trail, as verbs in order."""
    return list(session.scalars(sa.text("SELECT action FROM audit_event ORDER BY seq")))
