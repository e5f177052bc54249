"""The mail of a pay link."""

import uuid

from jobs.desk import Desk
from jobs.people import send_letter
from jobs.work import Handler, Work
from payments.links.actions import MAIL_TOPIC
from payments.links.queries import Standing, due_today, held_link
from payments.links.tokens import NamedLink, pay_link_token


def mail_pay_link(desk: Desk, work: Work) -> None:
    """Send the link with what it asks for today, unless it opens nothing any more."""
    named = NamedLink(*(uuid.UUID(work.payload[one]) for one in ("pay_link_id", "customer_id")))
    with desk.transaction() as session:
        held = held_link(session, named, at=desk.clock.now(), on=desk.clock.today())
    if held is None or held.standing is not Standing.OPEN:
        return
    token = pay_link_token(named, desk.settings.secret_keys)
    context = {
        "asked_by": held.made_by,
        "company": held.customer_name,
        "seller": held.ledger_name,
        "lines": [
            {"number": line.number, "due_on": line.due_on, "amount": due_today(line)}
            for line in held.lines
        ],
        "total": held.total,
        "url": f"{desk.settings.portal_url}/pay-link/{token}",
        "expires_at": held.expires_at,
    }
    send_letter(desk, work, "pay_link", held.email, held.language, context)


HANDLERS: dict[str, Handler] = {MAIL_TOPIC: mail_pay_link}
