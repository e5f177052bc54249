"""Ledgers, terms, customers and the rights of their contacts."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from receivables.errors import CustomerNumberTaken
from receivables.models import Contact, ContactRole, Customer, Ledger, PaymentTerms


def open_ledger(session: Session, *, code: str, name: str, country: str) -> uuid.UUID:
    """Add a legal entity of the seller."""
    ledger = Ledger(id=uuid.uuid4(), code=code, name=name, country=country)
    session.add(ledger)
    session.flush()  # rows that name it follow as plain inserts
    return ledger.id


def terms_of_days(session: Session, net_days: int) -> uuid.UUID:
    """The terms "net n days", made on first use."""
    known = sa.select(PaymentTerms.id).where(PaymentTerms.code == f"NET{net_days}")
    found = session.scalars(known).one_or_none()
    if found:
        return found
    terms = PaymentTerms(id=uuid.uuid4(), code=f"NET{net_days}", net_days=net_days)
    session.add(terms)
    session.flush()  # rows that name it follow as plain inserts
    return terms.id


def open_account(
    session: Session,
    *,
    number: str,
    name: str,
    language: str,
    country: str,
    net_days: int,
    deed: Deed,
    parent_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Let a company buy on account. Raises CustomerNumberTaken."""
    if session.scalars(sa.select(Customer.id).where(Customer.number == number)).one_or_none():
        raise CustomerNumberTaken(number)
    customer = Customer(
        id=uuid.uuid4(),
        number=number,
        name=name,
        parent_id=parent_id,
        language=language,
        country=country,
        terms_id=terms_of_days(session, net_days),
        created_at=deed.at,
    )
    session.add(customer)
    session.flush()  # rows that name it follow as plain inserts
    record(session, "customer.opened", object_id=customer.id, deed=deed, facts={"number": number})
    return customer.id


def add_contact(
    session: Session,
    *,
    customer_id: uuid.UUID,
    person_id: uuid.UUID,
    role: ContactRole,
    deed: Deed,
    gets_receipts: bool = True,
) -> uuid.UUID:
    """Give a person a right on a customer's account."""
    contact = Contact(
        id=uuid.uuid4(),
        customer_id=customer_id,
        person_id=person_id,
        role=role,
        gets_receipts=gets_receipts,
        created_at=deed.at,
    )
    session.add(contact)
    session.flush()  # a basket may name it in the same transaction
    record(session, "contact.added", object_id=contact.id, deed=deed, facts={"role": role})
    return contact.id
