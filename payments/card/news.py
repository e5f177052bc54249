"""Who is told by mail what became of a payment: asked for in the transaction that learned it."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.outbox import enqueue
from payments.card.models import CardPayment, CardPaymentState
from receivables.queries.mails import news_readers, receipt_readers

TOPIC: Final = "payment.mail"
RECEIPT_TOPIC: Final = "receipt.mail"
# Of a debit only, whose bank answers when nobody looks at the page any more.
DEBIT_NEWS: Final = {
    CardPaymentState.PROCESSING: "debit_underway",
    CardPaymentState.EXPIRED: "debit_failed",
}
Named = Mapping[str, str]  # of a reader: "person_id", or "pay_link_id" for where a link was sent


def announce_receipt(
    session: Session, payment: CardPayment, receipt_id: uuid.UUID, deed: Deed
) -> None:
    """One mail to each contact who chose it, and to where a pay link was sent."""
    persons = receipt_readers(session, customer_id=payment.customer_id, payer_id=payment.started_by)
    for reader in _readers(payment, persons):
        _ask(session, payment, RECEIPT_TOPIC, reader, {"receipt_id": str(receipt_id)}, deed)


def tell_of_debit(session: Session, payment: CardPayment, deed: Deed) -> None:
    """A debit that was ordered, or that its bank did not carry out: who chose it is told."""
    news = DEBIT_NEWS.get(CardPaymentState(payment.state))
    if news:
        _tell(session, payment, news, str(payment.id), deed)


def tell_of_going_back(
    session: Session, payment: CardPayment, news: str, ref: str, deed: Deed
) -> None:
    """Money that went back, by its ref: who chose it is told that the receipt no longer stands.

    `news` is payment_returned, payment_disputed, dispute_won, refund_sent or refund_failed.
    """
    _tell(session, payment, news, ref, deed)


def _tell(session: Session, payment: CardPayment, news: str, ref: str, deed: Deed) -> None:
    persons = news_readers(session, customer_id=payment.customer_id, payer_id=payment.started_by)
    for reader in _readers(payment, persons):
        _ask(session, payment, TOPIC, reader, {"news": news, "ref": ref}, deed)


def _readers(payment: CardPayment, persons: Sequence[uuid.UUID]) -> Iterator[Named]:
    """These persons; before them whoever paid by a link, who has no other page to look at."""
    if payment.pay_link_id:
        yield {"pay_link_id": str(payment.pay_link_id)}
    for person_id in persons:
        yield {"person_id": str(person_id)}


def _ask(
    session: Session,
    payment: CardPayment,
    topic: str,
    reader: Named,
    told: Mapping[str, str],
    deed: Deed,
) -> None:
    """Ask for one letter; the same to the same reader is asked for once."""
    payload = {
        "payment_id": str(payment.id),
        "customer_id": str(payment.customer_id),
        **reader,
        **told,
    }
    key = ":".join((topic, *told.values(), *reader.values()))
    enqueue(session, topic, payload, deed=deed, dedupe_key=key)
