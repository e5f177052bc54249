"""Mail of invitations: to whom was invited, and to the admins when somebody asks for a new one."""

import uuid

from foundation.i18n import speaking
from jobs.desk import Desk
from jobs.people import send_letter
from jobs.work import Handler, Work
from people.queries.persons import person_of
from receivables.actions.invitations import ASKED_TOPIC, MAIL_TOPIC
from receivables.invitation_tokens import Named, invitation_token
from receivables.queries.customers import account_of
from receivables.queries.invitations import Standing, held_invitation
from receivables.words import right_words


def _named(work: Work) -> Named:
    return Named(uuid.UUID(work.payload["invitation_id"]), uuid.UUID(work.payload["customer_id"]))


def mail_invitation(desk: Desk, work: Work) -> None:
    """Send the link, unless it opens nothing any more. A stranger reads the company's language."""
    named = _named(work)
    with desk.transaction() as session:
        seen = held_invitation(session, named, at=desk.clock.now())
        account = account_of(session, customer_id=named.customer_id)
    if seen is None or seen.standing is not Standing.OPEN:
        return
    spoken = seen.person.language if seen.person else account.language
    token = invitation_token(named, desk.settings.secret_keys)
    with speaking(spoken):
        right = right_words(seen.role)
    context = {
        "invited_by": seen.invited_by,
        "companies": seen.account_names,
        "right": right,
        "url": f"{desk.settings.portal_url}/invitation/{token}",
        "expires_at": seen.stood_at,
    }
    send_letter(desk, work, "invitation", seen.email, spoken, context)


def mail_asked(desk: Desk, work: Work) -> None:
    """Tell one admin that the holder of an old link would like another."""
    named = _named(work)
    with desk.transaction() as session:
        seen = held_invitation(session, named, at=desk.clock.now())
        admin = person_of(session, uuid.UUID(work.payload["person_id"]))
        account = account_of(session, customer_id=named.customer_id)
    if seen is None or admin is None or not admin.is_active:
        return
    context = {
        "email": seen.email,
        "company": account.name,
        "url": f"{desk.settings.portal_url}/people",
    }
    send_letter(desk, work, "invitation_asked", admin.email, admin.language, context)


HANDLERS: dict[str, Handler] = {MAIL_TOPIC: mail_invitation, ASKED_TOPIC: mail_asked}
