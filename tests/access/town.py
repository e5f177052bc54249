"""Companies whose every text says whose it is, on the portal and the face of machines.

Company "a" and company "b" have the same past; "c" is the parent of "a", and nobody of "a" may
read a word of it. Whatever a row of theirs can hold as text holds a marker of that company.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pyotp
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from foundation.database import Transaction
from foundation.deed import Deed
from foundation.money import Money
from foundation.settings import Settings
from jobs.desk import Desk
from payments.basket.actions import put_in_basket
from payments.card.begin_saving import SetupOrder, begin_saving
from payments.card.gateway import StripeGateway
from payments.card.saved_method import MethodKind
from payments.card.saving import sync_method
from payments.card.sync import sync_payment
from payments.links.actions import make_pay_link
from people.actions.credentials import set_password
from people.actions.persons import create_person
from people.actions.second_factors import begin_codes, begun_secret
from people.models import PersonKind
from people.passkeys import Owner, Site, add_passkey, options_to_add
from receivables.actions.allocation import Claim
from receivables.actions.credit import apply_credit_note
from receivables.actions.credit_notes import CreditNoteDraft, issue_credit_note
from receivables.actions.customers import add_contact
from receivables.actions.invitations import invite
from receivables.actions.invoices import InvoiceDraft, LineDraft, issue_invoices
from receivables.actions.receipts import receive_card
from receivables.models import ContactRole, CreditReason
from sandbox.stripe.world import StripeWorld
from serve import postgres
from tests.clocks import FixedClock
from tests.databases import Database
from tests.factories.books import Account, a_deed
from tests.factories.card import session_of, start
from tests.people.authenticator import Device

PASSWORD = "seven quiet herons"
NEW_PASSWORD = "nine loud bitterns"
# Words that stand nowhere else: a text with a foreign one was taken from a foreign row.
MARKERS = {"a": "qaxz", "b": "qbxz", "c": "qcxz", "n": "qnxz"}
_numbers = itertools.count(1)


def mark(letter: str) -> str:
    """A word that only this company has, and that stands in one place only."""
    return f"{MARKERS[letter]}{next(_numbers):04d}"


@dataclass(kw_only=True)
class Company:
    """One customer: its people by seat, and one object of every kind."""

    letter: str
    customer_id: uuid.UUID
    ledger_id: uuid.UUID
    people: dict[str, Account] = field(default_factory=dict)
    invoices: list[uuid.UUID] = field(default_factory=list)
    waiting: uuid.UUID | None = None  # a payment whose page is open
    declined: uuid.UUID | None = None
    paid: uuid.UUID | None = None
    receipt_id: uuid.UUID | None = None
    credit_note_id: uuid.UUID | None = None
    method_id: uuid.UUID | None = None  # a saved card
    confirming: uuid.UUID | None = None  # a payment by one whose bank wants the payer


@dataclass(kw_only=True)
class Town:
    """The companies, both faces and the card company."""

    database: Database
    settings: Settings
    clock: FixedClock
    world: StripeWorld
    gateway: StripeGateway
    books: Transaction  # as quittance_app
    portal: Flask
    desk: Desk
    api: Flask
    secret_hash: str
    companies: dict[str, Company] = field(default_factory=dict)
    loners: dict[str, Account] = field(default_factory=dict)  # people of several companies or none

    def letter_of(self, account: Account) -> str:
        """Whose marker this person's rows carry."""
        if account in self.loners.values():
            return "n"
        return next(
            one.letter for one in self.companies.values() if one.customer_id == account.customer_id
        )

    def deed(self, account: Account) -> Deed:
        """Something that person does; even the request carries a marker."""
        return replace(account.deed(self.clock.now()), request_id=mark(self.letter_of(account)))

    def invoice(self, letter: str, minor: int = 10_000, **wanted: object) -> uuid.UUID:
        """One more invoice of a company."""
        with self.books() as session:
            return self.issue(session, self.companies[letter], [minor], **wanted)[0]

    def issue(
        self, session: Session, company: Company, minors: list[int], **wanted: object
    ) -> list[uuid.UUID]:
        """Invoices of these minor units, each with two lines, each with words of its own."""
        drafts = [_draft(company, minor, **wanted) for minor in minors]
        return issue_invoices(session, drafts, deed=a_deed())

    def credit(self, session: Session, company: Company, invoice_id: uuid.UUID) -> uuid.UUID:
        """A credit note for that invoice, with words of its own, half of it used for it."""
        letter = company.letter
        invoice = _draft(company, 1_000)
        draft = CreditNoteDraft(
            ledger_id=company.ledger_id,
            customer_id=company.customer_id,
            number=mark(letter),
            reason=CreditReason.GOODS_RETURNED,
            issued_on=dt.date(2026, 10, 5),
            currency="EUR",
            lines=invoice.lines,
            invoice_id=invoice_id,
        )
        note_id = issue_credit_note(session, draft, deed=a_deed())
        apply_credit_note(
            session,
            credit_note_id=note_id,
            claims=[Claim(invoice_id=invoice_id, amount=Money(500, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=a_deed(subject_id=company.customer_id),
        )
        return note_id

    def begin_payment(
        self, account: Account, invoice_id: uuid.UUID, minor: int = 100, **wanted: object
    ) -> uuid.UUID:
        """Press "Pay", whoever pressed it how often before."""
        self.forget_attempts()
        started = start(
            self.books,
            self.gateway,
            account,
            {invoice_id: minor},
            at=self.clock.now(),
            address=mark(self.letter_of(account)),
            **wanted,
        )
        return started.payment_id

    def payer_at(self, payment_id: uuid.UUID):
        """Whoever stands at the page of a payment."""
        return self.world.payer(session_of(self.books, payment_id))

    def save_method(
        self, account: Account, number: str = "4242424242424242", *, is_saved: bool = True
    ) -> uuid.UUID:
        """A card that this person has saved, or is about to."""
        self.forget_attempts()
        order = SetupOrder(
            operation_id=uuid.uuid4(),
            contact_id=account.contact_id,
            kind=MethodKind.CARD,
            language="en",
            address=mark(self.letter_of(account)),
            return_url=lambda one: f"http://localhost:8000/saved-methods/{one}/return",
        )
        deed = self.deed(account)
        saving = begin_saving(self.books, self.gateway, order=order, deed=deed)
        if is_saved:
            self.world.payer(saving.page_url.rsplit("/", 1)[-1]).save(number)
            sync_method(self.books, self.gateway, method_id=saving.method_id, deed=deed)
        return saving.method_id

    def sync(self, account: Account, payment_id: uuid.UUID) -> None:
        """Come back from the page."""
        sync_payment(self.books, self.gateway, payment_id=payment_id, deed=self.deed(account))

    def forget_attempts(self) -> None:
        """Let nobody meet a limit: those have tests of their own."""
        with self.books() as session:
            session.execute(sa.text("DELETE FROM attempt"))

    def fill_basket(self, account: Account, letter: str) -> uuid.UUID:
        """Let one fresh invoice be all that lies in this contact's basket."""
        self.empty_basket(account)
        invoice_id = self.invoice(letter)
        with self.books() as session:
            put_in_basket(
                session,
                contact_id=account.contact_id,
                invoice_ids=[invoice_id],
                deed=self.deed(account),
            )
        return invoice_id

    def give_credit(self, account: Account, letter: str) -> None:
        """As much money of this customer, settling nothing yet, as one basket of ours can use."""
        company = self.companies[letter]
        with self.books() as session:
            receive_card(
                session,
                ledger_id=company.ledger_id,
                customer_id=account.customer_id,
                amount=Money(5_000, "EUR"),
                deed=self.deed(account),
            )

    def empty_basket(self, account: Account) -> None:
        """Take everything out."""
        gone = sa.text("DELETE FROM basket_item WHERE contact_id = :contact")
        with self.books() as session:
            session.execute(gone, {"contact": account.contact_id})

    def give_password(self, account: Account) -> None:
        """From now on this person's password is PASSWORD."""
        with self.books() as session:
            set_password(
                session,
                person_id=account.person_id,
                secret_hash=self.secret_hash,
                deed=self.deed(account),
            )

    def newcomer(self, letter: str) -> Account:
        """One more contact of a company, to be changed or removed."""
        company = self.companies[letter]
        with self.books() as session:
            return join(session, company, new_person(session, letter), ContactRole.VIEWER)

    def invite(self, letter: str, *, days_ago: int = 0) -> uuid.UUID:
        """An invitation of the company's admin to somebody we do not know."""
        company, admin = self.companies[letter], self.companies[letter].people["admin"]
        deed = self.deed(admin)
        with self.books() as session:
            return invite(
                session,
                email=f"{mark(letter)}@{mark(letter)}.example",
                role=ContactRole.VIEWER,
                account_ids=[company.customer_id],
                deed=replace(deed, at=deed.at - dt.timedelta(days=days_ago)),
            )

    def pay_link(self, letter: str) -> tuple[uuid.UUID, uuid.UUID]:
        """A pay link of the company's payer for a fresh invoice; its id and the invoice's."""
        company, payer = self.companies[letter], self.companies[letter].people["payer"]
        with self.books() as session:
            invoice_id = self.issue(session, company, [10_000])[0]
            made = make_pay_link(
                session,
                operation_id=uuid.uuid4(),
                email=f"{mark(letter)}@{mark(letter)}.example",
                spoken="en",
                invoice_id=[invoice_id],
                contact_id=payer.contact_id,
                deed=self.deed(payer),
            )
        return made, invoice_id

    def begun_by_link(self, letter: str) -> tuple[uuid.UUID, uuid.UUID]:
        """A pay link, and a payment its holder has begun."""
        link_id, invoice_id = self.pay_link(letter)
        payer = self.companies[letter].people["payer"]
        started = start(
            self.books,
            self.gateway,
            payer,
            {invoice_id: 10_000},
            at=self.clock.now(),
            address=mark(letter),
            contact_id=None,
            pay_link_id=link_id,
        )
        return link_id, started.payment_id

    def without_app(self, account: Account) -> None:
        """This person's sign-in asks for no code."""
        with self.books() as session:
            for table in ("code_secret", "recovery_code"):
                gone = sa.text(f"DELETE FROM {table} WHERE person_id = :id")
                session.execute(gone, {"id": account.person_id})

    def begin_app(self, account: Account, *, confirmed: bool = False) -> str:
        """An app this person is setting up, or has set up; the code it shows now."""
        self.forget_attempts()
        self.without_app(account)
        with self.books() as session:
            begin_codes(session, deed=self.deed(account))
            secret = begun_secret(session, deed=self.deed(account))
            if confirmed:
                past = sa.text(
                    "UPDATE code_secret SET confirmed_at = created_at WHERE person_id = :id"
                )
                session.execute(past, {"id": account.person_id})
        return pyotp.TOTP(secret).at(self.clock.now())

    @property
    def site(self) -> Site:
        """For whom passkeys of this portal are."""
        settings = self.settings
        return Site(
            origin=settings.portal_url, name=settings.seller_name, keys=settings.secret_keys
        )

    def options_to_add(self, account: Account) -> str:
        """What the page for a new passkey of this person carries."""
        owner = Owner(person_id=account.person_id, email="a@b.example", name="A B", known=())
        return options_to_add(self.site, owner, deed=self.deed(account))

    def a_passkey(self, account: Account) -> Device:
        """A device with the only passkey of this person."""
        with self.books() as session:
            gone = sa.text("DELETE FROM passkey WHERE person_id = :id")
            session.execute(gone, {"id": account.person_id})
        device, word = Device(), mark(self.letter_of(account))
        answer = device.make(self.options_to_add(account))
        add_passkey(self.books, site=self.site, answer=answer, name=word, deed=self.deed(account))
        return device

    def a_passkey_id(self, account: Account) -> uuid.UUID:
        """The id of a passkey made just now."""
        self.a_passkey(account)
        wanted = "SELECT id FROM passkey WHERE person_id = :id"
        return self.rows(wanted, id=account.person_id)[0][0]

    def rows(self, statement: str, **values: object) -> list[sa.Row]:
        """What stands in the tables, seen by their owner."""
        with self.database.engine(postgres.OWNER).connect() as connection:
            return list(connection.execute(sa.text(statement), values))


def new_person(session: Session, letter: str) -> uuid.UUID:
    """Somebody whose name and address are a company's words."""
    person = create_person(
        session,
        email=f"{mark(letter)}@{mark(letter)}.example",
        name=mark(letter),
        language="en",
        kind=PersonKind.CONTACT,
        deed=a_deed(),
    )
    return person.id


def join(session: Session, company: Company, person_id: uuid.UUID, role: str) -> Account:
    """A right of that person on the company's account."""
    contact_id = add_contact(
        session,
        customer_id=company.customer_id,
        person_id=person_id,
        role=ContactRole(role),
        deed=a_deed(),
    )
    return Account(
        customer_id=company.customer_id,
        contact_id=contact_id,
        person_id=person_id,
        ledger_id=company.ledger_id,
    )


def _draft(company: Company, minor: int, **wanted: object) -> InvoiceDraft:
    letter = company.letter
    given = {"currency": "EUR", "due_on": dt.date(2026, 10, 31), "number": mark(letter), **wanted}
    currency = str(given["currency"])
    zero = Money(0, currency)
    lines = [
        LineDraft(
            description=mark(letter), quantity=mark(letter), unit=mark(letter), net=net, tax=zero
        )
        for net in (Money(minor, currency), zero)
    ]
    return InvoiceDraft(
        ledger_id=company.ledger_id,
        customer_id=company.customer_id,
        purchase_order=mark(letter),
        issued_on=dt.date(2026, 10, 1),
        lines=lines,
        **given,
    )


def tables(database: Database) -> Iterator[str]:
    """Every table there is."""
    wanted = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    with database.engine(postgres.OWNER).connect() as connection:
        yield from connection.scalars(sa.text(wanted)).all()
