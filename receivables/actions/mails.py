"""Which mails a contact gets about an account; security notices are nobody's to switch off."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.deed import Deed
from receivables.models import Contact
from receivables.queries.mails import ChosenMails, Whose


def choose_mails(
    session: Session, *, contact_id: uuid.UUID, chosen: ChosenMails, deed: Deed
) -> None:
    """From now on the contact gets these mails about the subject's account, and no others."""
    own = sa.select(Contact).where(Contact.id == contact_id, Contact.customer_id == deed.subject_id)
    contact = session.scalars(own).one()
    contact.gets_receipts = chosen.receipts is Whose.ALL
    contact.gets_own_receipts = chosen.receipts is not Whose.NONE
    contact.gets_news = chosen.news is Whose.ALL
    contact.gets_own_news = chosen.news is not Whose.NONE
    contact.gets_credit_notes = chosen.credit_notes
    session.flush()  # the audit row says what is stored
    facts: dict[str, Fact] = {
        "receipts": chosen.receipts,
        "news": chosen.news,
        "credit_notes": chosen.credit_notes,
    }
    record(session, "contact.mails_chosen", object_id=contact_id, deed=deed, facts=facts)
