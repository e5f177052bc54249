"""Who the books know by an address, and what they may do."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.rows import among
from people.models import Person
from receivables.models import Contact


class Seat(NamedTuple):
    """What a person may do on an account, and whether they still may."""

    role: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody with an address, and the rights by account."""

    id: uuid.UUID
    kind: str
    seats: dict[uuid.UUID, Seat]


def known_people(session: Session, emails: Collection[str]) -> dict[str, KnownPerson]:
    """Those of the addresses that somebody has."""
    found = {
        row.email: KnownPerson(id=row.id, kind=row.kind, seats={})
        for row in session.execute(
            sa.select(Person.id, Person.email, Person.kind).where(among(Person.email, emails))
        )
    }
    by_id = {person.id: person for person in found.values()}
    held = sa.select(Contact.person_id, Contact.customer_id, Contact.role, Contact.is_active)
    for row in session.execute(held.where(among(Contact.person_id, list(by_id)))):
        by_id[row.person_id].seats[row.customer_id] = Seat(row.role, row.is_active)
    return found
