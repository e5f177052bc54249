"""A statement's figures and its lines are of one moment, whatever is booked in between."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from foundation.paging import Cut
from receivables.queries.standing import Books, standing_items, standing_of
from tests.factories.books import NOW, an_account, an_invoice


def read_around_a_booking(transaction, *, snapshot):
    """What a statement owes above, and what its lines come to when one is booked in between."""
    with transaction() as session:
        account = an_account(session)
        an_invoice(session, account, 10_000)
    books = Books(customer_id=account.customer_id, ledger_id=account.ledger_id, currency="EUR")
    with transaction(customer=account.customer_id, snapshot=snapshot) as session:
        owed = standing_of(session, books=books, on=NOW.date()).owed
        with transaction() as meanwhile:
            an_invoice(meanwhile, account, 500)
        lines = standing_items(session, books=books, on=NOW.date(), cut=Cut()).rows
    return owed.minor, sum(line.still_open.minor for line in lines)


def test_lines_add_up_to_the_figure_above_them(transaction):
    assert read_around_a_booking(transaction, snapshot=True) == (10_000, 10_000)


def test_without_a_snapshot_they_would_not(transaction):
    """The control: else the test above proves nothing."""
    assert read_around_a_booking(transaction, snapshot=False) == (10_000, 10_500)


def test_whoever_only_reads_cannot_write(transaction):
    with pytest.raises(DBAPIError), transaction(snapshot=True) as session:
        session.execute(sa.text("DELETE FROM basket_item"))


def test_the_next_transaction_may_write_again(transaction):
    with transaction(snapshot=True) as session:
        session.execute(sa.text("SELECT 1"))

    with transaction() as session:
        an_account(session)
