"""Who a customer is and who may act for it."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from receivables.models import Contact, Customer, Ledger, PaymentTerms, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One customer as its own people see it."""

    id: uuid.UUID
    number: str
    name: str
    language: str
    country: str
    terms_days: int
    parent_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRight:
    """A person's right on one account."""

    contact_id: uuid.UUID
    customer_id: uuid.UUID
    customer_name: str
    customer_number: str
    parent_id: uuid.UUID | None  # of the customer: its head office
    role: str


def account_of(session: Session, *, customer_id: uuid.UUID) -> Account:
    """The customer; whoever asks has already shown the right to it."""
    parent = aliased(Customer)
    wanted = (
        sa.select(Customer, PaymentTerms.net_days, parent.name)
        .join(PaymentTerms, PaymentTerms.id == Customer.terms_id)
        .outerjoin(parent, parent.id == Customer.parent_id)
        .where(Customer.id == customer_id)
    )
    customer, net_days, parent_name = session.execute(wanted).one()
    return Account(
        id=customer.id,
        number=customer.number,
        name=customer.name,
        language=customer.language,
        country=customer.country,
        terms_days=net_days,
        parent_name=parent_name,
    )


def contacts_of_person(session: Session, *, person_id: uuid.UUID) -> tuple[ContactRight, ...]:
    """The accounts a person may act on, by name; needs transaction(person=…) in the portal."""
    wanted = (
        sa.select(
            Contact.id.label("contact_id"),
            Contact.role,
            Customer.id.label("customer_id"),
            Customer.name.label("customer_name"),
            Customer.number.label("customer_number"),
            Customer.parent_id,
        )
        .join(Customer, Customer.id == Contact.customer_id)
        .where(Contact.person_id == person_id, Contact.is_active)
        .order_by(Customer.name, Customer.number)
    )
    return tuple(ContactRight(**row._mapping) for row in session.execute(wanted))


def standing_of_customer(session: Session, *, customer_id: uuid.UUID) -> Standing:
    """Whether its money may meet its invoices without a person of ours."""
    wanted = sa.select(Customer.standing).where(Customer.id == customer_id)
    return Standing(session.execute(wanted).scalar_one())


def is_credit_blocked(session: Session, *, customer_id: uuid.UUID) -> bool:
    """Whether only our people say what its credit settles: it is insolvent."""
    return standing_of_customer(session, customer_id=customer_id) == Standing.INSOLVENT


def ledger_or_first(session: Session, ledger_id: uuid.UUID | None) -> uuid.UUID:
    """That ledger if there is one, else the first by code: money always has a place."""
    wanted = sa.select(Ledger.id).order_by(Ledger.id != ledger_id, Ledger.code).limit(1)
    return session.scalars(wanted).one()
