"""I1, I16, I25: what the database demands of a journal at COMMIT, whoever wrote it."""

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from foundation.audit import record
from receivables.models import Journal, JournalLine
from serve import postgres
from tests.receivables.attempts import (
    CHECK,
    DENIED,
    INTEGRITY,
    NOT_NULL,
    connected,
    control,
    journal_row,
    line_rows,
    state_of,
)

BOTH_SIDES = [control("D", 500), control("C", 500)]
ROLES = [postgres.APP, postgres.OWNER]


def post(standing, role, lines, *, is_recorded=True, **different):
    """Write a journal by hand in one transaction of that role and let it commit."""
    account, journal_id = standing.alice.account, uuid.uuid4()
    transaction = standing.database.transaction(role)
    with transaction(customer=account.customer_id) as session:
        row = journal_row(journal_id, account, **different)
        session.execute(sa.insert(Journal).inline().values(row))
        if lines:
            rows = line_rows(journal_id, lines)
            session.execute(sa.insert(JournalLine).values(rows).inline())
        if is_recorded:
            record(session, "test.posted", object_id=journal_id, deed=account.deed())
    return journal_id


def refused(standing, role, lines, **different):
    with pytest.raises(DBAPIError) as refusal:
        post(standing, role, lines, **different)
    return state_of(refusal.value), str(refusal.value.orig)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "lines",
    [
        [control("D", 500), control("C", 499)],
        [control("D", 500), control("D", 500)],
        [control("D", 500), control("C", 300), control("C", 201)],
        [control("D", 500, currency="EUR"), control("C", 500, currency="USD")],
        [*BOTH_SIDES, control("D", 7, currency="JPY"), control("C", 8, currency="JPY")],
    ],
    ids=["one cent short", "one side", "three lines", "two currencies", "one of two currencies"],
)
def test_debits_equal_credits_in_every_currency(standing, role, lines):
    state, words = refused(standing, role, lines)

    assert state == INTEGRITY
    assert "does not balance" in words


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("lines", [[], [control("D", 500)]], ids=["none", "one"])
def test_a_journal_has_two_lines(standing, role, lines):
    state, words = refused(standing, role, lines)

    assert state == INTEGRITY
    assert "fewer than two lines" in words


@pytest.mark.parametrize("minor", [0, -500])
def test_every_line_is_of_a_positive_amount(standing, minor):
    state, _words = refused(standing, postgres.APP, [control("D", minor), control("C", minor)])

    assert state == CHECK


@pytest.mark.parametrize("role", ROLES)
def test_lines_cannot_join_a_journal_that_was_written_before(standing, role):
    written = post(standing, postgres.APP, BOTH_SIDES)
    later = line_rows(written, [control("D", 1), control("C", 1)], first=3)
    customer = standing.alice.account.customer_id

    with (
        connected(standing.database, role, customer=customer) as connection,
        pytest.raises(DBAPIError) as refusal,
    ):
        connection.execute(sa.insert(JournalLine).values(later).inline())

    assert state_of(refusal.value) == INTEGRITY
    assert "complete once it is written" in str(refusal.value.orig)


@pytest.mark.parametrize("role", ROLES)
def test_a_journal_without_an_audit_row_is_refused(standing, role):
    state, words = refused(standing, role, BOTH_SIDES, is_recorded=False)

    assert state == INTEGRITY
    assert "has no audit row" in words


def test_an_audit_row_of_another_transaction_does_not_count(standing):
    post(standing, postgres.APP, BOTH_SIDES)

    state, words = refused(standing, postgres.APP, BOTH_SIDES, is_recorded=False)

    assert (state, "has no audit row" in words) == (INTEGRITY, True)


def test_one_fact_is_booked_once(standing):
    source_id = uuid.uuid4()
    post(standing, postgres.APP, BOTH_SIDES, source_id=source_id)

    state, _words = refused(standing, postgres.APP, BOTH_SIDES, source_id=source_id)

    assert state == "23505"


def test_a_journal_is_reversed_once(standing):
    reversed_id = post(standing, postgres.APP, BOTH_SIDES)
    post(standing, postgres.APP, BOTH_SIDES, reverses_id=reversed_id)

    state, _words = refused(standing, postgres.APP, BOTH_SIDES, reverses_id=reversed_id)

    assert state == "23505"


def test_somebody_always_did_it(standing):
    with standing.database.engine(postgres.OWNER).connect() as connection:
        nullable = connection.scalars(
            sa.text(
                "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND column_name IN ('actor_id', 'request_id', 'started_by')"
                " AND is_nullable = 'YES'"
            )
        ).all()

    state, _words = refused(standing, postgres.APP, BOTH_SIDES, actor_id=None)
    assert state == NOT_NULL
    assert nullable == []


def add_a_line_late(standing, role):
    """Let the balance be checked before COMMIT, then write one line more."""
    account, journal_id = standing.alice.account, uuid.uuid4()
    late = [{**line, "position": 3} for line in line_rows(journal_id, [control("D", 7)])]
    with standing.database.transaction(role)(customer=account.customer_id) as session:
        row = journal_row(journal_id, account)
        session.execute(sa.insert(Journal).inline().values(row))
        session.execute(sa.insert(JournalLine).values(line_rows(journal_id, BOTH_SIDES)).inline())
        record(session, "test.posted", object_id=journal_id, deed=account.deed())
        session.info["at_commit"].pop("audit")(session)
        session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
        session.execute(sa.insert(JournalLine).values(late).inline())


@pytest.mark.parametrize("role", ROLES)
def test_no_line_joins_a_journal_after_its_balance_was_checked(standing, role):
    with pytest.raises(DBAPIError, match="written at once"):
        add_a_line_late(standing, role)


@pytest.mark.parametrize("kind", ["invoice_issued", "allocation_reversed", "allocation"])
def test_the_portal_books_nothing_but_card_money_and_where_it_goes(standing, kind):
    with pytest.raises(DBAPIError) as refusal:
        post(standing, postgres.PORTAL, BOTH_SIDES, kind=kind)

    assert state_of(refusal.value) == DENIED


FULL_RECEIPT = (
    "INSERT INTO receipt (id, ledger_id, customer_id, amount_minor, unapplied_minor, currency,"
    " received_on, method, created_at) VALUES (gen_random_uuid(), :ledger, :customer, 500, 500,"
    " 'EUR', '2026-11-12', 'card', now())"
)


@pytest.mark.parametrize("role", [*ROLES, postgres.PORTAL])
def test_a_receipt_has_nothing_on_it_but_by_a_journal(standing, role):
    account = standing.alice.account
    ids = {"ledger": account.ledger_id, "customer": account.customer_id}
    with (
        connected(standing.database, role, customer=account.customer_id) as connection,
        pytest.raises(DBAPIError, match="the journal fills a receipt"),
    ):
        connection.execute(sa.text(FULL_RECEIPT), ids)
