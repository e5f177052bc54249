"""Add who sells and who owes: ledgers, terms, customers, contacts, imports. Only adds."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003_customers", "0002_people"
branch_labels = depends_on = None


def upgrade() -> None:
    create_import_run()
    create_ledger()
    create_payment_terms()
    create_customer()
    create_contact()


def create_import_run() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_added", sa.Integer(), nullable=False),
        sa.Column("rows_unchanged", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('customers', 'invoices')", name=op.f("ck_import_run_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index(op.f("ix_import_run_sha256"), "import_run", ["sha256"], unique=False)


def create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_code")),
    )


def create_payment_terms() -> None:
    op.create_table(
        "payment_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("net_days", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "net_days BETWEEN 0 AND 365", name=op.f("ck_payment_terms_net_days_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_terms")),
        sa.UniqueConstraint("code", name=op.f("uq_payment_terms_code")),
    )


def create_customer() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('en', 'fr')", name=op.f("ck_customer_language_known")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_customer_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["customer.id"], name=op.f("fk_customer_parent_id")),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["payment_terms.id"], name=op.f("fk_customer_terms_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("number", name=op.f("uq_customer_number")),
    )
    op.create_index(op.f("ix_customer_parent_id"), "customer", ["parent_id"], unique=False)


def create_contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("gets_receipts", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('viewer', 'payer', 'admin')", name=op.f("ck_contact_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_contact_customer_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("customer_id", "id", name=op.f("uq_contact_customer_id_id")),
        sa.UniqueConstraint(
            "customer_id", "person_id", name=op.f("uq_contact_customer_id_person_id")
        ),
    )
    op.create_index(op.f("ix_contact_person_id"), "contact", ["person_id"], unique=False)
