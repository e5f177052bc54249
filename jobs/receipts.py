"""The receipt by mail: with its document, in the reader's language."""

import uuid

from foundation.mail import Attachment, compose, message_id, send
from jobs.desk import Desk
from jobs.readers import reader_of
from jobs.work import Handler, Work
from payments.links.queries import for_holder
from receivables.documents.receipt import receipt_document
from receivables.queries.receipts import receipt_of


def mail_receipt(desk: Desk, work: Work) -> None:
    """Send one receipt to one reader, unless they lost their right to this account meanwhile."""
    receipt_id = uuid.UUID(work.payload["receipt_id"])
    customer_id = uuid.UUID(work.payload["customer_id"])
    with desk.transaction() as session:
        reader = reader_of(session, work.payload)
        receipt = receipt_of(session, customer_id=customer_id, receipt_id=receipt_id)
        if receipt and reader and reader.link:
            receipt = for_holder(session, receipt, payment_id=work.payload["payment_id"])
    if reader is None or receipt is None:
        return
    document = receipt_document(
        receipt,
        seller_name=desk.settings.seller_name,
        language=reader.language,
        fonts=desk.settings.fonts,
    )
    letter = compose(
        desk.settings,
        "receipt",
        to=reader.to,
        language=reader.language,
        message_id=message_id(work.id, desk.settings),
        at=desk.clock.now(),
        context={
            "receipt": receipt,
            "url": reader.address(
                desk.settings, f"/receipts/{receipt.id}", work.payload.get("payment_id")
            ),
        },
        attachments=[
            Attachment(name=f"{receipt.number}.pdf", media_type="application/pdf", content=document)
        ],
    )
    send(desk.settings.smtp_url, letter)


HANDLERS: dict[str, Handler] = {"receipt.mail": mail_receipt}
