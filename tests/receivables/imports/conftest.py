"""A database that has a seller and two customers, for tests of imports."""

import pytest
import sqlalchemy as sa

from receivables.actions.customers import open_ledger
from receivables.imports.customers import import_customers
from receivables.models import Customer, Invoice, InvoiceLine
from tests.factories.books import a_deed
from tests.receivables.imports import files


def furnish(transaction):
    """A ledger FR01 and the customers C1 (net 30 days) and C2."""
    with transaction() as session:
        open_ledger(session, code="FR01", name="Seller FR", country="FR")
    content = files.customers({}, {"number": "C2", "name": "Smith Ltd", "language": "en"})
    import_customers(transaction, content, deed=a_deed())
    return transaction


@pytest.fixture
def books(transaction):
    """A transaction factory over a seller's books, the test's own."""
    return furnish(transaction)


@pytest.fixture(scope="module")
def shared_books(clones):
    """The same for a module whose tests store nothing."""
    with clones() as database:
        yield furnish(database.transaction())


@pytest.fixture
def customer_of(books):
    """The row of a customer by its number."""

    def found(number):
        with books() as session:
            return session.scalars(sa.select(Customer).where(Customer.number == number)).one()

    return found


@pytest.fixture
def invoices_of_books(books):
    """Every invoice by its number, with its lines in order."""

    def found():
        with books() as session:
            lines = session.scalars(sa.select(InvoiceLine).order_by(InvoiceLine.position)).all()
            return {
                invoice.number: (invoice, [line for line in lines if line.invoice_id == invoice.id])
                for invoice in session.scalars(sa.select(Invoice))
            }

    return found
