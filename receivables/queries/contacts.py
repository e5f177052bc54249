"""The people of a customer, as its admins see them."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.paging import Cut, Page, id_key, moment_key, page_of
from people.queries.persons import PersonSeen, persons_of
from receivables.models import Contact, ContactRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One person who may act for a customer."""

    contact_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    email: str
    role: str
    since: dt.datetime
    is_active: bool  # may sign in; the seller can forbid it


def colleague_page(session: Session, *, customer_id: uuid.UUID, cut: Cut) -> Page[Colleague]:
    """One page of the customer's people, the longest-standing first."""
    found = page_of(
        session,
        sa.select(Contact).where(Contact.customer_id == customer_id, Contact.is_active),
        keys=(moment_key(Contact.created_at), id_key(Contact.id)),
        is_descending=False,
        cut=cut,
        build=lambda row: row[0],
    )
    persons = persons_of(session, [contact.person_id for contact in found.rows])
    rows = tuple(_colleague(contact, persons[contact.person_id]) for contact in found.rows)
    return Page(rows=rows, after=found.after, before=found.before)


def colleague_of(
    session: Session, *, customer_id: uuid.UUID, contact_id: uuid.UUID
) -> Colleague | None:
    """The person behind a contact of this customer, if they may (still) act for it."""
    wanted = sa.select(Contact).where(
        Contact.customer_id == customer_id, Contact.id == contact_id, Contact.is_active
    )
    contact = session.scalars(wanted).one_or_none()
    if contact is None:
        return None
    return _colleague(contact, persons_of(session, [contact.person_id])[contact.person_id])


def roles_at(
    session: Session, *, person_ids: Collection[uuid.UUID], customer_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, dict[uuid.UUID, ContactRole]]:
    """Person -> customer -> role, for those of these customers that the person may act for."""
    wanted = sa.select(Contact.person_id, Contact.customer_id, Contact.role).where(
        Contact.person_id.in_(person_ids), Contact.customer_id.in_(customer_ids), Contact.is_active
    )
    found: dict[uuid.UUID, dict[uuid.UUID, ContactRole]] = {one: {} for one in person_ids}
    for person_id, customer_id, role in session.execute(wanted):
        found[person_id][customer_id] = ContactRole(role)
    return found


def admins_by_account(
    session: Session, customer_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Sequence[uuid.UUID]]:
    """Customer -> the persons who look after its people and may sign in."""
    wanted = sa.select(Contact.customer_id, Contact.person_id).where(
        Contact.customer_id.in_(customer_ids),
        Contact.role == ContactRole.ADMIN,
        Contact.is_active,
    )
    rows = session.execute(wanted.order_by(Contact.created_at, Contact.id)).all()
    persons = persons_of(session, [person_id for _customer, person_id in rows])
    found: dict[uuid.UUID, list[uuid.UUID]] = {one: [] for one in customer_ids}
    for customer_id, person_id in rows:
        if persons[person_id].is_active:
            found[customer_id].append(person_id)
    return dict(found)


def _colleague(contact: Contact, person: PersonSeen) -> Colleague:
    return Colleague(
        contact_id=contact.id,
        person_id=contact.person_id,
        name=person.name,
        email=person.email,
        role=contact.role,
        since=contact.created_at,
        is_active=person.is_active,
    )
