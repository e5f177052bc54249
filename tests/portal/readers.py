"""Who reads the portal in tests, and what they share."""

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass

from flask import Flask

from foundation.database import Transaction, TransactionFactory
from people.actions.web_sessions import Visitor, choose_company, start_session
from people.models import Face, Proof
from sandbox.stripe.world import StripeWorld
from tests.clocks import FixedClock
from tests.factories.books import Account, a_colleague, an_account, an_invoice
from tests.portal.page_client import PageClient

VISITOR = Visitor(face=Face.PORTAL, address="192.0.2.7", agent="Firefox on a test")
_ledgers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class World:
    """A portal, the books behind it, and the card company beside it."""

    app: Flask
    clock: FixedClock
    transaction: Transaction  # as quittance_app
    stripe: StripeWorld

    def customer(self, **wanted) -> Account:
        """A customer with a ledger of its own: its invoices may carry any number."""
        with self.transaction() as session:
            return an_account(session, ledger=f"T{next(_ledgers)}", **wanted)

    def colleague(self, account: Account, **wanted) -> Account:
        """One more contact of the same customer."""
        with self.transaction() as session:
            return a_colleague(session, account.customer_id, **wanted)

    def invoice(self, account: Account, minor: int = 10_000, **wanted) -> uuid.UUID:
        """An issued invoice."""
        with self.transaction() as session:
            return an_invoice(session, account, minor, **wanted)

    def reader(self, account: Account, **wanted) -> PageClient:
        """A browser in which that contact is signed in."""
        client = PageClient(self.app, **wanted)
        return let_in(client, self.transaction, account, at=self.clock.now())


def let_in(
    client: PageClient, transaction: TransactionFactory, account: Account, *, at: dt.datetime
) -> PageClient:
    """Sign the contact in without the sign-in page, which has tests of its own."""
    deed = account.deed(at)
    with transaction() as session:
        started = start_session(
            session, language="en", proof=Proof.PASSWORD, visitor=VISITOR, deed=deed
        )
        choose_company(
            session, session_id=started.session_id, customer_id=account.customer_id, deed=deed
        )
    with client.http.session_transaction() as cookie:
        cookie["_user_id"] = started.token
    return client
