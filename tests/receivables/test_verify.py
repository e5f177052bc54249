"""F35: somebody with the owner's rights edits rows; `verify` names the very row."""

import contextlib

import pytest
import sqlalchemy as sa

from receivables.queries.verify import findings
from serve import postgres
from tests.databases import AUDIT_KEY
from tests.receivables.attempts import connected

AN_INVOICE = "(SELECT id FROM invoice WHERE open_minor > 0 ORDER BY id LIMIT 1)"
A_RECEIPT = "(SELECT id FROM receipt WHERE customer_id IS NOT NULL ORDER BY id LIMIT 1)"
A_LINE = (
    "(SELECT id FROM journal_line WHERE account = 'receivable' AND invoice_id IS NOT NULL"
    " ORDER BY id LIMIT 1)"
)
A_CREDIT_NOTE = "(SELECT id FROM credit_note ORDER BY id LIMIT 1)"
AN_ALLOCATION = "(SELECT id FROM allocation WHERE receipt_id IS NOT NULL ORDER BY id LIMIT 1)"
AN_EVENT = "(SELECT seq FROM audit_event ORDER BY seq OFFSET 3 LIMIT 1)"
# (what was done behind the triggers, the row that must be named, in which words)
CORRUPTIONS = {
    "a line is made larger": (
        f"UPDATE journal_line SET amount_minor = amount_minor + 1 WHERE id = {A_LINE}"
        " RETURNING journal_id",
        "debits and credits differ",
    ),
    "a line changes sides": (
        f"UPDATE journal_line SET side = CASE side WHEN 'D' THEN 'C' ELSE 'D' END"
        f" WHERE id = {A_LINE} RETURNING journal_id",
        "debits and credits differ",
    ),
    "a line is taken away": (
        f"DELETE FROM journal_line WHERE id = {A_LINE} RETURNING journal_id",
        "debits and credits differ",
    ),
    "a line is put on another day": (
        f"UPDATE journal_line SET booked_on = booked_on - 1 WHERE id = {A_LINE} RETURNING id",
        "its journal on",
    ),
    "a line is put into another ledger": (
        f"UPDATE journal_line SET ledger_id = gen_random_uuid() WHERE id = {A_LINE} RETURNING id",
        "its journal of ledger",
    ),
    "what a day changed is retold": (
        "UPDATE account_day SET change_minor = change_minor + 1 WHERE customer_id ="
        f" (SELECT customer_id FROM invoice WHERE id = {AN_INVOICE}) RETURNING customer_id",
        "the lines say",
    ),
    "a day is forgotten": (
        "DELETE FROM account_day WHERE customer_id ="
        f" (SELECT customer_id FROM invoice WHERE id = {AN_INVOICE}) RETURNING customer_id",
        "the lines say",
    ),
    "an open invoice is said to be settled": (
        f"UPDATE invoice SET open_until = due_on WHERE id = {AN_INVOICE} RETURNING id",
        "its lines say",
    ),
    "a receipt is said to have come later": (
        f"UPDATE receipt SET open_from = open_from + 1 WHERE id = {A_RECEIPT} RETURNING id",
        "its lines say",
    ),
    "a receipt of another ledger settles an invoice": (
        "WITH other AS (INSERT INTO ledger SELECT gen_random_uuid(), 'XX99', 'Other', 'FR'"
        "  RETURNING id)"
        " UPDATE invoice SET ledger_id = other.id FROM other, allocation"
        f" WHERE allocation.id = {AN_ALLOCATION} AND invoice.id = invoice_id"
        " RETURNING allocation.id",
        "the receipt is of ledger",
    ),
    "a whole booking is taken away": (
        "DELETE FROM journal_line WHERE journal_id = (SELECT journal_id FROM journal_line"
        f" WHERE id = {A_LINE}) RETURNING journal_id",
        "has 0 lines",
    ),
    "a line moves to another invoice": (
        "UPDATE journal_line SET invoice_id = (SELECT i.id FROM invoice i WHERE i.customer_id ="
        " journal_line.customer_id AND i.id <> journal_line.invoice_id LIMIT 1)"
        f" WHERE id = {A_LINE} RETURNING invoice_id",
        "the journal says",
    ),
    "an invoice is opened a little": (
        f"UPDATE invoice SET open_minor = open_minor - 1 WHERE id = {AN_INVOICE} RETURNING id",
        "the journal says",
    ),
    "an invoice is made out larger": (
        f"UPDATE invoice SET total_minor = total_minor + 1 WHERE id = {AN_INVOICE} RETURNING id",
        "its lines come to",
    ),
    "an invoice line is changed": (
        f"UPDATE invoice_line SET net_minor = net_minor - 1 WHERE invoice_id = {AN_INVOICE}"
        " RETURNING invoice_id",
        "its lines come to",
    ),
    "credit is invented": (
        "UPDATE receipt SET amount_minor = amount_minor + 1, unapplied_minor = unapplied_minor + 1"
        f" WHERE id = {A_RECEIPT} RETURNING id",
        "unapplied is",
    ),
    "a receipt is made larger": (
        f"UPDATE receipt SET amount_minor = amount_minor + 1 WHERE id = {A_RECEIPT} RETURNING id",
        "allocated, unapplied, exchanged, waived and gone back come to",
    ),
    "an allocation is made larger": (
        f"UPDATE allocation SET amount_minor = amount_minor + 1 WHERE id = {AN_ALLOCATION}"
        " RETURNING invoice_id",
        "total less allocations and what was taken off is",
    ),
    "an allocation is taken away": (
        f"DELETE FROM allocation WHERE id = {AN_ALLOCATION} RETURNING receipt_id",
        "allocated, unapplied, exchanged, waived and gone back come to",
    ),
    "a credit note is made out larger": (
        f"UPDATE credit_note SET total_minor = total_minor + 1 WHERE id = {A_CREDIT_NOTE}"
        " RETURNING id",
        "its lines come to",
    ),
    "a credit note gets something back": (
        f"UPDATE credit_note SET unapplied_minor = unapplied_minor + 1 WHERE id = {A_CREDIT_NOTE}"
        " RETURNING id",
        "the journal says",
    ),
    "what a credit note settled is taken away": (
        "DELETE FROM allocation WHERE credit_note_id IS NOT NULL RETURNING credit_note_id",
        "allocated and unapplied come to",
    ),
    "a credit note moves to another ledger": (
        "WITH other AS (INSERT INTO ledger (id, code, name, country)"
        " VALUES (gen_random_uuid(), 'XX99', 'Elsewhere', 'FR') RETURNING id)"
        " UPDATE credit_note SET ledger_id = other.id FROM other, allocation"
        " WHERE allocation.credit_note_id = credit_note.id RETURNING allocation.id",
        "another ledger than its credit note",
    ),
    "a discount is taken that nobody promised": (
        "UPDATE journal_line SET account = 'discount', invoice_id = (SELECT id FROM invoice"
        " WHERE invoice.customer_id = journal_line.customer_id ORDER BY id LIMIT 1)"
        " WHERE account = 'gl_control' AND side = 'D' RETURNING invoice_id",
        "was promised",
    ),
    "a discount is taken for money that came late": (
        "WITH line AS (UPDATE journal_line SET account = 'discount', invoice_id = (SELECT"
        " invoice_id FROM allocation AS a WHERE a.customer_id = journal_line.customer_id"
        " AND receipt_id IS NOT NULL LIMIT 1) WHERE account = 'gl_control' AND side = 'D'"
        " RETURNING invoice_id) UPDATE invoice SET discount_minor = total_minor - 1,"
        " discount_until = '2000-01-01' FROM line WHERE id = line.invoice_id RETURNING id",
        "came after the last day",
    ),
    "a balance is changed": (
        "UPDATE open_balance SET open_minor = open_minor + 1 WHERE customer_id ="
        f" (SELECT customer_id FROM invoice WHERE id = {AN_INVOICE}) RETURNING customer_id",
        "the invoices say",
    ),
    "a balance counts wrongly": (
        "UPDATE open_balance SET open_count = open_count + 1 WHERE customer_id ="
        f" (SELECT customer_id FROM invoice WHERE id = {AN_INVOICE}) RETURNING customer_id",
        "the invoices say",
    ),
    "a deed is retold": (
        f"UPDATE audit_event SET action = 'nothing.happened' WHERE seq = {AN_EVENT} RETURNING seq",
        "its content does not fit its hash",
    ),
    "a deed gets another actor": (
        f"UPDATE audit_event SET actor_id = gen_random_uuid() WHERE seq = {AN_EVENT} RETURNING seq",
        "its content does not fit its hash",
    ),
    "a deed is taken out": (
        f"DELETE FROM audit_event WHERE seq = {AN_EVENT} RETURNING seq - 1",
        "comes",
    ),
    "the latest deeds are cut off": (
        "DELETE FROM audit_event WHERE seq > (SELECT max(seq) - 2 FROM audit_event)"
        " RETURNING (SELECT seq FROM audit_head)",
        "audit_head: names row",
    ),
    "the head is set back": (
        "UPDATE audit_head SET seq = seq - 1 RETURNING seq",
        "audit_head: names row",
    ),
    "a booking is laid at another door": (
        "UPDATE journal SET transaction_id = 0 WHERE id ="
        f" (SELECT journal_id FROM journal_line WHERE id = {A_LINE}) RETURNING id",
        "no audit row of its transaction",
    ),
    "a booking gets another actor": (
        "UPDATE journal SET actor_id = gen_random_uuid() WHERE id ="
        f" (SELECT journal_id FROM journal_line WHERE id = {A_LINE}) RETURNING id",
        "names its actor",
    ),
}


@contextlib.contextmanager
def unguarded(database):
    """The owner with every trigger of ours switched off, and what `verify` then finds."""
    with connected(database, postgres.OWNER) as connection:
        tables = connection.scalars(
            sa.text("SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal")
        ).all()
        for table in tables:
            connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield connection


def found(connection):
    with sa.orm.Session(connection, join_transaction_mode="create_savepoint") as session:
        return list(findings(session, AUDIT_KEY))


def test_sound_books_have_no_finding(standing):
    with unguarded(standing.database) as connection:
        assert found(connection) == []


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_what_was_corrupted_is_named(standing, name):
    statement, words = CORRUPTIONS[name]

    with unguarded(standing.database) as connection:
        row = connection.execute(sa.text(statement)).scalars().first()
        findings_now = found(connection)

    assert [line for line in findings_now if str(row) in line and words in line]


def test_another_key_cannot_have_written_the_chain(standing):
    with (
        unguarded(standing.database) as connection,
        sa.orm.Session(connection, join_transaction_mode="create_savepoint") as session,
    ):
        forged = list(findings(session, b"not the key that sealed the chain"))

    assert len([line for line in forged if "does not fit its hash" in line]) > 10
