"""Many use the same credit in the same moment; and the proof that without locks they collide."""

import uuid
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from foundation.database import Transaction
from foundation.money import Money
from receivables.actions.allocation import Claim
from receivables.actions.credit import use_credit
from receivables.actions.receipts import receive_card
from receivables.errors import NoCreditLeft
from serve import postgres
from tests.factories.books import (
    a_credit_note,
    an_account,
    an_invoice,
    open_minor,
    unapplied_minor,
)
from tests.races import at_once

CREDIT, EACH, ROUNDS = 10_000, 6_000, 8


@dataclass(frozen=True)
class Outcome:
    """What a round came to: what was used of the credit, and how often the database had to stop."""

    used: int
    refused: int
    stopped: int


def a_round(transaction: Transaction, users: int, source: str) -> Outcome:
    """So many colleagues use one credit, each for an invoice of their own."""
    with transaction() as session:
        account = an_account(session)
        invoices = [an_invoice(session, account, EACH) for _ in range(users)]
        if source == "credit note":
            a_credit_note(session, account, CREDIT)
        else:
            receive_card(
                session,
                ledger_id=account.ledger_id,
                customer_id=account.customer_id,
                amount=Money(CREDIT, "EUR"),
                deed=account.deed(),
            )

    def user(invoice_id):
        with transaction(lock={"customer": [account.customer_id]}) as session:
            return use_credit(
                session,
                ledger_id=account.ledger_id,
                currency="EUR",
                claims=[Claim(invoice_id=invoice_id, amount=Money(EACH, "EUR"))],
                operation_id=uuid.uuid4(),
                deed=account.deed(),
            )

    outcomes = at_once([lambda one=one: user(one) for one in invoices])
    paid = sum(EACH - open_minor(transaction, one) for one in invoices)
    assert paid + unapplied_minor(transaction, account.customer_id) == CREDIT
    return Outcome(
        used=paid,
        refused=sum(isinstance(one, NoCreditLeft) for one in outcomes),
        stopped=sum(isinstance(one, DBAPIError) for one in outcomes),
    )


SOURCES = ("money", "credit note")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("users", [2, 8])
def test_credit_used_by_many_at_once_is_used_once(database, users, source):
    outcome = a_round(database.transaction(postgres.APP), users, source)

    assert outcome == Outcome(used=CREDIT, refused=users - 2, stopped=0)


@pytest.mark.parametrize("source", SOURCES)
def test_without_locks_the_database_itself_must_stop_them(database, source):
    """The control: with the locks off the race must happen, or the test above proves nothing."""
    careless = database.transaction(postgres.APP, locking=False)

    raced = sum(a_round(careless, 4, source).stopped > 0 for _ in range(ROUNDS))

    assert raced >= ROUNDS / 2
    with database.engine(postgres.OWNER).connect() as owner:
        for table in ("receipt", "credit_note"):
            below = f"SELECT count(*) FROM {table} WHERE unapplied_minor < 0"
            assert owner.execute(sa.text(below)).scalar_one() == 0
