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
    INTEGRITY,
    NOT_NULL,
    connected,
    control,
    journal_row,
    line_rows,
    state_of,
)

BOTH_SIDES = [control("D", 500), control("C", 500)]
ROLES = [postgres.APP, postgres.PORTAL, postgres.OWNER]


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
