"""Companies whose every text says whose it is, on the portal and the face of machines.

Company "a" and company "b" have the same past; "c" is the parent of "a", and nobody of "a" may
read a word of it. Whatever a row of theirs can hold as text holds a marker of that company.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from foundation.clock import Clock
from foundation.database import Transaction
from foundation.deed import Deed
from foundation.money import Money
from foundation.settings import Settings
from foundation.web.requests import Wiring
from jobs.desk import Desk
from payments.basket.actions import put_in_basket
from payments.card.gateway import StripeGateway
from payments.card.sync import sync_payment
from people.actions.credentials import set_password
from people.actions.persons import create_person
from people.models import PersonKind
from people.passwords import password_hash
from portal.app import create_app
from receivables.actions.customers import add_contact, open_account, open_ledger
from receivables.actions.invoices import InvoiceDraft, LineDraft, issue_invoices
from receivables.models import ContactRole
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from serve import postgres
from tests.clocks import FixedClock
from tests.databases import Database
from tests.factories.books import Account, a_deed
from tests.factories.card import session_of, start
from tests.factories.work import a_desk, an_api

PASSWORD = "seven quiet herons"
NEW_PASSWORD = "nine loud bitterns"
PAGE_AND_MORE = 52  # invoices of a company: its list has a second page, so that there are cursors
# Words that stand nowhere else: a text with a foreign one was taken from a foreign row.
MARKERS = {"a": "qaxz", "b": "qbxz", "c": "qcxz", "n": "qnxz"}
SEATS = ("viewer", "payer", "admin", "colleague", "gone_person", "gone_contact")
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

    def begin_payment(self, account: Account, invoice_id: uuid.UUID, minor: int = 100) -> uuid.UUID:
        """Press "Pay", whoever pressed it how often before."""
        self.forget_attempts()
        started = start(
            self.books,
            self.gateway,
            account,
            {invoice_id: minor},
            at=self.clock.now(),
            address=mark(self.letter_of(account)),
        )
        return started.payment_id

    def payer_at(self, payment_id: uuid.UUID):
        """Whoever stands at the page of a payment."""
        return self.world.payer(session_of(self.books, payment_id))

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

    def rows(self, statement: str, **values: object) -> list[sa.Row]:
        """What stands in the tables, seen by their owner."""
        with self.database.engine(postgres.OWNER).connect() as connection:
            return list(connection.execute(sa.text(statement), values))


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


def a_town(database: Database, settings: Settings) -> Town:
    """The whole town, committed."""
    clock = FixedClock()
    world = StripeWorld(clock.now)
    gateway = StripeGateway(world.client(), webhook_secrets=[DEFAULT_SIGNING])
    books = database.transaction(postgres.APP)
    desk = a_desk(clock, books, gateway, settings)
    town = Town(
        database=database,
        settings=settings,
        clock=clock,
        world=world,
        gateway=gateway,
        books=books,
        portal=_portal(database, settings, clock, gateway),
        desk=desk,
        api=an_api(desk),
        secret_hash=password_hash(PASSWORD, email="", name=""),
    )
    for letter, parent in (("c", None), ("a", "c"), ("b", None)):
        _settle(town, letter, parent)
    _loners(town)
    for letter in ("a", "b"):
        _live(town, town.companies[letter])
    _let_go(town)
    return town


def _portal(database: Database, settings: Settings, clock: Clock, gateway: StripeGateway) -> Flask:
    return create_app(
        Wiring(
            settings=settings,
            clock=clock,
            transaction=database.transaction(postgres.PORTAL),
            gateway=gateway,
        )
    )


def _settle(town: Town, letter: str, parent: str | None) -> None:
    """A company with its people and its open invoices, under a ledger of its own."""
    with town.books() as session:
        ledger_id = open_ledger(session, code=mark(letter), name=mark(letter), country="FR")
        customer_id = open_account(
            session,
            number=mark(letter),
            name=mark(letter),
            language="en",
            country="FR",
            net_days=30,
            parent_id=town.companies[parent].customer_id if parent else None,
            deed=a_deed(),
        )
        company = Company(letter=letter, customer_id=customer_id, ledger_id=ledger_id)
        town.companies[letter] = company
        for seat in SEATS:
            role = seat if seat in set(ContactRole) else ContactRole.PAYER
            company.people[seat] = _contact(town, session, company, role)
        company.invoices = town.issue(session, company, [10_000] * PAGE_AND_MORE)


def _contact(town: Town, session: Session, company: Company, role: str) -> Account:
    person_id = _person(town, session, company.letter)
    return _join(session, company, person_id, role)


def _person(town: Town, session: Session, letter: str) -> uuid.UUID:
    person = create_person(
        session,
        email=f"{mark(letter)}@{mark(letter)}.example",
        name=mark(letter),
        language="en",
        kind=PersonKind.CONTACT,
        deed=a_deed(),
    )
    set_password(session, person_id=person.id, secret_hash=town.secret_hash, deed=a_deed())
    return person.id


def _join(session: Session, company: Company, person_id: uuid.UUID, role: str) -> Account:
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


def _loners(town: Town) -> None:
    """Who acts for two companies, and who acts for none."""
    nobody = uuid.uuid4()
    with town.books() as session:
        both = _person(town, session, "n")
        _join(session, town.companies["c"], both, "payer")
        town.loners["both"] = _join(session, town.companies["a"], both, "payer")
        stranger = _person(town, session, "n")
    town.loners["nobody"] = Account(
        customer_id=nobody, contact_id=nobody, person_id=stranger, ledger_id=nobody
    )


def _live(town: Town, company: Company) -> None:
    """Pay, be declined, wait, pay what does not fit, and fill baskets."""
    payer, colleague = company.people["payer"], company.people["colleague"]
    first, second, third, fourth, *_rest, last = company.invoices
    company.paid = town.begin_payment(payer, first, 4_000)
    town.payer_at(company.paid).decline()
    town.sync(payer, company.paid)
    town.payer_at(company.paid).pay()
    town.sync(payer, company.paid)
    company.declined = town.begin_payment(payer, second, 3_000)
    town.payer_at(company.declined).decline()
    town.sync(payer, company.declined)
    _pay_too_little(town, colleague, third)
    company.waiting = town.begin_payment(colleague, fourth, 2_000)
    company.receipt_id = town.rows(
        "SELECT receipt_id FROM card_payment WHERE id = :id", id=company.paid
    )[0][0]
    for account in (payer, company.people["admin"], colleague):
        with town.books() as session:
            put_in_basket(
                session,
                contact_id=account.contact_id,
                invoice_ids=[last],
                deed=town.deed(account),
            )


def _pay_too_little(town: Town, account: Account, invoice_id: uuid.UUID) -> None:
    """The provider took another amount: the money is kept apart and a case is opened."""
    payment_id = town.begin_payment(account, invoice_id, 1_000)
    town.payer_at(payment_id).pay()
    charge = town.world.account.store.all("charge")[-1]
    town.world.account.store.save(charge | {"amount_captured": 900})
    town.sync(account, payment_id)


def _let_go(town: Town) -> None:
    """One person may not sign in any more; one contact may not act any more."""
    for company in town.companies.values():
        gone = {"person": company.people["gone_person"], "contact": company.people["gone_contact"]}
        with town.books() as session:
            session.execute(
                sa.text("UPDATE person SET is_active = false WHERE id = :id"),
                {"id": gone["person"].person_id},
            )
            session.execute(
                sa.text("UPDATE contact SET is_active = false WHERE id = :id"),
                {"id": gone["contact"].contact_id},
            )


def tables(database: Database) -> Iterator[str]:
    """Every table there is."""
    wanted = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    with database.engine(postgres.OWNER).connect() as connection:
        yield from connection.scalars(sa.text(wanted)).all()
