"""Customers of the served product: who may sign in, and what they owe."""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from foundation.money import Money
from people.actions.credentials import set_password
from people.actions.persons import create_person
from people.models import PersonKind
from people.passwords import password_hash
from receivables.actions.customers import add_contact, open_account
from receivables.actions.invoices import InvoiceDraft, LineDraft, issue_invoices
from receivables.models import ContactRole
from tests.browser.served import Product
from tests.factories.books import Account, a_deed, a_ledger

PASSWORD = "seven quiet herons"
_hash = password_hash(PASSWORD, email="", name="")  # once: it costs more than all the rest
_numbers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Payer:
    """A contact who may pay for one company."""

    account: Account
    email: str
    language: str


@dataclass(frozen=True)
class Bill:
    """An invoice to be: minor units, and days until it is due (negative: overdue)."""

    minor: int
    _: KW_ONLY
    due: int = -3
    currency: str = "EUR"
    number: str | None = None
    order: str | None = None
    goods: str = "Sealing rings"


def a_payer(
    product: Product,
    *bills: Bill,
    language: str = "en",
    name: str = "Marie Roche",
    company: str = "Brightwell Ltd",
    ledger: str = "FR01",
    of: Payer | None = None,
) -> Payer:
    """A customer with these invoices and somebody to pay them; `of`: a colleague of that one."""
    at, number = product.clock.now(), next(_numbers)
    deed = a_deed(at=at, on=product.clock.today())
    email = f"payer{number}@brightwell.example"
    with product.books() as session:
        person = create_person(
            session, email=email, name=name, language=language, kind=PersonKind.CONTACT, deed=deed
        )
        set_password(session, person_id=person.id, secret_hash=_hash, deed=deed)
        customer_id = (
            of.account.customer_id
            if of
            else open_account(
                session,
                number=f"C-{number:05}",
                name=company,
                language=language,
                country="FR",
                net_days=30,
                deed=deed,
            )
        )
        contact_id = add_contact(
            session,
            customer_id=customer_id,
            person_id=person.id,
            role=ContactRole.PAYER,
            deed=deed,
        )
        account = Account(
            customer_id=customer_id,
            contact_id=contact_id,
            person_id=person.id,
            ledger_id=a_ledger(session, ledger),
        )
    bill(product, account, *bills)
    return Payer(account=account, email=email, language=language)


def bill(product: Product, account: Account, *bills: Bill) -> Sequence[uuid.UUID]:
    """Issue these invoices to the account."""
    deed = a_deed(at=product.clock.now(), on=product.clock.today())
    drafts = [_draft(account, one, product.clock.today()) for one in bills]
    with product.books() as session:
        return issue_invoices(session, drafts, deed=deed) if drafts else []


def _draft(account: Account, one: Bill, today: dt.date) -> InvoiceDraft:
    due_on = today + dt.timedelta(days=one.due)
    return InvoiceDraft(
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        number=one.number or f"INV-{next(_numbers):05}",
        purchase_order=one.order,
        issued_on=min(due_on, today) - dt.timedelta(days=20),
        due_on=due_on,
        currency=one.currency,
        lines=[
            LineDraft(
                description=one.goods,
                quantity="1",
                unit="pc",
                net=Money(one.minor, one.currency),
                tax=Money(0, one.currency),
            )
        ],
    )
