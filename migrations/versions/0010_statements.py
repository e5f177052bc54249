"""Let the books be read as of any day: each journal line carries its booking day. Only adds.

Nobody books while it runs: it holds the lines until each has its day. Then it is safe beside old
code: a line written without its day gets it from its journal, and one with another
day is refused. The customers' face reads the lines of its own account, and of their journals what
happened and when; never who did it.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0010_statements", "0009_portal_bookings"
branch_labels = depends_on = None

DATED = """
CREATE FUNCTION journal_line_dated() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    NEW.booked_on := (SELECT booked_on FROM journal WHERE id = NEW.journal_id);
    RETURN NEW;
END $$
"""
# As before, and a line's day is its journal's.
POSTED = """
CREATE OR REPLACE FUNCTION journal_lines_posted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN journal ON journal.id = added.journal_id
        WHERE journal.transaction_id <> txid_current() OR journal.booked_on <> added.booked_on
    ) THEN
        RAISE EXCEPTION 'a journal is complete once it is written, its lines on its own day'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM added JOIN receipt ON receipt.id = added.receipt_id
        WHERE receipt.customer_id IS DISTINCT FROM added.customer_id
    ) THEN
        RAISE EXCEPTION 'a line names the customer of its receipt'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE invoice SET open_minor = open_minor + change.minor FROM (
        SELECT invoice_id,
               sum(CASE side WHEN 'D' THEN amount_minor ELSE -amount_minor END) AS minor
        FROM added WHERE account = 'receivable' GROUP BY invoice_id
    ) AS change WHERE invoice.id = change.invoice_id;
    UPDATE receipt SET unapplied_minor = unapplied_minor + change.minor FROM (
        SELECT receipt_id,
               sum(CASE side WHEN 'C' THEN amount_minor ELSE -amount_minor END) AS minor
        FROM added WHERE account IN ('unapplied_cash', 'suspense') GROUP BY receipt_id
    ) AS change WHERE receipt.id = change.receipt_id;
    RETURN NULL;
END $$
"""
OWN_LINES = "customer_id = ANY (named_customers())"
OWN_JOURNALS = (
    "EXISTS (SELECT FROM journal_line AS l WHERE l.journal_id = journal.id"
    " AND l.customer_id = ANY (named_customers()))"
)


def upgrade() -> None:
    op.add_column("journal_line", sa.Column("booked_on", sa.Date()))
    op.execute("ALTER TABLE journal_line DISABLE TRIGGER append_only")
    op.execute(
        "UPDATE journal_line SET booked_on = journal.booked_on FROM journal"
        " WHERE journal.id = journal_line.journal_id"
    )
    op.execute("ALTER TABLE journal_line ENABLE TRIGGER append_only")
    op.alter_column("journal_line", "booked_on", nullable=False)
    op.create_index(
        "ix_journal_line_customer_day", "journal_line", ["customer_id", "booked_on", "journal_id"]
    )
    op.execute(POSTED)
    op.execute(DATED)
    op.execute(
        "CREATE TRIGGER dated BEFORE INSERT ON journal_line"
        " FOR EACH ROW WHEN (NEW.booked_on IS NULL) EXECUTE FUNCTION journal_line_dated()"
    )
    op.execute("GRANT SELECT ON journal_line TO quittance_portal")
    op.execute(
        "GRANT SELECT (id, ledger_id, kind, source_id, booked_on) ON journal TO quittance_portal"
    )
    op.execute(
        f"CREATE POLICY own_read ON journal_line FOR SELECT TO quittance_portal USING ({OWN_LINES})"
    )
    op.execute(
        f"CREATE POLICY own_read ON journal FOR SELECT TO quittance_portal USING ({OWN_JOURNALS})"
    )
