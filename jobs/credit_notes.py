"""A new credit note by mail, to those who chose to be told."""

import uuid

from jobs.desk import Desk
from jobs.people import send_letter
from jobs.readers import reader_of
from jobs.work import Handler, Work
from receivables.actions.credit_notes import MAIL_TOPIC
from receivables.queries.credit_notes import credit_note_of
from receivables.queries.customers import account_of, is_credit_blocked


def mail_credit_note(desk: Desk, work: Work) -> None:
    """Tell one contact of one credit note, unless they lost their right to the account."""
    note_id, customer_id = (
        uuid.UUID(work.payload[one]) for one in ("credit_note_id", "customer_id")
    )
    with desk.transaction() as session:
        reader = reader_of(session, work.payload)
        note = credit_note_of(session, customer_id=customer_id, credit_note_id=note_id)
        account = account_of(session, customer_id=customer_id)
        is_blocked = is_credit_blocked(session, customer_id=customer_id)
    if reader is None or note is None:
        return
    context = {
        "note": note.row,
        "is_usable": note.row.left.is_positive and not is_blocked,
        "customer_name": account.name,
        "url": f"{desk.settings.portal_url}/credit-notes/{note_id}",
        "profile_url": f"{desk.settings.portal_url}/profile#mails",
    }
    send_letter(desk, work, "credit_note", reader.to, reader.language, context)


HANDLERS: dict[str, Handler] = {MAIL_TOPIC: mail_credit_note}
