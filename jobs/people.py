"""Mail to persons about themselves: the link they asked for, how they sign in that was changed."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from math import ceil

from foundation.mail import compose, message_id, send
from jobs.desk import Desk
from jobs.work import Handler, Work
from people.actions.second_factors import NOTICE_TOPIC as SECOND_FACTOR_TOPIC
from people.actions.sign_in_links import MAIL_TOPIC
from people.link_tokens import link_token
from people.password_change import NOTICE_TOPIC
from people.queries.persons import password_changed_at, person_of
from people.queries.sign_in_links import live_link


def mail_sign_in_link(desk: Desk, work: Work) -> None:
    """Send the link, unless it leads nowhere: nobody has the address, or it was used or too old."""
    now = desk.clock.now()
    with desk.transaction() as session:
        link = live_link(session, link_id=uuid.UUID(work.payload["link_id"]), at=now)
    if link is None:
        return
    token = link_token(link.id, desk.settings.secret_keys)
    context = {
        "url": f"{desk.settings.portal_url}/sign-in/link/{token}",
        "minutes": ceil((link.expires_at - now) / timedelta(minutes=1)),
    }
    send_letter(desk, work, "sign_in_link", link.email, link.language, context)


def mail_password_notice(desk: Desk, work: Work) -> None:
    """Tell a person that their password was changed, in case it was not them."""
    with desk.transaction() as session:
        person = person_of(session, uuid.UUID(work.payload["person_id"]))
        changed_at = password_changed_at(session, uuid.UUID(work.payload["person_id"]))
    if person is None or changed_at is None:
        return
    context = {"at": changed_at, "url": f"{desk.settings.portal_url}/sign-in/link"}
    send_letter(desk, work, "password_changed", person.email, person.language, context)


def mail_second_factor_notice(desk: Desk, work: Work) -> None:
    """Tell a person what they sign in with that was added or removed, in case it was not them."""
    with desk.transaction() as session:
        person = person_of(session, uuid.UUID(work.payload["person_id"]))
    if person is None:
        return
    context = {"what": work.payload["what"], "url": f"{desk.settings.portal_url}/profile"}
    send_letter(desk, work, "second_factor", person.email, person.language, context)


def send_letter(
    desk: Desk, work: Work, event: str, to: str, language: str, context: Mapping[str, object]
) -> None:
    """Write the letter for an event in this language, and send it."""
    letter = compose(
        desk.settings,
        event,
        to=to,
        language=language,
        message_id=message_id(work.id, desk.settings),
        at=desk.clock.now(),
        context=context,
    )
    send(desk.settings.smtp_url, letter)


HANDLERS: dict[str, Handler] = {
    MAIL_TOPIC: mail_sign_in_link,
    NOTICE_TOPIC: mail_password_notice,
    SECOND_FACTOR_TOPIC: mail_second_factor_notice,
}
