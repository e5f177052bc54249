"""A seller, customers, people and invoices, made by the product's own actions."""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import TransactionFactory
from foundation.deed import SYSTEM_ID, Deed
from foundation.money import Money
from people.models import Person
from receivables.actions.credit_notes import CreditNoteDraft, issue_credit_note
from receivables.actions.customers import add_contact, open_account, open_ledger
from receivables.actions.invoices import InvoiceDraft, LineDraft, issue_invoices
from receivables.actions.originals import OriginalDraft, keep_originals
from receivables.discounts import DiscountTerms
from receivables.models import ContactRole, CreditNote, CreditReason, Invoice, Ledger, Receipt
from receivables.queries.verify import CHECKS, failing

_numbers = itertools.count(1)
NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)


def a_deed(
    *,
    subject_id: uuid.UUID | None = None,
    actor_id: uuid.UUID = SYSTEM_ID,
    at: dt.datetime = NOW,
    on: dt.date | None = None,
) -> Deed:
    """Something done by the system, unless a person is named."""
    return Deed(
        actor_id=actor_id, subject_id=subject_id, request_id="test", at=at, on=on or at.date()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer with one contact."""

    customer_id: uuid.UUID
    contact_id: uuid.UUID
    person_id: uuid.UUID
    ledger_id: uuid.UUID

    def deed(self, at: dt.datetime = NOW, on: dt.date | None = None) -> Deed:
        """Something the contact does on the own account."""
        return a_deed(subject_id=self.customer_id, actor_id=self.person_id, at=at, on=on)


def a_ledger(session: Session, code: str = "FR01") -> uuid.UUID:
    """The seller's legal entity of that code, made on first use."""
    known = session.scalars(sa.select(Ledger.id).where(Ledger.code == code)).one_or_none()
    return known or open_ledger(session, code=code, name=f"Seller {code}", country="FR")


def a_person(session: Session, name: str | None = None, language: str = "en") -> uuid.UUID:
    """Somebody with an address of their own."""
    number = next(_numbers)
    person = Person(
        id=uuid.uuid4(),
        email=f"person{number}-{uuid.uuid4().hex[:6]}@example.com",
        name=name or f"Person {number}",
        language=language,
        kind="contact",
        is_active=True,
    )
    session.add(person)
    session.flush()  # contacts name the person
    return person.id


def an_account(
    session: Session,
    *,
    name: str | None = None,
    role: ContactRole = ContactRole.PAYER,
    ledger: str = "FR01",
    language: str = "en",
) -> Account:
    """A customer with one contact of that role."""
    number = f"C{next(_numbers):05d}"
    customer_id = open_account(
        session,
        number=number,
        name=name or f"Customer {number}",
        language=language,
        country="FR",
        net_days=30,
        deed=a_deed(),
    )
    return a_colleague(session, customer_id, role=role, ledger=ledger, language=language)


def a_colleague(
    session: Session,
    customer_id: uuid.UUID,
    *,
    role: ContactRole = ContactRole.PAYER,
    ledger: str = "FR01",
    language: str = "en",
    name: str | None = None,
) -> Account:
    """One more contact of a customer."""
    person_id = a_person(session, name=name, language=language)
    contact_id = add_contact(
        session, customer_id=customer_id, person_id=person_id, role=role, deed=a_deed()
    )
    return Account(
        customer_id=customer_id,
        contact_id=contact_id,
        person_id=person_id,
        ledger_id=a_ledger(session, ledger),
    )


def a_draft(
    account: Account,
    minor: int = 10_000,
    *,
    currency: str = "EUR",
    number: str | None = None,
    issued_on: dt.date = dt.date(2026, 10, 1),
    due_on: dt.date = dt.date(2026, 10, 31),
    purchase_order: str | None = None,
    lines: Sequence[int] | None = None,
    discount: DiscountTerms | None = None,
) -> InvoiceDraft:
    """An invoice to be of so many minor units, in one line unless told."""
    return InvoiceDraft(
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        number=number or f"INV-{next(_numbers):06d}",
        purchase_order=purchase_order,
        issued_on=issued_on,
        due_on=due_on,
        currency=currency,
        discount=discount,
        lines=[
            LineDraft(
                description=f"Goods {position}",
                quantity="1",
                unit="pc",
                net=Money(amount, currency),
                tax=Money(0, currency),
            )
            for position, amount in enumerate(lines or [minor], start=1)
        ],
    )


def an_invoice(session: Session, account: Account, minor: int = 10_000, **wanted) -> uuid.UUID:
    """An issued invoice of so many minor units."""
    [invoice_id] = issue_invoices(session, [a_draft(account, minor, **wanted)], deed=a_deed())
    return invoice_id


def a_credit_note(
    session: Session,
    account: Account,
    minor: int = 1_000,
    *,
    invoice_id: uuid.UUID | None = None,
    currency: str = "EUR",
    number: str | None = None,
    reason: CreditReason = CreditReason.GOODS_RETURNED,
    issued_on: dt.date = dt.date(2026, 10, 12),
    lines: Sequence[int] | None = None,
) -> uuid.UUID:
    """An issued credit note of so many minor units, in one line unless told."""
    draft = CreditNoteDraft(
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        number=number or f"CN-{next(_numbers):06d}",
        reason=reason,
        issued_on=issued_on,
        currency=currency,
        lines=a_draft(account, minor, currency=currency, lines=lines).lines,
        invoice_id=invoice_id,
    )
    return issue_credit_note(session, draft, deed=a_deed())


def open_minor(transaction: TransactionFactory, invoice_id: uuid.UUID) -> int:
    """What is open on an invoice now."""
    with transaction() as session:
        return session.scalars(sa.select(Invoice.open_minor).where(Invoice.id == invoice_id)).one()


def unapplied_minor(transaction: TransactionFactory, customer_id: uuid.UUID) -> int:
    """The customer's credit now, over all receipts and credit notes."""
    with transaction() as session:
        return sum(
            session.scalars(
                sa.select(sa.func.coalesce(sa.func.sum(one.unapplied_minor), 0)).where(
                    one.customer_id == customer_id
                )
            ).one()
            for one in (Receipt, CreditNote)
        )


def disagreements(session: Session) -> list[str]:
    """What the checks of the books find before the commit, which writes the audit rows."""
    return [one for one in failing(session, CHECKS) if "no audit row" not in one]


def a_pdf(text: str) -> bytes:
    """A small whole PDF, of a page on which this stands."""
    drawn = f"BT /F 12 Tf 40 40 Td ({text}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 80]/Contents 4 0 R/Resources"
        b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
    )
    whole, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        whole
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size %d>>\n"
        % (
            size,
            table,
            size,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(whole)
    )


def an_original(session: Session, account: Account, invoice_id: uuid.UUID, text: str = "") -> bytes:
    """The seller's own PDF of an invoice in euro; what is in it."""
    content = a_pdf(text or invoice_id.hex)
    draft = OriginalDraft(
        invoice_id=invoice_id,
        customer_id=account.customer_id,
        currency="EUR",
        name=f"{text or invoice_id.hex}.pdf",
        content=content,
    )
    keep_originals(session, [draft], deed=a_deed(subject_id=account.customer_id))
    return content
