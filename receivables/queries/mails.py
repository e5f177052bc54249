"""Who gets which mail about an account, as each contact chose."""

import enum
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from receivables.models import Contact


class Whose(enum.StrEnum):
    """Of whose payments somebody gets mail."""

    ALL = "all"
    OWN = "own"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenMails:
    """What a contact chose. News: a payment that is on its way, failed, or went back."""

    receipts: Whose
    news: Whose
    credit_notes: bool


def chosen_mails(session: Session, *, customer_id: uuid.UUID, contact_id: uuid.UUID) -> ChosenMails:
    """What this contact of the customer chose."""
    own = sa.select(Contact).where(Contact.id == contact_id, Contact.customer_id == customer_id)
    contact = session.scalars(own).one()
    return ChosenMails(
        receipts=_whose(contact.gets_receipts, contact.gets_own_receipts),
        news=_whose(contact.gets_news, contact.gets_own_news),
        credit_notes=contact.gets_credit_notes,
    )


def receipt_readers(
    session: Session, *, customer_id: uuid.UUID, payer_id: uuid.UUID
) -> tuple[uuid.UUID, ...]:
    """The persons who get the receipt of a payment that `payer_id` made."""
    return _readers(
        session, customer_id, payer_id, Contact.gets_receipts, Contact.gets_own_receipts
    )


def news_readers(
    session: Session, *, customer_id: uuid.UUID, payer_id: uuid.UUID
) -> tuple[uuid.UUID, ...]:
    """The persons who are told what became of a payment that `payer_id` made."""
    return _readers(session, customer_id, payer_id, Contact.gets_news, Contact.gets_own_news)


def credit_note_readers(
    session: Session, customer_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, tuple[uuid.UUID, ...]]:
    """Customer -> the persons who are told of its new credit notes."""
    wanted = sa.select(Contact.customer_id, Contact.person_id).where(
        Contact.customer_id.in_(customer_ids), Contact.is_active, Contact.gets_credit_notes
    )
    found: dict[uuid.UUID, tuple[uuid.UUID, ...]] = {}
    for customer_id, person_id in session.execute(wanted.order_by(Contact.person_id)):
        found[customer_id] = (*found.get(customer_id, ()), person_id)
    return found


def _whose(of_all: bool, of_own: bool) -> Whose:  # noqa: FBT001 (two columns of a row)
    return Whose.ALL if of_all else Whose.OWN if of_own else Whose.NONE


def _readers(
    session: Session,
    customer_id: uuid.UUID,
    payer_id: uuid.UUID,
    of_all: InstrumentedAttribute[bool],
    of_own: InstrumentedAttribute[bool],
) -> tuple[uuid.UUID, ...]:
    is_own = sa.and_(Contact.person_id == payer_id, of_own)
    wanted = sa.select(Contact.person_id).where(
        Contact.customer_id == customer_id, Contact.is_active, sa.or_(of_all, is_own)
    )
    return tuple(session.scalars(wanted.order_by(Contact.person_id)))
