"""Ledgers, terms, customers and the rights of their contacts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.deed import Deed
from foundation.rows import among, insert_rows
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDraft:
    """A customer as it shall be."""

    number: str
    name: str
    language: str
    country: str
    net_days: int
    parent_id: uuid.UUID | None


def open_accounts(
    session: Session, drafts: Sequence[AccountDraft], *, deed: Deed
) -> list[uuid.UUID]:
    """Let many companies buy on account. Raises CustomerNumberTaken, and then none may."""
    numbers = [draft.number for draft in drafts]
    taken = sa.select(Customer.number).where(among(Customer.number, numbers)).limit(1)
    if found := session.scalars(taken).one_or_none():
        raise CustomerNumberTaken(found)
    ids = [uuid.uuid4() for _ in drafts]
    terms = {days: terms_of_days(session, days) for days in {draft.net_days for draft in drafts}}
    rows = [
        {
            "id": customer_id,
            **_columns(draft, terms[draft.net_days]),
            "number": draft.number,
            "created_at": deed.at,
        }
        for customer_id, draft in zip(ids, drafts, strict=True)
    ]
    insert_rows(session, Customer, rows)
    for customer_id, number in zip(ids, numbers, strict=True):
        whose = replace(deed, subject_id=customer_id)
        record(
            session, "customer.opened", object_id=customer_id, deed=whose, facts={"number": number}
        )
    return ids


def change_account(
    session: Session, *, customer_id: uuid.UUID, wanted: AccountDraft, deed: Deed
) -> bool:
    """Bring name, language, country, terms and parent to what is wanted; whether any differed.

    The caller holds the customer's lock. The number never changes.
    """
    customer = session.get_one(Customer, customer_id)
    differing = {
        name: value
        for name, value in _columns(wanted, terms_of_days(session, wanted.net_days)).items()
        if getattr(customer, name) != value
    }
    if not differing:
        return False
    facts: dict[str, Fact] = {}
    for name, value in differing.items():
        facts |= {f"{name}_was": _plain(getattr(customer, name)), name: _plain(value)}
        setattr(customer, name, value)
    session.flush()  # the caller's next query must see it
    whose = replace(deed, subject_id=customer_id)
    record(session, "customer.changed", object_id=customer_id, deed=whose, facts=facts)
    return True


def _columns(draft: AccountDraft, terms_id: uuid.UUID) -> dict[str, object]:
    return {
        "name": draft.name,
        "parent_id": draft.parent_id,
        "language": draft.language,
        "country": draft.country,
        "terms_id": terms_id,
    }


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def add_contact(
    session: Session,
    *,
    customer_id: uuid.UUID,
    person_id: uuid.UUID,
    role: ContactRole,
    deed: Deed,
    gets_receipts: bool = True,
) -> uuid.UUID:
    """Give a person a right on a customer's account; `gets_receipts`, and news, of all payments."""
    contact = Contact(
        id=uuid.uuid4(),
        customer_id=customer_id,
        person_id=person_id,
        role=role,
        gets_receipts=gets_receipts,
        gets_news=gets_receipts,
        created_at=deed.at,
    )
    session.add(contact)
    session.flush()  # a basket may name it in the same transaction
    record(session, "contact.added", object_id=contact.id, deed=deed, facts={"role": role})
    return contact.id
