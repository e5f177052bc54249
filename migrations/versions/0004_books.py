"""Add the books: invoices, receipts, journal, allocations, open balances. Only adds."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004_books", "0003_customers"
branch_labels = depends_on = None


def upgrade() -> None:
    op.execute("CREATE SEQUENCE receipt_number")
    create_journal()
    create_invoice()
    create_open_balance()
    create_receipt()
    create_allocation()
    create_invoice_line()
    create_journal_line()


def create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("impersonation_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "transaction_id",
            sa.BigInteger(),
            server_default=sa.text("txid_current()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('invoice_issued', 'card_receipt', 'allocation', 'allocation_reversed')",
            name=op.f("ck_journal_kind_known"),
        ),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_journal_ledger_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["journal.id"], name=op.f("fk_journal_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("kind", "source_id", name=op.f("uq_journal_kind_source_id")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_reverses_id")),
    )
    op.create_index(op.f("ix_journal_booked_on"), "journal", ["booked_on"], unique=False)


def create_invoice() -> None:
    op.create_table("invoice", *invoice_columns(), *invoice_rules())
    op.create_index("ix_invoice_digits", "invoice", ["customer_id", "number_digits"], unique=False)
    op.create_index("ix_invoice_due", "invoice", ["customer_id", "due_on", "id"], unique=False)
    op.create_index(
        "ix_invoice_issued", "invoice", ["customer_id", "issued_on", "id"], unique=False
    )
    op.create_index(
        "ix_invoice_number", "invoice", ["customer_id", "number_key", "id"], unique=False
    )
    op.create_index(
        "ix_invoice_open_amount", "invoice", ["customer_id", "open_minor", "id"], unique=False
    )
    op.create_index(
        "ix_invoice_open_due",
        "invoice",
        ["customer_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("open_minor > 0"),
    )
    op.create_index("ix_invoice_purchase", "invoice", ["customer_id", "purchase_key"], unique=False)


def invoice_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("purchase_order", sa.String(length=64), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("open_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "number_key",
            sa.String(collation="C"),
            sa.Computed(
                "upper(regexp_replace(number, '[^[:alnum:]]', '', 'g'))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "number_digits",
            sa.String(collation="C"),
            sa.Computed(
                "coalesce(substring(number from '0*([0-9]+)[^0-9]*$'), '')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "purchase_key",
            sa.String(collation="C"),
            sa.Computed(
                "upper(regexp_replace(coalesce(purchase_order, ''), '[^[:alnum:]]', '', 'g'))",
                persisted=True,
            ),
            nullable=False,
        ),
    ]


def invoice_rules() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_invoice_currency_code")),
        sa.CheckConstraint(
            "open_minor BETWEEN 0 AND total_minor", name=op.f("ck_invoice_open_within_total")
        ),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_invoice_total_positive")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_invoice_customer_id")
        ),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_invoice_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint(
            "customer_id", "id", "currency", name=op.f("uq_invoice_customer_id_id_currency")
        ),
        sa.UniqueConstraint("ledger_id", "number", name=op.f("uq_invoice_ledger_id_number")),
    ]


def create_open_balance() -> None:
    op.create_table(
        "open_balance",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("open_minor", sa.BigInteger(), nullable=False),
        sa.Column("open_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_open_balance_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name=op.f("fk_open_balance_ledger_id")
        ),
        sa.PrimaryKeyConstraint(
            "customer_id", "ledger_id", "currency", "due_on", name=op.f("pk_open_balance")
        ),
    )


def create_receipt() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "number",
            sa.String(length=16),
            server_default=sa.text("'R-' || lpad(nextval('receipt_number')::text, 6, '0')"),
            nullable=False,
        ),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("unapplied_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_receipt_currency_code")),
        sa.CheckConstraint("method IN ('card')", name=op.f("ck_receipt_method_known")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_receipt_amount_positive")),
        sa.CheckConstraint(
            "unapplied_minor BETWEEN 0 AND amount_minor", name=op.f("ck_receipt_unapplied_within")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_receipt_customer_id")
        ),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_receipt_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint(
            "customer_id", "id", "currency", name=op.f("uq_receipt_customer_id_id_currency")
        ),
        sa.UniqueConstraint("id", "currency", name=op.f("uq_receipt_id_currency")),
        sa.UniqueConstraint("number", name=op.f("uq_receipt_number")),
    )
    op.create_index(
        "ix_receipt_received", "receipt", ["customer_id", "received_on", "id"], unique=False
    )
    op.create_index(
        "ix_receipt_unapplied",
        "receipt",
        ["customer_id"],
        unique=False,
        postgresql_where=sa.text("unapplied_minor > 0"),
    )


def create_allocation() -> None:
    op.create_table(
        "allocation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_allocation_amount_positive")),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_allocation_invoice",
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name=op.f("fk_allocation_journal_id")
        ),
        sa.ForeignKeyConstraint(
            ["payer_id", "receipt_id", "currency"],
            ["receipt.customer_id", "receipt.id", "receipt.currency"],
            name="fk_allocation_receipt",
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["allocation.id"], name=op.f("fk_allocation_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_allocation_reverses_id")),
    )
    op.create_index("ix_allocation_invoice_id", "allocation", ["invoice_id"], unique=False)
    op.create_index("ix_allocation_receipt_id", "allocation", ["receipt_id"], unique=False)


def create_invoice_line() -> None:
    op.create_table(
        "invoice_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("quantity", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_invoice_line_position_positive")),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_invoice_line_invoice",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint(
            "invoice_id", "position", name=op.f("uq_invoice_line_invoice_id_position")
        ),
    )


def create_journal_line() -> None:
    op.create_table(
        "journal_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=1), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "CASE account"
            " WHEN 'receivable' THEN customer_id IS NOT NULL AND invoice_id IS NOT NULL"
            " AND receipt_id IS NULL"
            " WHEN 'unapplied_cash' THEN customer_id IS NOT NULL AND receipt_id IS NOT NULL"
            " AND invoice_id IS NULL"
            " WHEN 'suspense' THEN receipt_id IS NOT NULL AND invoice_id IS NULL"
            " WHEN 'gl_control' THEN receipt_id IS NULL AND invoice_id IS NULL"
            " WHEN 'psp_clearing' THEN receipt_id IS NULL AND invoice_id IS NULL"
            " ELSE false END",
            name=op.f("ck_journal_line_account_named"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_journal_line_currency_code")),
        sa.CheckConstraint("side IN ('D', 'C')", name=op.f("ck_journal_line_side_known")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_journal_line_amount_positive")),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_journal_line_invoice",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_journal_line_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name=op.f("fk_journal_line_journal_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id", "currency"],
            ["receipt.id", "receipt.currency"],
            name="fk_journal_line_receipt",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_line")),
        sa.UniqueConstraint(
            "journal_id", "position", name=op.f("uq_journal_line_journal_id_position")
        ),
    )
    op.create_index("ix_journal_line_invoice_id", "journal_line", ["invoice_id"], unique=False)
    op.create_index("ix_journal_line_receipt_id", "journal_line", ["receipt_id"], unique=False)
