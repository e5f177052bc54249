"""Add credit notes: documents of the books that settle invoices of their own customer.

Safe beside old code: it adds tables, columns that may be empty, and rules that every row of old
code keeps. A credit note is never used for more than it is (I3), only for invoices of its own
customer, ledger and currency; what is left of it follows the journal (I5).
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0012_credit_notes", "0011_account_days"
branch_labels = depends_on = None

KINDS = "'invoice_issued', 'credit_note_issued', 'card_receipt', 'allocation'"
NAMED = (
    "CASE account"
    " WHEN 'receivable' THEN customer_id IS NOT NULL AND receipt_id IS NULL"
    " AND num_nonnulls(invoice_id, credit_note_id) = 1"
    " WHEN 'unapplied_cash' THEN customer_id IS NOT NULL AND receipt_id IS NOT NULL"
    " AND invoice_id IS NULL"
    " WHEN 'suspense' THEN receipt_id IS NOT NULL AND invoice_id IS NULL"
    " WHEN 'gl_control' THEN receipt_id IS NULL AND invoice_id IS NULL"
    " WHEN 'psp_clearing' THEN receipt_id IS NULL AND invoice_id IS NULL"
    " ELSE false END"
)
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
    IF EXISTS (SELECT FROM added WHERE credit_note_id IS NOT NULL) THEN
        IF EXISTS (
            SELECT FROM added JOIN journal ON journal.id = added.journal_id
            LEFT JOIN invoice ON invoice.id = added.invoice_id
            LEFT JOIN credit_note ON credit_note.id = added.credit_note_id
            WHERE coalesce(invoice.ledger_id, credit_note.ledger_id) <> journal.ledger_id
        ) THEN
            RAISE EXCEPTION 'a credit note stays within its ledger'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        UPDATE credit_note SET unapplied_minor = unapplied_minor + change.minor FROM (
            SELECT credit_note_id,
                   sum(CASE side WHEN 'C' THEN amount_minor ELSE -amount_minor END) AS minor
            FROM added WHERE credit_note_id IS NOT NULL GROUP BY credit_note_id
        ) AS change WHERE credit_note.id = change.credit_note_id;
    END IF;
    RETURN NULL;
END $$
"""
EMPTY = """
CREATE FUNCTION credit_note_begins_empty() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.unapplied_minor <> 0 THEN
        RAISE EXCEPTION 'the journal fills a credit note'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
# On a day before open_from, or from open_until on, nothing of it is left.
DATED = """
CREATE FUNCTION credit_note_days_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    SELECT coalesce(min(booked_on), '0001-01-01'),
           CASE WHEN NEW.unapplied_minor = 0 AND count(*) > 0 THEN max(booked_on)
                ELSE '9999-12-31' END
    INTO NEW.open_from, NEW.open_until
    FROM journal_line WHERE credit_note_id = NEW.id;
    RETURN NEW;
END $$
"""
# The customers' face uses credit notes, it never issues one or gives one back.
PORTAL_LINES = (
    "(account = 'psp_clearing' AND side = 'D')"
    " OR (account = 'unapplied_cash' AND receipt_id IS NOT NULL)"
    " OR (account = 'suspense' AND side = 'C' AND receipt_id IS NOT NULL)"
    " OR (account = 'receivable' AND side = 'C' AND invoice_id IS NOT NULL)"
    " OR (account = 'receivable' AND side = 'D' AND credit_note_id IS NOT NULL)"
)


def upgrade() -> None:
    create_credit_note()
    create_credit_note_line()
    widen_journal()
    widen_allocation()
    take_files()
    keep_the_laws()
    grant()
    with op.get_context().autocommit_block():
        cover_the_account()


def take_files() -> None:
    op.drop_constraint(op.f("ck_import_run_kind_known"), "import_run")
    op.create_check_constraint(
        op.f("ck_import_run_kind_known"),
        "import_run",
        "kind IN ('customers', 'invoices', 'credit_notes')",
    )


def cover_the_account() -> None:
    """Beside the traffic: a statement reads an account from its index alone."""
    name = "ix_journal_line_books"
    op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}_new")
    op.execute(
        f"CREATE INDEX CONCURRENTLY {name}_new ON journal_line"
        " (customer_id, ledger_id, currency, booked_on, journal_id)"
        " INCLUDE (account, side, amount_minor, invoice_id, receipt_id, credit_note_id)"
    )
    op.execute(f"DROP INDEX CONCURRENTLY {name}")
    op.execute(f"ALTER INDEX {name}_new RENAME TO {name}")


def create_credit_note() -> None:
    op.create_table(
        "credit_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("unapplied_minor", sa.BigInteger(), nullable=False),
        sa.Column("open_from", sa.Date(), nullable=False, server_default=sa.text("'0001-01-01'")),
        sa.Column("open_until", sa.Date(), nullable=False, server_default=sa.text("'9999-12-31'")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_credit_note_currency_code")),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_credit_note_total_positive")),
        sa.CheckConstraint(
            "unapplied_minor BETWEEN 0 AND total_minor",
            name=op.f("ck_credit_note_unapplied_within"),
        ),
        sa.CheckConstraint(
            "reason IN ('goods_returned', 'price_corrected', 'other')",
            name=op.f("ck_credit_note_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_credit_note_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name=op.f("fk_credit_note_ledger_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_credit_note_invoice",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint(
            "customer_id", "id", "currency", name=op.f("uq_credit_note_customer_id_id_currency")
        ),
        sa.UniqueConstraint("ledger_id", "number", name=op.f("uq_credit_note_ledger_id_number")),
    )
    op.create_index("ix_credit_note_issued", "credit_note", ["customer_id", "issued_on", "id"])
    op.create_index("ix_credit_note_invoice_id", "credit_note", ["invoice_id"])
    op.create_index(
        "ix_credit_note_standing",
        "credit_note",
        ["customer_id", "ledger_id", "currency", "issued_on", "id", "open_from", "open_until"],
    )
    op.create_index(
        "ix_credit_note_unapplied",
        "credit_note",
        ["customer_id"],
        postgresql_where=sa.text("unapplied_minor > 0"),
    )


def create_credit_note_line() -> None:
    op.create_table(
        "credit_note_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credit_note_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("quantity", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_credit_note_line_position_positive")),
        sa.ForeignKeyConstraint(
            ["customer_id", "credit_note_id", "currency"],
            ["credit_note.customer_id", "credit_note.id", "credit_note.currency"],
            name="fk_credit_note_line_credit_note",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_line")),
        sa.UniqueConstraint(
            "credit_note_id", "position", name=op.f("uq_credit_note_line_credit_note_id_position")
        ),
    )


def widen_journal() -> None:
    op.drop_constraint(op.f("ck_journal_kind_known"), "journal")
    op.create_check_constraint(
        op.f("ck_journal_kind_known"), "journal", f"kind IN ({KINDS}, 'allocation_reversed')"
    )
    op.add_column("journal_line", sa.Column("credit_note_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_journal_line_credit_note",
        "journal_line",
        "credit_note",
        ["customer_id", "credit_note_id", "currency"],
        ["customer_id", "id", "currency"],
    )
    op.drop_constraint(op.f("ck_journal_line_account_named"), "journal_line")
    op.create_check_constraint(op.f("ck_journal_line_account_named"), "journal_line", NAMED)
    op.create_check_constraint(
        op.f("ck_journal_line_credit_note_is_receivable"),
        "journal_line",
        "credit_note_id IS NULL OR account = 'receivable'",
    )
    op.create_index(
        "ix_journal_line_credit_note_id",
        "journal_line",
        ["credit_note_id"],
        postgresql_where=sa.text("credit_note_id IS NOT NULL"),
    )


def widen_allocation() -> None:
    op.alter_column("allocation", "receipt_id", nullable=True)
    op.add_column("allocation", sa.Column("credit_note_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_allocation_credit_note",
        "allocation",
        "credit_note",
        ["payer_id", "credit_note_id", "currency"],
        ["customer_id", "id", "currency"],
    )
    op.create_check_constraint(
        op.f("ck_allocation_one_source"),
        "allocation",
        "num_nonnulls(receipt_id, credit_note_id) = 1",
    )
    op.create_check_constraint(
        op.f("ck_allocation_credit_note_is_own"),
        "allocation",
        "credit_note_id IS NULL OR payer_id = customer_id",
    )
    op.create_index(
        "ix_allocation_credit_note_id",
        "allocation",
        ["credit_note_id"],
        postgresql_where=sa.text("credit_note_id IS NOT NULL"),
    )


def keep_the_laws() -> None:
    op.execute(POSTED)
    op.execute(EMPTY)
    op.execute(DATED)
    op.execute(
        "CREATE TRIGGER days_follow BEFORE UPDATE OF unapplied_minor ON credit_note"
        " FOR EACH ROW EXECUTE FUNCTION credit_note_days_follow()"
    )
    op.execute(
        "CREATE TRIGGER begins_empty BEFORE INSERT ON credit_note"
        " FOR EACH ROW EXECUTE FUNCTION credit_note_begins_empty()"
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON credit_note_line"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in ("credit_note", "credit_note_line"):
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def grant() -> None:
    op.execute("GRANT SELECT, INSERT ON credit_note, credit_note_line TO quittance_app")
    op.execute("GRANT SELECT ON credit_note, credit_note_line TO quittance_portal")
    for table in ("credit_note", "credit_note_line"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY ours ON {table} TO quittance_app USING (true)")
        op.execute(
            f"CREATE POLICY own ON {table} TO quittance_portal"
            " USING (customer_id = ANY (named_customers()))"
        )
    op.execute("DROP POLICY of_cards ON journal_line")
    op.execute(
        "CREATE POLICY of_cards ON journal_line AS RESTRICTIVE FOR INSERT TO quittance_portal"
        f" WITH CHECK ({PORTAL_LINES})"
    )
