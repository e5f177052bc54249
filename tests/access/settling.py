"""How the town comes to be, by the product's own actions."""

import uuid

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from foundation.clock import Clock
from foundation.settings import Settings
from foundation.web.requests import Wiring
from payments.basket.actions import put_in_basket
from payments.card.gateway import StripeGateway
from payments.card.sync import abandon_payment
from people.actions.credentials import set_password
from people.passwords import password_hash
from portal.app import create_app
from receivables.actions.customers import open_account, open_ledger
from receivables.models import ContactRole
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from serve import postgres
from tests.access.town import PASSWORD, Company, Town, join, mark, new_person
from tests.clocks import FixedClock
from tests.databases import AUDIT_KEY, Database
from tests.factories.books import Account, a_deed, an_original
from tests.factories.work import a_desk, an_api

PAGE_AND_MORE = 52  # invoices of a company: its list has a second page, so that there are cursors
SEATS = ("viewer", "payer", "admin", "colleague", "half", "gone_person", "gone_contact")


def town_settings(database: Database, var: str) -> Settings:
    """What both faces would read from their environment."""
    return Settings.from_environment(
        {
            "QUITTANCE_MODE": "test",
            "DATABASE_URL": database.app_url,
            "DATABASE_PORTAL_URL": database.portal_url,
            "QUITTANCE_AUDIT_KEY": AUDIT_KEY.decode(),
            "QUITTANCE_SELLER_NAME": "The Seller",
            "QUITTANCE_VAR": var,
        }
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
    return join(session, company, person_id, role)


def _person(town: Town, session: Session, letter: str) -> uuid.UUID:
    person_id = new_person(session, letter)
    set_password(session, person_id=person_id, secret_hash=town.secret_hash, deed=a_deed())
    return person_id


def _loners(town: Town) -> None:
    """Who acts for two companies, and who acts for none."""
    nobody = uuid.uuid4()
    with town.books() as session:
        both = _person(town, session, "n")
        join(session, town.companies["c"], both, "payer")
        town.loners["both"] = join(session, town.companies["a"], both, "payer")
        stranger = _person(town, session, "n")
    town.loners["nobody"] = Account(
        customer_id=nobody, contact_id=nobody, person_id=stranger, ledger_id=nobody
    )


def _live(town: Town, company: Company) -> None:
    """Pay, be declined, wait, pay what does not fit, call one off, and fill baskets."""
    payer, colleague = company.people["payer"], company.people["colleague"]
    first, second, third, fourth, fifth, sixth, seventh, *_rest, last = company.invoices
    company.paid = town.begin_payment(payer, first, 4_000)
    town.payer_at(company.paid).decline()
    town.sync(payer, company.paid)
    town.payer_at(company.paid).pay()
    town.sync(payer, company.paid)
    company.declined = town.begin_payment(payer, second, 3_000)
    town.payer_at(company.declined).decline()
    town.sync(payer, company.declined)
    _pay_too_little(town, colleague, third)
    _call_off(town, payer, fifth)
    company.waiting = town.begin_payment(colleague, fourth, 2_000)
    company.receipt_id = town.rows(
        "SELECT receipt_id FROM card_payment WHERE id = :id", id=company.paid
    )[0][0]
    with town.books() as session:
        company.credit_note_id = town.credit(session, company, sixth)
        an_original(session, payer, first, text=mark(company.letter))
    company.method_id = town.save_method(payer)
    town.save_method(colleague, is_saved=False)  # its page is open
    asks = town.save_method(colleague, "4000002760003184")
    company.confirming = town.begin_payment(payer, seventh, 700, saved_method_id=asks)
    town.invite(company.letter)
    town.begun_by_link(company.letter)
    town.a_passkey(payer)
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


def _call_off(town: Town, account: Account, invoice_id: uuid.UUID) -> None:
    """A payment that nobody wanted in the end."""
    payment_id = town.begin_payment(account, invoice_id, 500)
    abandon_payment(town.books, town.gateway, payment_id=payment_id, deed=town.deed(account))


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
