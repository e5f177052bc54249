"""Invitations: those that wait for an answer, and how one stands that somebody holds."""

import datetime as dt
import enum
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import restrict
from people.models import PersonKind
from people.queries.persons import PersonSeen, names_of, person_with_email
from receivables.invitation_tokens import Named
from receivables.models import ContactRole, Customer, Invitation

LISTED_MAX = 100  # the daily limit lets no more than that wait at once
ASKED_EVERY = dt.timedelta(days=1)


class Standing(enum.StrEnum):
    """How an invitation stands."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingInvitation:
    """One that was not answered yet, as the admins see it."""

    id: uuid.UUID
    email: str
    role: ContactRole
    account_ids: tuple[uuid.UUID, ...]
    created_at: dt.datetime
    expires_at: dt.datetime
    asked_at: dt.datetime | None
    has_expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldInvitation:
    """One as whoever holds its link sees it."""

    id: uuid.UUID
    customer_id: uuid.UUID
    account_ids: tuple[uuid.UUID, ...]
    account_names: tuple[str, ...]
    email: str
    role: str
    invited_by: str
    standing: Standing
    stood_at: dt.datetime  # until when it is open, or since when it is not
    asked_at: dt.datetime | None
    may_ask: bool
    person: PersonSeen | None

    @property
    def asks_name(self) -> bool:
        """Nobody is known by this address yet."""
        return self.person is None


def waiting_invitations(
    session: Session, *, customer_id: uuid.UUID, at: dt.datetime
) -> tuple[WaitingInvitation, ...]:
    """Those sent for this customer and not answered, the newest first."""
    wanted = (
        sa.select(Invitation)
        .where(
            Invitation.customer_id == customer_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.created_at.desc(), Invitation.id)
        .limit(LISTED_MAX)
    )
    return tuple(
        WaitingInvitation(
            id=one.id,
            email=one.email,
            role=ContactRole(one.role),
            account_ids=tuple(one.account_ids),
            created_at=one.created_at,
            expires_at=one.expires_at,
            asked_at=one.asked_at,
            has_expired=one.expires_at <= at,
        )
        for one in session.scalars(wanted)
    )


def held_invitation(session: Session, named: Named, *, at: dt.datetime) -> HeldInvitation | None:
    """The invitation of a link. From here on the transaction sees every account it leads to.

    None: it was never ours or is long forgotten, or its address belongs to somebody who cannot
    accept it.
    """
    restrict(session, customer=named.customer_id)
    wanted = sa.select(Invitation).where(Invitation.id == named.invitation_id)
    one = session.scalars(wanted.where(Invitation.customer_id == named.customer_id)).one_or_none()
    if one is None:
        return None
    person = person_with_email(session, one.email)
    if person and (not person.is_active or person.kind != PersonKind.CONTACT):
        return None
    accounts = sorted({one.customer_id, *one.account_ids})
    restrict(session, customer=accounts)
    standing, stood_at = standing_of(one, at)
    return HeldInvitation(
        id=one.id,
        customer_id=one.customer_id,
        account_ids=tuple(one.account_ids),
        account_names=_names(session, one),
        email=one.email,
        role=one.role,
        invited_by=names_of(session, [one.invited_by])[one.invited_by],
        standing=standing,
        stood_at=stood_at,
        asked_at=one.asked_at,
        may_ask=may_ask(one, at),
        person=person,
    )


def standing_of(one: Invitation, at: dt.datetime) -> tuple[Standing, dt.datetime]:
    """How it stands, and until or since when."""
    if one.accepted_at:
        return Standing.USED, one.accepted_at
    if one.withdrawn_at:
        return Standing.WITHDRAWN, one.withdrawn_at
    return (Standing.OPEN if at < one.expires_at else Standing.EXPIRED), one.expires_at


def may_ask(one: Invitation, at: dt.datetime) -> bool:
    """Whether its holder may ask for another now: not for one taken back, nor twice a day."""
    is_over = standing_of(one, at)[0] in (Standing.USED, Standing.EXPIRED)
    return is_over and (one.asked_at is None or at - one.asked_at >= ASKED_EVERY)


def _names(session: Session, one: Invitation) -> tuple[str, ...]:
    """The accounts it leads to, the one it was sent for first."""
    wanted = (
        sa.select(Customer.name)
        .where(Customer.id.in_(one.account_ids))
        .order_by(Customer.id != one.customer_id, Customer.name)
    )
    return tuple(session.scalars(wanted))
