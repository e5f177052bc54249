"""A portal with Marie of one company and Noor of two behind its doors, and nothing to pay."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation.clock import Clock
from foundation.database import Transaction
from foundation.settings import Settings
from people.link_tokens import link_token
from people.models import Person
from people.sign_in import ask_for_link
from receivables.actions.customers import add_contact, open_account
from receivables.models import Contact, ContactRole
from tests.people.people import PASSWORD, a_deed, a_person, deactivate
from tests.portal.page_client import PageClient

MARIE, NOOR, NOBODY = "marie@brightwell.example", "noor@harbour.example", "who@brightwell.example"


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The app, and what stands behind it."""

    app: Flask
    clock: Clock  # the served one runs, all others stand still
    settings: Settings
    transaction: Transaction  # as quittance_app
    marie_id: uuid.UUID
    noor_id: uuid.UUID
    companies: tuple[uuid.UUID, uuid.UUID]

    def browser(self, **given: str) -> PageClient:
        """A browser nobody has signed in with."""
        return PageClient(self.app, **given)

    def signed_in(self, email: str = MARIE) -> PageClient:
        """A browser somebody has signed in with."""
        browser = self.browser()
        browser.sign_in(email, PASSWORD)
        return browser

    def try_password(
        self, browser: PageClient, email: str, password: str, **more: str
    ) -> TestResponse:
        """Press "Sign in" and look at the bare answer."""
        form = browser.get("/sign-in").form_to("/sign-in")
        return browser.send(form, {"email": email, "password": password, **more})

    def disable_contact(self, person_id: uuid.UUID, customer_id: uuid.UUID) -> None:
        """End a person's right on one account."""
        chosen = sa.and_(Contact.person_id == person_id, Contact.customer_id == customer_id)
        with self.transaction() as session:
            session.execute(sa.update(Contact).where(chosen).values(is_active=False))

    def disable_person(self, person_id: uuid.UUID) -> None:
        """Nobody may sign in as this person any more."""
        deactivate(self.transaction, person_id)

    def rows(self, statement: str) -> list[sa.Row]:
        """What stands in the database."""
        with self.transaction() as session:
            return list(session.execute(sa.text(statement)))

    def link_for(self, email: str) -> str:
        """Ask for a one-time link; the path that the mail leads to."""
        ask_for_link(self.transaction, email=email, address="192.0.2.7", deed=a_deed(self.clock))
        newest = "SELECT id FROM sign_in_link WHERE used_at IS NULL ORDER BY created_at DESC"
        return f"/sign-in/link/{link_token(self.rows(newest)[0].id, self.settings.secret_keys)}"


def open_doors(app: Flask, settings: Settings, clock: Clock, transaction: Transaction) -> Doors:
    """Two companies; Marie pays for the first, Noor for both."""
    with transaction() as session:
        marie = a_person(session, clock, MARIE)
        noor = a_person(session, clock, NOOR, name="Noor Visser", language="fr")
        first = _company(session, clock, "C-1001", "Brightwell Ltd")
        second = _company(session, clock, "C-1002", "Harbour & Sons")
        for person, customer_id in ((marie, first), (noor, first), (noor, second)):
            _let_in(session, clock, person, customer_id)
    return Doors(
        app=app,
        clock=clock,
        settings=settings,
        transaction=transaction,
        marie_id=marie.id,
        noor_id=noor.id,
        companies=(first, second),
    )


def _company(session: Session, clock: Clock, number: str, name: str) -> uuid.UUID:
    return open_account(
        session,
        number=number,
        name=name,
        language="en",
        country="FR",
        net_days=30,
        deed=a_deed(clock),
    )


def _let_in(session: Session, clock: Clock, person: Person, customer_id: uuid.UUID) -> None:
    add_contact(
        session,
        customer_id=customer_id,
        person_id=person.id,
        role=ContactRole.PAYER,
        deed=a_deed(clock),
    )
