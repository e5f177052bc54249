"""Who may act for a customer: rights are changed by the admins of the account.

Whoever calls holds the lock of every customer named, so that two admins cannot end each other.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.database import restrict
from foundation.deed import Deed
from people.actions.web_sessions import end_sessions_at
from receivables.actions.customers import add_contact
from receivables.errors import MayNotManage, NoAdminLeft
from receivables.models import Contact, ContactRole, Customer, Invitation
from receivables.queries.contacts import admins_by_account

Rights = Mapping[uuid.UUID, ContactRole | None]  # customer -> role, or no right at all


def require_admin(session: Session, customer_ids: Collection[uuid.UUID], *, deed: Deed) -> None:
    """Make sure the actor looks after the people of all these accounts. Raises MayNotManage."""
    admins = admins_by_account(session, customer_ids)
    if not all(deed.actor_id in admins[customer_id] for customer_id in customer_ids):
        raise MayNotManage("not an admin of each")


def set_rights(
    session: Session,
    *,
    person_id: uuid.UUID,
    wanted: Rights,
    deed: Deed,
    kept_session_id: uuid.UUID | None = None,
) -> bool:
    """Bring a person's rights to what is wanted; whether any differed.

    Where they change, the person is signed out at once (but not in `kept_session_id`, unless
    nothing is left there), and invitations that person sent without being an admin any more are
    withdrawn. Raises MayNotManage or NoAdminLeft.
    """
    restrict(session, customer=list(wanted), person=person_id)
    require_admin(session, wanted, deed=deed)
    held = _held(session, person_id, wanted)
    changes = {one: role for one, role in wanted.items() if role != _role(held.get(one))}
    for customer_id, role in changes.items():
        give_right(session, customer_id=customer_id, person_id=person_id, role=role, deed=deed)
    _require_somebody(session, changes)
    _sign_out(session, person_id, changes, kept_session_id, deed)
    _withdraw_invitations(session, person_id, changes, deed)
    return bool(changes)


def change_right(
    session: Session,
    *,
    customer_id: uuid.UUID,
    person_id: uuid.UUID,
    role: ContactRole,
    deed: Deed,
) -> None:
    """Let our own people change a standing right, as an account's admin would.

    The person is signed out there; invitations sent without being an admin any more are withdrawn.
    """
    give_right(session, customer_id=customer_id, person_id=person_id, role=role, deed=deed)
    _sign_out(session, person_id, {customer_id: role}, None, deed)
    _withdraw_invitations(session, person_id, {customer_id: role}, deed)


def give_right(
    session: Session,
    *,
    customer_id: uuid.UUID,
    person_id: uuid.UUID,
    role: ContactRole | None,
    deed: Deed,
) -> None:
    """Make a contact, change its role, bring it back, or (without a role) end it."""
    whose = replace(deed, subject_id=customer_id)
    contact = _held(session, person_id, [customer_id]).get(customer_id)
    if contact is None:
        if role is not None:
            add_contact(
                session, customer_id=customer_id, person_id=person_id, role=role, deed=whose
            )
        return
    facts: dict[str, Fact] = {"role_was": _role(contact)}
    contact.is_active = role is not None
    contact.role = role or contact.role
    session.flush()  # who is still an admin is asked next
    verb = "contact.role_changed" if role else "contact.removed"
    record(session, verb, object_id=contact.id, deed=whose, facts=facts | {"role": role})


def _held(
    session: Session, person_id: uuid.UUID, customer_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Contact]:
    wanted = sa.select(Contact).where(
        Contact.person_id == person_id, Contact.customer_id.in_(customer_ids)
    )
    return {contact.customer_id: contact for contact in session.scalars(wanted)}


def _role(contact: Contact | None) -> str | None:
    return contact.role if contact and contact.is_active else None


def _require_somebody(session: Session, changes: Rights) -> None:
    admins = admins_by_account(session, changes)
    for customer_id in changes:
        if not admins[customer_id]:
            wanted = sa.select(Customer.name).where(Customer.id == customer_id)
            raise NoAdminLeft(session.scalars(wanted).one())


def _sign_out(
    session: Session,
    person_id: uuid.UUID,
    changes: Rights,
    kept_id: uuid.UUID | None,
    deed: Deed,
) -> None:
    gone = [customer_id for customer_id, role in changes.items() if role is None]
    left = [customer_id for customer_id, role in changes.items() if role is not None]
    for customer_ids, kept in ((gone, None), (left, kept_id)):
        if customer_ids:
            end_sessions_at(
                session, person_id=person_id, customer_ids=customer_ids, kept_id=kept, deed=deed
            )


def _withdraw_invitations(
    session: Session, person_id: uuid.UUID, changes: Rights, deed: Deed
) -> None:
    """Nobody's letters let people in after they may not send any."""
    losing = [one for one, role in changes.items() if role is not ContactRole.ADMIN]
    withdrawn = session.scalars(
        sa.update(Invitation)
        .where(
            Invitation.invited_by == person_id,
            Invitation.account_ids.overlap(losing),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=deed.at)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).all()
    for invitation_id in sorted(withdrawn):
        record(session, "invitation.withdrawn", object_id=invitation_id, deed=deed)
