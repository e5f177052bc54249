"""I10: a card payment moves along its table only, in Python and in the database alike."""

import itertools
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from foundation.audit import record
from foundation.money import Money
from payments.card.errors import IllegalMove
from payments.card.models import (
    FORCED,
    MOVES,
    SETTLED,
    UNDERWAY,
    CardPayment,
    CardPaymentEdge,
    CardPaymentState,
)
from payments.card.moves import move, next_check, note_move
from receivables.actions.receipts import receive_card
from tests.factories.books import NOW, a_deed, an_account
from tests.factories.card import an_order

S = CardPaymentState
PAIRS = list(itertools.product(S, S))
PAID = {S.SUCCEEDED, S.REVIEW}


@pytest.fixture(scope="module")
def world(clones):
    """A database with one customer, in which no test commits."""
    with clones() as database:
        transaction = database.transaction()
        with transaction() as session:
            account = an_account(session)
        yield database, account


@pytest.fixture
def books(world):
    """A session that is rolled back, and the customer."""
    database, account = world
    with database.engine("quittance_app").connect() as connection:
        session = sa.orm.Session(connection)
        session.info["audit_key"] = b"key"
        yield session, account
        session.close()


def a_payment(session, account, state):
    """A payment that stands in `state`, however it came there."""
    receipt_id = None
    if state in PAID:
        receipt_id = receive_card(
            session,
            ledger_id=account.ledger_id,
            customer_id=account.customer_id,
            amount=Money(500, "EUR"),
            deed=account.deed(),
        ).receipt_id
    order = an_order(account, {uuid.uuid4(): 500})
    payment = CardPayment(
        id=uuid.uuid4(),
        customer_id=account.customer_id,
        ledger_id=account.ledger_id,
        amount_minor=500,
        currency="EUR",
        state=state,
        version=1,
        operation_id=order.operation_id,
        body_hash=order.body_hash,
        return_url="http://localhost:8000/",
        language="en",
        contact_id=account.contact_id,
        started_by=account.person_id,
        address="203.0.113.9",
        created_at=NOW,
        expires_at=NOW,
        receipt_id=receipt_id,
    )
    session.add(payment)
    session.flush()
    return payment


def another_receipt(session, account):
    return receive_card(
        session,
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        amount=Money(500, "EUR"),
        deed=account.deed(),
    ).receipt_id


def written(session, account, payment, new):
    """Change the state by plain SQL, with a receipt where the new state has one."""
    receipt_id = payment.receipt_id if new in PAID else None
    if new in PAID and receipt_id is None:
        receipt_id = another_receipt(session, account)
    statement = (
        "UPDATE card_payment SET state = :new, version = version + 1, receipt_id = :receipt"
        " WHERE id = :id"
    )
    session.execute(sa.text(statement), {"new": new.value, "receipt": receipt_id, "id": payment.id})


def test_the_database_holds_the_same_table(books):
    session, _account = books
    stored = {
        (edge.from_state, edge.to_state, edge.is_forced)
        for edge in session.scalars(sa.select(CardPaymentEdge))
    }

    ours = {
        (old.value, new.value, is_forced)
        for table, is_forced in ((MOVES, False), (FORCED, True))
        for old, news in table.items()
        for new in news
    }
    assert stored == ours


def test_paid_states_absorb_and_every_state_is_settled_or_underway():
    assert all(not MOVES[state] and state not in FORCED for state in PAID)
    assert set(S) == UNDERWAY | SETTLED
    assert all(next_check(state, 0, NOW) is None for state in SETTLED)
    assert all(next_check(state, n, NOW) > NOW for state in UNDERWAY for n in range(20))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_the_database_lets_a_state_change_along_an_edge_only(books, old, new):
    session, account = books
    payment = a_payment(session, account, old)
    is_allowed = new in MOVES[old] or new == old  # standing still is no move

    refused = False
    try:
        written(session, account, payment, new)
    except DBAPIError as error:
        refused = "does not move" in str(error.orig)

    assert refused is not is_allowed


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_our_own_code_refuses_the_same_moves(books, old, new):
    session, account = books
    payment = a_payment(session, account, old)

    refused = False
    try:
        move(session, payment, new, deed=account.deed(), receipt_id=uuid.uuid4())
    except IllegalMove:
        refused = True

    assert refused is (new not in MOVES[old])


@pytest.mark.parametrize(
    ("old", "new"), [(old, new) for old, news in FORCED.items() for new in news]
)
@pytest.mark.parametrize("reason", [None, "the money came after all"])
def test_a_forced_edge_needs_its_reason_in_the_history(books, old, new, reason):
    session, account = books
    payment = a_payment(session, account, old)
    note_move(session, payment, old, new, deed=a_deed(), reason=reason)

    refused = False
    try:
        written(session, account, payment, new)
    except DBAPIError as error:
        refused = "does not move" in str(error.orig)

    assert refused is (reason is None)


@pytest.mark.parametrize(
    "change",
    [
        "version = version",
        "version = version + 2",
        "version = version - 1",
    ],
)
def test_a_payment_changes_one_version_at_a_time(books, change):
    session, account = books
    payment = a_payment(session, account, S.AWAITING_PAYER)

    with pytest.raises(DBAPIError, match="out of order"):
        session.execute(
            sa.text(f"UPDATE card_payment SET {change}, checks = 1 WHERE id = :id"),
            {"id": payment.id},
        )


@pytest.mark.parametrize("state", S)
def test_a_payment_has_a_receipt_exactly_when_it_is_paid(books, state):
    session, account = books
    payment = a_payment(session, account, S.AWAITING_PAYER)
    receipt_id = None if state in PAID else another_receipt(session, account)
    statement = (
        "UPDATE card_payment SET state = :new, version = version + 1, receipt_id = :receipt"
        " WHERE id = :id"
    )
    record(session, "test", object_id=None, deed=a_deed())

    with pytest.raises(DBAPIError):
        session.execute(
            sa.text(statement), {"new": state.value, "receipt": receipt_id, "id": payment.id}
        )
