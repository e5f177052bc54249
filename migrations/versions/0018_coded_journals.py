"""Add what the books lacked: late fees, interest, write-offs, coded differences, exchanged money.

Safe beside old code: it adds columns with constant defaults, tables, and words that old code never
writes; checks are widened, not written anew. An invoice is never given up twice (I3), a receipt
counts with the fee its bank kept (I4), money changes its currency by a journal only (I14).
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0018_coded_journals", "0017_bank_debit"
branch_labels = depends_on = None

KINDS = (
    *("late_fee_charged", "interest_charged", "charge_cancelled"),
    *("write_off", "write_off_reversed", "bank_receipt", "bank_fee", "bank_fee_reversed"),
    *("tolerance", "tolerance_reversed", "fx_difference", "fx_difference_reversed"),
    *("exchange", "exchange_reversed"),
)
NOBODYS = "receipt_id IS NULL AND invoice_id IS NULL"
OF_INVOICE = "customer_id IS NOT NULL AND invoice_id IS NOT NULL AND receipt_id IS NULL"
OF_EITHER = "customer_id IS NOT NULL AND num_nonnulls(invoice_id, receipt_id) = 1"
ACCOUNTS = {
    "late_charges": OF_INVOICE,
    "write_off": OF_INVOICE,
    "tolerance": OF_EITHER,
    "fx_difference": OF_EITHER,
    "bank_cash": NOBODYS,
    "exchange": NOBODYS,
}
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
    IF EXISTS (
        SELECT FROM added JOIN journal ON journal.id = added.journal_id
        LEFT JOIN invoice ON invoice.id = added.invoice_id
        LEFT JOIN receipt ON receipt.id = added.receipt_id
        WHERE added.account IN ('late_charges', 'write_off', 'tolerance', 'fx_difference')
        AND coalesce(invoice.ledger_id, receipt.ledger_id) <> journal.ledger_id
    ) THEN
        RAISE EXCEPTION 'a document is booked in its own ledger'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE invoice SET open_minor = open_minor + change.minor,
        written_off_minor = written_off_minor + change.written_off,
        cancelled_minor = cancelled_minor + change.cancelled
    FROM (
        SELECT invoice_id,
               coalesce(sum(CASE side WHEN 'D' THEN amount_minor ELSE -amount_minor END)
                        FILTER (WHERE account = 'receivable'), 0) AS minor,
               coalesce(sum(CASE side WHEN 'D' THEN amount_minor ELSE -amount_minor END)
                        FILTER (WHERE account = 'write_off'), 0) AS written_off,
               coalesce(sum(amount_minor)
                        FILTER (WHERE account = 'late_charges' AND side = 'D'), 0) AS cancelled
        FROM added WHERE account IN ('receivable', 'write_off', 'late_charges')
        AND invoice_id IS NOT NULL GROUP BY invoice_id
    ) AS change WHERE invoice.id = change.invoice_id;
    UPDATE receipt SET unapplied_minor = unapplied_minor + change.minor,
        fee_minor = fee_minor + change.fee
    FROM (
        SELECT receipt_id,
               coalesce(sum(CASE side WHEN 'C' THEN amount_minor ELSE -amount_minor END)
                        FILTER (WHERE account IN ('unapplied_cash', 'suspense')), 0) AS minor,
               coalesce(sum(CASE side WHEN 'D' THEN amount_minor ELSE -amount_minor END)
                        FILTER (WHERE account = 'bank_fees'), 0) AS fee
        FROM added WHERE account IN ('unapplied_cash', 'suspense', 'bank_fees')
        AND receipt_id IS NOT NULL GROUP BY receipt_id
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


def upgrade() -> None:
    let_in("receipt", "ck_receipt_method_known", "method", ("bank_transfer", "exchange"))
    let_in("payment_case", "ck_payment_case_kind_known", "kind", ("waits_for_person",))
    let_in("journal", "ck_journal_kind_known", "kind", KINDS)
    know_accounts()
    widen_invoice()
    widen_receipt()
    widen_customer()
    create_adjustment()
    create_exchange()
    op.execute(POSTED)
    grant()


def standing_rule(name: str) -> str:
    """A check as the database has it now."""
    return str(
        op.get_bind().scalar(
            sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
            {"name": name},
        )
    )


def replaced(table: str, name: str, rule: str) -> None:
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")


def let_in(table: str, name: str, column: str, words: tuple[str, ...]) -> None:
    """Let a column know more words besides those it knows."""
    known = op.get_bind().scalars(
        sa.text("SELECT found[1] FROM regexp_matches(:rule, '''(\\w+)''', 'g') AS found"),
        {"rule": standing_rule(name)},
    )
    every = ", ".join(f"'{word}'" for word in (*known, *words))
    replaced(table, name, f"CHECK ({column} IN ({every}))")


def know_accounts() -> None:
    """The new accounts; a bank's fee may name the receipt it was kept from."""
    name = "ck_journal_line_account_named"
    head, tail = standing_rule(name).rsplit("ELSE", 1)
    more = " ".join(f"WHEN '{account}' THEN {law}" for account, law in ACCOUNTS.items())
    first, fees = head.split("'bank_fees'::text THEN", 1)
    law, rest = fees.split("WHEN", 1)
    if "receipt_id IS NULL" not in law:
        raise RuntimeError(f"the rule of bank fees is not as it was: {law}")
    head = f"{first}'bank_fees'::text THEN (invoice_id IS NULL) WHEN{rest}"
    replaced("journal_line", name, f"{head} {more} ELSE {tail}")


def widen_invoice() -> None:
    op.execute("CREATE SEQUENCE charge_number")
    op.add_column(
        "invoice",
        sa.Column("kind", sa.String(16), nullable=False, server_default=sa.text("'invoice'")),
    )
    op.add_column("invoice", sa.Column("for_invoice_id", sa.Uuid(), nullable=True))
    op.add_column("invoice", sa.Column("interest_until", sa.Date(), nullable=True))
    for name in ("written_off_minor", "cancelled_minor"):
        op.add_column(
            "invoice",
            sa.Column(name, sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        )
    checks = {
        "kind_known": "kind IN ('invoice', 'late_fee', 'interest')",
        "charge_names_invoice": "(kind = 'invoice') = (for_invoice_id IS NULL)",
        "interest_has_last_day": "(kind = 'interest') = (interest_until IS NOT NULL)",
        "given_up_within": (
            "written_off_minor >= 0 AND cancelled_minor >= 0"
            " AND open_minor + written_off_minor + cancelled_minor <= total_minor"
        ),
        "only_charges_cancelled": "kind <> 'invoice' OR cancelled_minor = 0",
    }
    for name, law in checks.items():
        op.create_check_constraint(op.f(f"ck_invoice_{name}"), "invoice", law)
    op.create_foreign_key(
        "fk_invoice_for_invoice",
        "invoice",
        "invoice",
        ["customer_id", "for_invoice_id", "currency"],
        ["customer_id", "id", "currency"],
    )
    op.create_index(
        "ix_invoice_for_invoice_id",
        "invoice",
        ["for_invoice_id"],
        postgresql_where=sa.text("for_invoice_id IS NOT NULL"),
    )
    once = {"late_fee": "for_invoice_id", "interest": "for_invoice_id, interest_until"}
    for name, columns in once.items():
        op.execute(
            f"CREATE UNIQUE INDEX uq_invoice_standing_{name} ON invoice ({columns})"
            f" WHERE kind = '{name}' AND cancelled_minor = 0"
        )


def widen_receipt() -> None:
    op.add_column(
        "receipt",
        sa.Column("fee_minor", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_check_constraint(op.f("ck_receipt_fee_not_negative"), "receipt", "fee_minor >= 0")
    replaced(
        "receipt",
        "ck_receipt_unapplied_within",
        "CHECK (unapplied_minor BETWEEN 0 AND amount_minor + fee_minor)",
    )


def widen_customer() -> None:
    op.add_column(
        "customer",
        sa.Column("standing", sa.String(16), nullable=False, server_default=sa.text("'active'")),
    )
    op.create_check_constraint(
        op.f("ck_customer_standing_known"),
        "customer",
        "standing IN ('active', 'no_auto_apply', 'insolvent')",
    )
    op.execute("GRANT UPDATE (standing) ON customer TO quittance_app")


def create_adjustment() -> None:
    op.create_table(
        "adjustment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("allocation_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(16), nullable=True),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_adjustment_amount_positive")),
        sa.CheckConstraint(
            "CASE kind"
            " WHEN 'write_off' THEN invoice_id IS NOT NULL AND allocation_id IS NULL"
            " WHEN 'bank_fee' THEN receipt_id IS NOT NULL AND allocation_id IS NOT NULL"
            " WHEN 'tolerance' THEN allocation_id IS NOT NULL"
            " WHEN 'fx_difference' THEN allocation_id IS NOT NULL"
            " ELSE false END",
            name=op.f("ck_adjustment_kind_named"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(invoice_id, receipt_id) = 1", name=op.f("ck_adjustment_one_document")
        ),
        sa.CheckConstraint(
            "CASE WHEN kind = 'write_off' THEN coalesce(reason IN"
            " ('uncollectible', 'insolvency', 'small_balance', 'goodwill'), false)"
            " ELSE reason IS NULL END",
            name=op.f("ck_adjustment_reason_known"),
        ),
        *documents("adjustment", invoice="invoice_id", receipt="receipt_id"),
        sa.ForeignKeyConstraint(
            ["allocation_id"],
            ["allocation.id"],
            name=op.f("fk_adjustment_allocation_id"),
            deferrable=True,  # a fee is there before it is allocated
            initially="DEFERRED",
        ),
        *undone_once("adjustment"),
    )
    for name in ("invoice_id", "receipt_id", "allocation_id"):
        op.create_index(
            f"ix_adjustment_{name}",
            "adjustment",
            [name],
            postgresql_where=sa.text(f"{name} IS NOT NULL"),
        )


def create_exchange() -> None:
    op.create_table(
        "exchange",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("from_receipt_id", sa.Uuid(), nullable=False),
        sa.Column("from_minor", sa.BigInteger(), nullable=False),
        sa.Column("from_currency", sa.String(3), nullable=False),
        sa.Column("to_receipt_id", sa.Uuid(), nullable=False),
        sa.Column("to_minor", sa.BigInteger(), nullable=False),
        sa.Column("to_currency", sa.String(3), nullable=False),
        sa.Column("rate", sa.Numeric(20, 10), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "from_minor > 0 AND to_minor > 0 AND rate > 0", name=op.f("ck_exchange_all_positive")
        ),
        sa.CheckConstraint(
            "from_currency <> to_currency", name=op.f("ck_exchange_currencies_differ")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["customer_id", f"{end}_receipt_id", f"{end}_currency"],
                ["receipt.customer_id", "receipt.id", "receipt.currency"],
                name=f"fk_exchange_{end}_receipt",
            )
            for end in ("from", "to")
        ),
        *undone_once("exchange"),
    )
    for end in ("from", "to"):
        op.create_index(f"ix_exchange_{end}_receipt_id", "exchange", [f"{end}_receipt_id"])


def documents(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    """Each document is of the same customer and currency."""
    return [
        sa.ForeignKeyConstraint(
            ["customer_id", column, "currency"],
            [f"{document}.customer_id", f"{document}.id", f"{document}.currency"],
            name=f"fk_{table}_{document}",
        )
        for document, column in columns.items()
    ]


def undone_once(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name=op.f(f"fk_{table}_journal_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], [f"{table}.id"], name=op.f(f"fk_{table}_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("reverses_id", name=op.f(f"uq_{table}_reverses_id")),
    ]


def grant() -> None:
    """Our own processes book; a customer reads what concerns it."""
    op.execute("GRANT USAGE ON SEQUENCE charge_number TO quittance_app")
    for table in ("adjustment", "exchange"):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO quittance_app")
        op.execute(f"GRANT SELECT ON {table} TO quittance_portal")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY ours ON {table} TO quittance_app USING (true)")
        op.execute(
            f"CREATE POLICY own ON {table} TO quittance_portal"
            " USING (customer_id = ANY (named_customers()))"
        )
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
