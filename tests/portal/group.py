"""A head office with two branches: Ada manages head office and Nord, Ben pays at head office, Cleo
looks after Sud, and Dan is the admin of a company that has nothing to do with them.
"""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask

from foundation.database import Transaction
from people.queries.persons import person_of
from receivables.actions.customers import add_contact, open_account
from receivables.models import ContactRole
from tests.clocks import FixedClock
from tests.factories.books import Account, a_colleague, a_deed, an_account
from tests.portal.page_client import PageClient
from tests.portal.readers import let_in

VIEWER, PAYER, ADMIN = ContactRole.VIEWER, ContactRole.PAYER, ContactRole.ADMIN


@dataclass(frozen=True, kw_only=True)
class Group:
    """The companies and their people."""

    app: Flask
    clock: FixedClock
    transaction: Transaction  # as quittance_app
    ada: Account
    ben: Account
    cleo: Account
    dan: Account
    nord: uuid.UUID

    @property
    def sud(self) -> uuid.UUID:
        """The branch Ada has no right to."""
        return self.cleo.customer_id

    def reader(self, account: Account) -> PageClient:
        """A browser in which that contact is signed in."""
        client = PageClient(self.app)
        return let_in(client, self.transaction, account, at=self.clock.now())

    def join(self, account: Account, customer_id: uuid.UUID, role: ContactRole) -> None:
        """Give a person a right on one more account."""
        with self.transaction() as session:
            add_contact(
                session,
                customer_id=customer_id,
                person_id=account.person_id,
                role=role,
                deed=a_deed(),
            )

    def email_of(self, account: Account) -> str:
        """Where that person gets mail."""
        with self.transaction() as session:
            return person_of(session, account.person_id).email

    def roles_of(self, email: str) -> dict[uuid.UUID, str]:
        """Customer -> role of whoever has this address, as the tables have it."""
        wanted = sa.text(
            "SELECT customer_id, role FROM contact JOIN person ON person.id = person_id"
            " WHERE email = :email AND contact.is_active"
        )
        with self.transaction() as session:
            return {row.customer_id: row.role for row in session.execute(wanted, {"email": email})}

    def audit(self) -> list[str]:
        """What was done, in order."""
        with self.transaction() as session:
            return list(session.scalars(sa.text("SELECT action FROM audit_event ORDER BY seq")))


def a_group(app: Flask, clock: FixedClock, transaction: Transaction) -> Group:
    """The whole group, committed."""
    with transaction() as session:
        ada = an_account(session, name="Brightwell", role=ADMIN)
        branches = [
            open_account(
                session,
                number=f"B-{name}",
                name=f"Brightwell {name}",
                language="en",
                country="FR",
                net_days=30,
                parent_id=ada.customer_id,
                deed=a_deed(),
            )
            for name in ("Nord", "Sud")
        ]
        group = Group(
            app=app,
            clock=clock,
            transaction=transaction,
            ada=ada,
            ben=a_colleague(session, ada.customer_id, name="Ben Okafor"),
            cleo=a_colleague(session, branches[1], role=ADMIN, name="Cleo Marsh"),
            dan=an_account(session, name="Harbour & Sons", role=ADMIN),
            nord=branches[0],
        )
        rename = sa.text("UPDATE person SET name = 'Ada Lind' WHERE id = :id")
        session.execute(rename, {"id": ada.person_id})
    group.join(ada, group.nord, ADMIN)
    return group
