"""I2, I3, I5, I7, I14: no role changes what is booked, nor writes a balance by hand."""

import itertools
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from serve import postgres
from tests.receivables.attempts import (
    CHECK,
    DENIED,
    FOREIGN_KEY,
    INTEGRITY,
    connected,
    refusal,
    state_of,
)

ROLES = [postgres.APP, postgres.PORTAL, postgres.OWNER]
APPEND_ONLY = {
    "journal": "reason = 'other'",
    "journal_line": "amount_minor = amount_minor + 1",
    "allocation": "amount_minor = amount_minor + 1",
    "adjustment": "amount_minor = amount_minor + 1",
    "exchange": "to_minor = to_minor + 1",
    "invoice_line": "description = 'other'",
    "credit_note_line": "description = 'other'",
    "invoice_original": "name = 'other'",
    "audit_event": "action = 'other'",
    "card_payment_item": "amount_minor = amount_minor + 1",
    "card_payment_move": "reason = 'other'",
    "card_attempt": "decline_code = 'other'",
    "provider_effect": "effect = 'other'",
    "provider_event": "payload = '{}'",
}
TRIALS = [
    (role, statement)
    for role, (table, change) in itertools.product(ROLES, APPEND_ONLY.items())
    for statement in (
        f"UPDATE {table} SET {change}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    )
]
# What our own roles must not touch although it is not append-only: amounts, owners, balances.
BY_HAND = (
    "UPDATE invoice SET open_minor = 0",
    "UPDATE invoice SET total_minor = 1",
    "UPDATE invoice SET due_on = '2030-01-01'",
    "DELETE FROM invoice",
    "UPDATE receipt SET unapplied_minor = 0",
    "UPDATE receipt SET amount_minor = 1",
    "DELETE FROM receipt",
    "UPDATE credit_note SET unapplied_minor = total_minor",
    "UPDATE credit_note SET total_minor = 1",
    "UPDATE credit_note SET invoice_id = NULL",
    "DELETE FROM credit_note",
    "UPDATE open_balance SET open_minor = 0",
    "DELETE FROM open_balance",
    "UPDATE account_day SET change_minor = 0",
    "INSERT INTO account_day SELECT * FROM account_day",
    "DELETE FROM account_day",
    "UPDATE invoice SET open_until = open_from",
    "UPDATE receipt SET open_until = open_from",
    "UPDATE card_payment SET amount_minor = 1",
    "UPDATE card_payment SET customer_id = customer_id",
    "DELETE FROM card_payment",
    "UPDATE card_payment_edge SET is_forced = false",
    "DELETE FROM provider_event",
    "DELETE FROM payment_case",
)


def event_is_stored(standing):
    """The inbox holds a message, so that changing one is tried on something."""
    with standing.transaction() as session:
        session.execute(
            sa.text(
                "INSERT INTO provider_event (id, type, payload, received_at)"
                " VALUES ('evt_kept', 'charge.succeeded', '{\"a\": 1}', now())"
                " ON CONFLICT DO NOTHING"
            )
        )


@pytest.mark.parametrize(("role", "statement"), TRIALS)
def test_what_is_written_once_stays(standing, role, statement):
    event_is_stored(standing)

    expected = INTEGRITY if role == postgres.OWNER else DENIED
    assert refusal(standing.database, role, statement) == expected


@pytest.mark.parametrize("role", [postgres.APP, postgres.PORTAL])
@pytest.mark.parametrize("statement", BY_HAND)
def test_no_role_of_ours_writes_an_amount_by_hand(standing, role, statement):
    assert refusal(standing.database, role, statement) == DENIED


def test_the_worker_may_say_that_a_message_is_done_and_nothing_else(standing):
    event_is_stored(standing)

    done = refusal(standing.database, postgres.APP, "UPDATE provider_event SET done_at = now()")
    moved = refusal(standing.database, postgres.APP, "UPDATE provider_event SET payment_id = NULL")

    assert (done, moved) == ("", DENIED)


def test_every_table_with_journals_or_history_is_in_the_list(standing):
    """A table that gets the append-only trigger must be tried here too."""
    with standing.database.engine(postgres.OWNER).connect() as connection:
        guarded = connection.scalars(
            sa.text(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
                " WHERE tgname LIKE 'append_only%'"
            )
        ).all()

    by_truncate_only = {"invoice", "receipt", "credit_note", "card_refund", "card_dispute"}
    assert set(guarded) == set(APPEND_ONLY) | by_truncate_only


@pytest.mark.parametrize("open_minor", [-1, 10_001])
def test_open_stays_within_the_total_even_for_the_owner(standing, open_minor):
    statement = "UPDATE invoice SET open_minor = :minor WHERE id = :id"

    state = refusal(
        standing.database,
        postgres.OWNER,
        statement,
        minor=open_minor,
        id=standing.alice.untouched,
    )

    assert state == CHECK


def receipt_of(standing, past):
    with standing.transaction() as session:
        wanted = "SELECT receipt_id FROM card_payment WHERE id = :id"
        return session.scalars(sa.text(wanted), {"id": past.payment_id}).one()


def allocation(standing, **different):
    """An allocation of Alice's receipt to Alice's invoice, written by hand, with differences."""
    alice = standing.alice
    with standing.transaction() as session:
        journal_id = session.scalars(sa.text("SELECT id FROM journal LIMIT 1")).one()
    return {
        "id": uuid.uuid4(),
        "customer_id": alice.account.customer_id,
        "payer_id": alice.account.customer_id,
        "receipt_id": receipt_of(standing, alice),
        "invoice_id": alice.untouched,
        "amount_minor": 1,
        "currency": "EUR",
        "journal_id": journal_id,
        **different,
    }


ALLOCATE = (
    "INSERT INTO allocation (id, customer_id, payer_id, receipt_id, invoice_id, amount_minor,"
    " currency, journal_id, created_at) VALUES (:id, :customer_id, :payer_id, :receipt_id,"
    " :invoice_id, :amount_minor, :currency, :journal_id, now())"
)


def test_an_allocation_is_in_the_currency_of_its_receipt_and_its_invoice(standing):
    values = allocation(standing, currency="USD")

    assert refusal(standing.database, postgres.APP, ALLOCATE, **values) == FOREIGN_KEY


def test_an_allocation_names_the_customer_whose_invoice_it_settles(standing):
    bruno = standing.bruno.account.customer_id
    values = allocation(standing, customer_id=bruno)

    assert refusal(standing.database, postgres.APP, ALLOCATE, **values) == FOREIGN_KEY


def test_an_allocation_names_the_customer_whose_money_it_spends(standing):
    bruno = standing.bruno.account.customer_id
    values = allocation(standing, payer_id=bruno)

    assert refusal(standing.database, postgres.APP, ALLOCATE, **values) == FOREIGN_KEY


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("invoice", "currency"),
        ("receipt", "currency"),
        ("journal_line", "currency"),
    ],
)
def test_a_currency_is_a_code(standing, table, column):
    with standing.database.engine(postgres.OWNER).connect() as connection:
        rule = connection.scalars(
            sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
            {"name": f"ck_{table}_{column}_code"},
        ).one()

    assert "^[A-Z]{3}$" in rule


def post_line(standing, role, line):
    """Post one hand-written line with its counterpart on PSP clearing, as a customer's role."""
    bruno = standing.bruno.account
    journal_id = uuid.uuid4()
    head = (
        "INSERT INTO journal (id, ledger_id, kind, source_id, booked_on, actor_id, subject_id,"
        " request_id, posted_at) VALUES (:id, :ledger, 'card_receipt', gen_random_uuid(),"
        " '2026-11-12', :actor, :subject, 'test', now())"
    )
    lines = (
        "INSERT INTO journal_line (id, journal_id, position, account, side, amount_minor,"
        " currency, customer_id, invoice_id, receipt_id, booked_on, ledger_id) VALUES"
        " (gen_random_uuid(), :journal, 1, 'psp_clearing', 'D', 1, 'EUR', NULL, NULL, NULL, NULL,"
        " NULL),"
        " (gen_random_uuid(), :journal, 2, :account, 'C', 1, 'EUR', :customer, :invoice, :receipt,"
        " CAST(:day AS date), CAST(:ledger AS uuid))"
    )
    unnamed = dict.fromkeys(("customer", "invoice", "receipt", "day", "ledger"))
    values = {**unnamed, **line, "journal": journal_id}
    with connected(standing.database, role, customer=bruno.customer_id) as connection:
        connection.execute(
            sa.text(head),
            {
                "id": journal_id,
                "ledger": bruno.ledger_id,
                "actor": bruno.person_id,
                "subject": bruno.customer_id,
            },
        )
        connection.execute(sa.text(lines), values)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("account", ["suspense", "unapplied_cash"])
def test_a_line_cannot_touch_the_receipt_of_another_customer(standing, role, account):
    """Else a customer's own role could move money on a stranger's receipt."""
    bruno = standing.bruno.account.customer_id
    line = {"account": account, "receipt": receipt_of(standing, standing.alice)}
    line |= {"customer": bruno} if account == "unapplied_cash" else {}

    with pytest.raises(DBAPIError) as refused:
        post_line(standing, role, line)

    assert state_of(refused.value) == INTEGRITY


@pytest.mark.parametrize("role", ROLES)
def test_a_line_cannot_touch_the_invoice_of_another_customer(standing, role):
    line = {
        "account": "receivable",
        "customer": standing.bruno.account.customer_id,
        "invoice": standing.alice.untouched,
    }

    with pytest.raises(DBAPIError) as refused:
        post_line(standing, role, line)

    assert state_of(refused.value) == FOREIGN_KEY


@pytest.mark.parametrize("role", ROLES)
def test_a_line_cannot_stand_on_another_day_than_its_journal(standing, role):
    """Else a statement of a past day would not hold what was booked then."""
    bruno = standing.bruno.account.customer_id
    receipt = receipt_of(standing, standing.bruno)
    line = {"account": "unapplied_cash", "receipt": receipt, "customer": bruno, "day": "2020-01-01"}

    with pytest.raises(DBAPIError) as refused:
        post_line(standing, role, line)

    assert "its lines on its own day" in str(refused.value)


@pytest.mark.parametrize("role", ROLES)
def test_a_line_cannot_be_of_another_ledger_than_its_journal(standing, role):
    """Else it would be missing in the statement of the account it moves."""
    bruno = standing.bruno.account.customer_id
    receipt = receipt_of(standing, standing.bruno)
    line = {"account": "unapplied_cash", "receipt": receipt, "customer": bruno}

    with pytest.raises(DBAPIError) as refused:
        post_line(standing, role, {**line, "ledger": uuid.uuid4()})

    assert "of the ledger of its journal" in str(refused.value)


@pytest.mark.parametrize("role", ROLES)
def test_a_line_that_names_neither_day_nor_ledger_is_taken(standing, role):
    """As the code before wrote it: both versions run side by side while one is brought out."""
    bruno = standing.bruno.account.customer_id
    line = {"account": "unapplied_cash", "receipt": receipt_of(standing, standing.bruno)}

    post_line(standing, role, {**line, "customer": bruno})
