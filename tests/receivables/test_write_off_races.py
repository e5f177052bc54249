"""Several of our people give the same invoice up at once; and the proof that locks are needed."""

from collections import Counter

from sqlalchemy.exc import DBAPIError

from receivables.actions.write_offs import write_off
from receivables.errors import WriteOffBeyondOpen
from receivables.models import WriteOffReason
from serve import postgres
from tests.factories.books import an_account, an_invoice, disagreements, open_minor
from tests.races import at_once

PEOPLE, ROUNDS = 4, 6


def a_round(transaction):
    """How often one invoice was given up, refused, and stopped by the database itself."""
    with transaction() as session:
        account = an_account(session)
        invoice = an_invoice(session, account, 10_000)

    def give_up():
        with transaction(lock={"customer": [account.customer_id]}) as session:
            return write_off(
                session,
                invoice_id=invoice,
                reason=WriteOffReason.GOODWILL,
                deed=account.deed(),
            )

    outcomes = at_once([give_up] * PEOPLE)
    assert open_minor(transaction, invoice) == 0
    return Counter(
        "refused"
        if isinstance(one, WriteOffBeyondOpen)
        else "stopped"
        if isinstance(one, DBAPIError)
        else "done"
        for one in outcomes
    )


def test_an_invoice_is_given_up_once_whoever_else_does_it_too(database):
    transaction = database.transaction(postgres.APP)

    assert a_round(transaction) == {"done": 1, "refused": PEOPLE - 1}


def test_without_locks_the_database_itself_must_stop_them(database):
    """The control: with the locks off the race must happen, or the test above proves nothing."""
    careless = database.transaction(postgres.APP, locking=False)

    raced = sum(a_round(careless)["stopped"] > 0 for _ in range(ROUNDS))

    assert raced >= ROUNDS / 2
    with careless() as session:
        assert disagreements(session) == []
