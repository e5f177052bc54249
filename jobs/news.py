"""What became of a payment, by mail, in the reader's language: plain words, and what to do next."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from babel.support import LazyProxy
from sqlalchemy.orm import Session

from foundation.amounts import format_money
from foundation.i18n import lazy_gettext as _l
from foundation.i18n import speaking
from foundation.mail import compose, message_id, send
from jobs.desk import Desk
from jobs.readers import Reader, reader_of
from jobs.work import Handler, Work
from payments.card.news import TOPIC
from payments.card.queries import CardPaymentView, payment_of
from receivables.queries.customers import account_of

# A subject, then the paragraphs; each may name the %(amount)s that it is about.
NEWS: Final[Mapping[str, tuple[LazyProxy, ...]]] = {
    "debit_underway": (
        _l("Your bank debit of %(amount)s is on its way"),
        _l(
            "You ordered a debit of %(amount)s. Nothing is paid yet: your bank usually answers"
            " within four working days, and until then the invoices stay open."
        ),
        _l("Please do not pay them another way meanwhile. The receipt follows by mail."),
    ),
    "debit_failed": (
        _l("Your bank did not carry out the debit of %(amount)s"),
        _l("Your bank did not carry out the debit of %(amount)s. Nothing was taken."),
        _l("The invoices are still open. Please pay them by card or from another account."),
    ),
    "payment_returned": (
        _l("Your payment of %(amount)s was taken back by the bank"),
        _l(
            "%(amount)s had been paid, then the bank took it back. The receipt no longer stands"
            " for that amount."
        ),
        _l("The invoices it had paid are open again. Please pay them another way."),
    ),
    "payment_disputed": (
        _l("Your payment of %(amount)s is contested at the bank"),
        _l(
            "The cardholder's bank wants %(amount)s back. Until it has decided, the invoices stay"
            " paid. If this is a mistake, please have it withdrawn at that bank."
        ),
    ),
    "dispute_won": (
        _l("Your payment of %(amount)s stands"),
        _l("The bank has decided: the payment of %(amount)s that was contested stands."),
    ),
    "refund_sent": (
        _l("We refund %(amount)s to you"),
        _l("%(amount)s of your payment goes back to where it came from; it may take some days."),
        _l("An invoice that this money no longer pays is open again."),
    ),
    "refund_failed": (
        _l("A refund of %(amount)s did not arrive"),
        _l(
            "Your bank did not take the refund of %(amount)s. The money is with us and stays as"
            " credit on your account. We will ask you where to send it."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A letter's subject and its paragraphs, in words."""

    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Who is told about which payment of which company."""

    reader: Reader
    payment: CardPaymentView
    customer_name: str


def mail_news(desk: Desk, work: Work) -> None:
    """Tell one reader what became of a payment, unless they lost their right to the account."""
    with desk.transaction() as session:
        found = _found(session, work.payload)
    news = str(work.payload["news"])
    if found is None or _is_over(found.payment, news):
        return
    reader, payment = found.reader, found.payment
    letter = compose(
        desk.settings,
        "payment_news",
        to=reader.to,
        language=reader.language,
        message_id=message_id(work.id, desk.settings),
        at=desk.clock.now(),
        context={
            "news": _told(payment, news, str(work.payload["ref"]), reader.language),
            "items": payment.items,
            "customer_name": found.customer_name,
            "url": reader.address(desk.settings, f"/payments/{payment.row.id}", payment.row.id),
        },
    )
    send(desk.settings.smtp_url, letter)


def _found(session: Session, payload: Mapping[str, object]) -> Found | None:
    customer_id = uuid.UUID(str(payload["customer_id"]))
    reader = reader_of(session, payload)
    payment = payment_of(
        session, customer_id=customer_id, payment_id=uuid.UUID(str(payload["payment_id"]))
    )
    if reader is None or payment is None:
        return None
    name = account_of(session, customer_id=customer_id).name
    return Found(reader, payment, name)


def _is_over(payment: CardPaymentView, news: str) -> bool:
    """A debit that was answered before the letter went: the answer's own letter says more."""
    return news == "debit_underway" and payment.row.is_settled


def _told(payment: CardPaymentView, news: str, ref: str, language: str) -> Told:
    gone = next((one.amount for one in payment.row.gone if one.ref == ref), payment.row.amount)
    with speaking(language):
        facts = {"amount": format_money(gone, language)}
        subject, *paragraphs = (str(words) % facts for words in NEWS[news])
    return Told(subject, tuple(paragraphs))


HANDLERS: dict[str, Handler] = {TOPIC: mail_news}
