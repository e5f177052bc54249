"""Who is told by mail what became of a payment: asked for in the transaction that learned it."""

import uuid
from typing import Final

from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.outbox import enqueue
from payments.card.models import CardPayment, CardPaymentState
from receivables.queries.customers import receipt_readers

TOPIC: Final = "payment.mail"
# Of a debit only, whose bank answers when nobody looks at the page any more.
DEBIT_NEWS: Final = {
    CardPaymentState.PROCESSING: "debit_underway",
    CardPaymentState.EXPIRED: "debit_failed",
}


def announce_receipt(
    session: Session, payment: CardPayment, receipt_id: uuid.UUID, deed: Deed
) -> None:
    """One mail to the payer and to each contact who gets receipts."""
    for person_id in readers_of(session, payment):
        enqueue(
            session,
            "receipt.mail",
            {
                "receipt_id": str(receipt_id),
                "customer_id": str(payment.customer_id),
                "person_id": str(person_id),
            },
            deed=deed,
            dedupe_key=f"receipt.mail:{receipt_id}:{person_id}",
        )


def tell_of_debit(session: Session, payment: CardPayment, deed: Deed) -> None:
    """A debit that was ordered, or that its bank did not carry out: the payer is told."""
    news = DEBIT_NEWS.get(CardPaymentState(payment.state))
    if news:
        _tell(session, payment, news, payment.started_by, str(payment.id), deed)


def tell_of_going_back(
    session: Session, payment: CardPayment, news: str, ref: str, deed: Deed
) -> None:
    """Money that went back, by its ref: whoever got the receipt is told that it no longer stands.

    `news` is payment_returned, payment_disputed, dispute_won, refund_sent or refund_failed.
    """
    for person_id in readers_of(session, payment):
        _tell(session, payment, news, person_id, ref, deed)


def readers_of(session: Session, payment: CardPayment) -> list[uuid.UUID]:
    """The payer, and each contact who gets receipts."""
    readers = receipt_readers(session, customer_id=payment.customer_id)
    return sorted({payment.started_by, *readers})


def _tell(
    session: Session, payment: CardPayment, news: str, person_id: uuid.UUID, ref: str, deed: Deed
) -> None:
    payload = {
        "news": news,
        "payment_id": str(payment.id),
        "customer_id": str(payment.customer_id),
        "person_id": str(person_id),
        "ref": ref,
    }
    key = f"{TOPIC}:{news}:{ref}:{person_id}"
    enqueue(session, TOPIC, payload, deed=deed, dedupe_key=key)
