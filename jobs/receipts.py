"""The receipt by mail: with its document, in the reader's language."""

import uuid

from foundation.mail import Attachment, compose, message_id, send
from jobs.desk import Desk
from jobs.work import Handler, Work
from people.queries.persons import person_of
from receivables.documents.receipt import receipt_document
from receivables.queries.customers import contacts_of_person
from receivables.queries.receipts import receipt_of


def mail_receipt(desk: Desk, work: Work) -> None:
    """Send one receipt to one person, unless they lost their right to this account meanwhile."""
    receipt_id = uuid.UUID(work.payload["receipt_id"])
    customer_id = uuid.UUID(work.payload["customer_id"])
    with desk.transaction() as session:
        person = person_of(session, uuid.UUID(work.payload["person_id"]))
        receipt = receipt_of(session, customer_id=customer_id, receipt_id=receipt_id)
        rights = contacts_of_person(session, person_id=uuid.UUID(work.payload["person_id"]))
    may_read = any(right.customer_id == customer_id for right in rights)
    if person is None or not person.is_active or receipt is None or not may_read:
        return
    document = receipt_document(
        receipt,
        seller_name=desk.settings.seller_name,
        language=person.language,
        fonts=desk.settings.fonts,
    )
    letter = compose(
        desk.settings,
        "receipt",
        to=f"{person.name} <{person.email}>",
        language=person.language,
        message_id=message_id(work.id, desk.settings),
        at=desk.clock.now(),
        context={
            "receipt": receipt,
            "url": f"{desk.settings.portal_url}/receipts/{receipt.id}",
        },
        attachments=[
            Attachment(name=f"{receipt.number}.pdf", media_type="application/pdf", content=document)
        ],
    )
    send(desk.settings.smtp_url, letter)


HANDLERS: dict[str, Handler] = {"receipt.mail": mail_receipt}
