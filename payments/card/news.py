"""Who is told by mail what became of a payment: asked for in the transaction that learned it."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.outbox import enqueue
from payments.card.models import CardPayment, CardPaymentState
from receivables.queries.customers import receipt_readers

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
    """One mail to the payer and to each contact who gets receipts."""
    for reader in _readers(session, payment):
        _ask(session, payment, RECEIPT_TOPIC, reader, {"receipt_id": str(receipt_id)}, deed)


def tell_of_debit(session: Session, payment: CardPayment, deed: Deed) -> None:
    """A debit that was ordered, or that its bank did not carry out: the payer is told."""
    news = DEBIT_NEWS.get(CardPaymentState(payment.state))
    if news:
        told = {"news": news, "ref": str(payment.id)}
        _ask(session, payment, TOPIC, _payer(payment), told, deed)


def tell_of_going_back(
    session: Session, payment: CardPayment, news: str, ref: str, deed: Deed
) -> None:
    """Money that went back, by its ref: whoever got the receipt is told that it no longer stands.

    `news` is payment_returned, payment_disputed, dispute_won, refund_sent or refund_failed.
    """
    for reader in _readers(session, payment):
        _ask(session, payment, TOPIC, reader, {"news": news, "ref": ref}, deed)


def _payer(payment: CardPayment) -> Named:
    if payment.pay_link_id:
        return {"pay_link_id": str(payment.pay_link_id)}
    return {"person_id": str(payment.started_by)}


def _readers(session: Session, payment: CardPayment) -> Iterator[Named]:
    """The payer, and each contact who gets receipts; each once."""
    persons = set(receipt_readers(session, customer_id=payment.customer_id))
    if payment.pay_link_id:
        yield _payer(payment)
    else:
        persons.add(payment.started_by)
    for person_id in sorted(persons):
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
