"""Colleagues are invited by mail, and join. Whoever invites learns nothing about an address."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.database import lock_rows, restrict
from foundation.deed import Deed
from foundation.i18n import language
from foundation.outbox import enqueue
from people.actions.persons import create_person
from people.actions.web_sessions import StartedSession, Visitor, choose_company, start_session
from people.emails import email_of
from people.models import PersonKind, Proof
from people.queries.persons import PersonSeen, person_with_email
from receivables.actions.contacts import give_right, require_admin
from receivables.errors import AlreadyHasAccess, InvitationDead, MayNotManage
from receivables.invitation_tokens import Named
from receivables.models import ContactRole, Invitation
from receivables.queries.contacts import admins_by_account, roles_at
from receivables.queries.invitations import HeldInvitation, Standing, held_invitation, may_ask

LIFETIME = dt.timedelta(days=7)
KEPT = dt.timedelta(days=180)  # of one that is over; until then its link is explained
MAIL_TOPIC = "invitation.mail"
ASKED_TOPIC = "invitation_asked.mail"


def invite(
    session: Session,
    *,
    email: str,
    role: ContactRole,
    account_ids: Collection[uuid.UUID],
    deed: Deed,
) -> uuid.UUID:
    """Mail a link that lets its holder join these accounts; one sent to them before is withdrawn.

    Raises EmailUnreadable, MayNotManage, or AlreadyHasAccess when nothing would be new.
    """
    address = email_of(email)
    customer_id = deed.subject_id
    if customer_id is None:
        raise MayNotManage("on nobody's account")
    require_admin(session, account_ids, deed=deed)
    person = person_with_email(session, address)
    if person and len(_held(session, person, account_ids)) == len(set(account_ids)):
        raise AlreadyHasAccess("on each of these accounts")
    before = sa.and_(Invitation.customer_id == customer_id, Invitation.email == address)
    _withdraw(session, before, deed)
    invitation = Invitation(
        id=uuid.uuid4(),
        customer_id=customer_id,
        account_ids=sorted(set(account_ids)),
        email=address,
        role=role,
        invited_by=deed.actor_id,
        created_at=deed.at,
        expires_at=deed.at + LIFETIME,
    )
    session.add(invitation)
    session.flush()  # the outbox and the audit name it
    payload = {"invitation_id": str(invitation.id), "customer_id": str(customer_id)}
    dedupe_key = f"{MAIL_TOPIC}:{invitation.id}"
    enqueue(session, MAIL_TOPIC, payload, deed=deed, dedupe_key=dedupe_key)
    facts: dict[str, Fact] = {"role": str(role), "accounts": len(set(account_ids))}
    record(session, "contact.invited", object_id=invitation.id, deed=deed, facts=facts)
    return invitation.id


def withdraw_invitation(session: Session, *, invitation_id: uuid.UUID, deed: Deed) -> bool:
    """Let its link open nothing any more; whether there was one of the subject's to withdraw."""
    own = sa.and_(Invitation.customer_id == deed.subject_id, Invitation.id == invitation_id)
    return bool(_withdraw(session, own, deed))


def join(
    session: Session, *, named: Named, name: str, visitor: Visitor, deed: Deed
) -> StartedSession:
    """Let the invited person in: known by the address, or made with this name; signed in by mail.

    Rights the person has already stay as they are. Raises InvitationDead.
    """
    seen = held_invitation(session, named, at=deed.at)
    if seen is None:
        raise InvitationDead("never ours")
    lock_rows(session, {"customer": seen.account_ids})
    _use_up(session, seen, deed)
    person_id, spoken = _person_of(session, seen, name, deed)
    acting = replace(deed, actor_id=person_id, subject_id=seen.customer_id)
    restrict(session, customer={seen.customer_id, *seen.account_ids}, person=person_id)
    held = roles_at(session, person_ids=[person_id], customer_ids=seen.account_ids)[person_id]
    for customer_id in sorted(set(seen.account_ids) - held.keys()):
        role = ContactRole(seen.role)
        give_right(session, customer_id=customer_id, person_id=person_id, role=role, deed=acting)
    record(session, "invitation.accepted", object_id=seen.id, deed=acting)
    started = start_session(
        session, language=spoken, proof=Proof.LINK, visitor=visitor, deed=acting
    )
    choose_company(
        session,
        session_id=started.session_id,
        customer_id=sorted(seen.account_ids, key=lambda one: one != seen.customer_id)[0],
        deed=acting,
    )
    return started


def ask_anew(session: Session, *, named: Named, deed: Deed) -> None:
    """Tell the admins that the holder of an old link would like another. Raises InvitationDead."""
    seen = held_invitation(session, named, at=deed.at)
    if seen is None:
        raise InvitationDead("never ours")
    row = session.get_one(Invitation, seen.id, with_for_update=True, populate_existing=True)
    if not may_ask(row, deed.at):
        raise InvitationDead("not to be asked for now")
    row.asked_at = deed.at
    session.flush()
    whose = replace(deed, subject_id=seen.customer_id)
    for person_id in admins_by_account(session, [seen.customer_id])[seen.customer_id]:
        payload = {
            "invitation_id": str(seen.id),
            "customer_id": str(seen.customer_id),
            "person_id": str(person_id),
        }
        dedupe_key = f"{ASKED_TOPIC}:{seen.id}:{person_id}:{deed.at.isoformat()}"
        enqueue(session, ASKED_TOPIC, payload, deed=whose, dedupe_key=dedupe_key)
    record(session, "invitation.asked_anew", object_id=seen.id, deed=whose)


def forget_invitations(session: Session, *, now: dt.datetime) -> None:
    """Drop those that ended long ago."""
    session.execute(sa.delete(Invitation).where(Invitation.expires_at < now - KEPT))


def _held(
    session: Session, person: PersonSeen, account_ids: Collection[uuid.UUID]
) -> Collection[uuid.UUID]:
    return roles_at(session, person_ids=[person.id], customer_ids=account_ids)[person.id]


def _withdraw(session: Session, which: sa.ColumnElement[bool], deed: Deed) -> list[uuid.UUID]:
    unanswered = sa.and_(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    withdrawn = session.scalars(
        sa.update(Invitation)
        .where(which, unanswered)
        .values(withdrawn_at=deed.at)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).all()
    for invitation_id in sorted(withdrawn):
        record(session, "invitation.withdrawn", object_id=invitation_id, deed=deed)
    return list(withdrawn)


def _use_up(session: Session, seen: HeldInvitation, deed: Deed) -> None:
    """Once only, also when the button is pressed twice at the same moment."""
    used = session.scalars(
        sa.update(Invitation)
        .where(
            Invitation.id == seen.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > deed.at,
        )
        .values(accepted_at=deed.at)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if used is None or seen.standing is not Standing.OPEN:
        raise InvitationDead(seen.standing)


def _person_of(
    session: Session, seen: HeldInvitation, name: str, deed: Deed
) -> tuple[uuid.UUID, str]:
    """Who joins, and the language they speak."""
    if seen.person:
        return seen.person.id, seen.person.language
    person = create_person(
        session,
        email=seen.email,
        name=name,
        language=language(),
        kind=PersonKind.CONTACT,
        deed=deed,
    )
    return person.id, person.language
