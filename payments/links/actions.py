"""Making a pay link and taking it back. Whoever makes one may pay for the account."""

import datetime as dt
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.deed import Deed
from foundation.money import Money
from foundation.outbox import enqueue
from payments.card.checkout import check_range
from payments.card.models import CardPayment
from payments.links.errors import NothingToAskFor, SeveralPayments, TooManyToAskFor
from payments.links.models import PayLink, PayLinkItem
from payments.links.queries import due_today
from people.emails import email_of
from receivables.queries.invoices import InvoiceRow, invoices_by_id

LIFETIME = dt.timedelta(days=14)
KEPT = dt.timedelta(days=180)  # of one by which nobody began to pay; until then it is explained
ITEMS_MAX = 100  # what one letter and a page on a phone can still show
MAIL_TOPIC = "pay_link.mail"


def make_pay_link(
    session: Session,
    *,
    operation_id: uuid.UUID,
    email: str,
    spoken: str,
    invoice_id: Collection[uuid.UUID],
    contact_id: uuid.UUID,
    deed: Deed,
) -> uuid.UUID:
    """Mail a link that pays these invoices of the subject, as they are open when it is opened.

    Pressing twice makes one: a known `operation_id` of the same contact is answered by its link.
    The caller holds the customer's lock.
    Invoices that are paid or another's are passed over. Raises EmailUnreadable, NothingToAskFor,
    TooManyToAskFor, SeveralPayments, or AmountOutOfRange where no card takes so much at once.
    """
    address, customer_id = email_of(email), deed.subject_id
    if customer_id is None:
        raise NothingToAskFor("on nobody's account")
    known = link_of_press(
        session, operation_id=operation_id, customer_id=customer_id, contact_id=contact_id
    )
    if known:
        return known
    rows = invoices_by_id(
        session, customer_id=customer_id, invoice_ids=list(set(invoice_id)), on=deed.on
    )
    lines = [row for row in rows if row.still_open.is_positive]
    first = _one_payment(lines)
    link = PayLink(
        id=uuid.uuid4(),
        customer_id=customer_id,
        operation_id=operation_id,
        ledger_id=first.ledger_id,
        currency=first.total.currency,
        contact_id=contact_id,
        made_by=deed.actor_id,
        email=address,
        language=spoken,
        created_at=deed.at,
        expires_at=deed.at + LIFETIME,
    )
    session.add(link)
    session.flush()  # its items, the outbox and the audit name it
    _add_items(session, link, lines)
    payload = {"pay_link_id": str(link.id), "customer_id": str(customer_id)}
    enqueue(session, MAIL_TOPIC, payload, deed=deed, dedupe_key=f"{MAIL_TOPIC}:{link.id}")
    facts: dict[str, Fact] = {"invoices": len(lines)}
    record(session, "pay_link.made", object_id=link.id, deed=deed, facts=facts)
    return link.id


def link_of_press(
    session: Session, *, operation_id: uuid.UUID, customer_id: uuid.UUID, contact_id: uuid.UUID
) -> uuid.UUID | None:
    """The link that this press of this contact has made already, if it has."""
    own = sa.select(PayLink.id).where(
        PayLink.customer_id == customer_id, PayLink.contact_id == contact_id
    )
    return session.scalars(own.where(PayLink.operation_id == operation_id)).one_or_none()


def withdraw_pay_link(session: Session, *, pay_link_id: uuid.UUID, deed: Deed) -> bool:
    """Let the link open nothing any more; whether there was one of the subject's to withdraw."""
    withdrawn = session.scalars(
        sa.update(PayLink)
        .where(
            PayLink.id == pay_link_id,
            PayLink.customer_id == deed.subject_id,
            PayLink.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=deed.at)
        .returning(PayLink.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if withdrawn is None:
        return False
    record(session, "pay_link.withdrawn", object_id=withdrawn, deed=deed)
    return True


def forget_pay_links(session: Session, *, now: dt.datetime) -> None:
    """Drop those that ended long ago and by which nobody ever began to pay."""
    is_used = sa.exists().where(CardPayment.pay_link_id == PayLink.id)
    session.execute(sa.delete(PayLink).where(PayLink.expires_at < now - KEPT, ~is_used))


def _one_payment(lines: list[InvoiceRow]) -> InvoiceRow:
    """The first of them, if one payment can settle them all."""
    if not lines:
        raise NothingToAskFor("nothing of it is open")
    if len(lines) > ITEMS_MAX:
        raise TooManyToAskFor(ITEMS_MAX)
    if len({(line.ledger_id, line.total.currency) for line in lines}) > 1:
        raise SeveralPayments("several ledgers or currencies")
    first = lines[0]
    check_range(Money.total((due_today(line) for line in lines), first.total.currency))
    return first


def _add_items(session: Session, link: PayLink, lines: list[InvoiceRow]) -> None:
    rows = [
        {
            "pay_link_id": link.id,
            "invoice_id": line.id,
            "customer_id": link.customer_id,
            "currency": link.currency,
        }
        for line in lines
    ]
    session.execute(sa.insert(PayLinkItem).values(rows).inline())
