"""Add originals: the seller's own PDF of an invoice, shown to its customer beside our copy.

Safe beside old code: adds a table, and lets more words into the kinds of imports.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0019_originals", "0018_coded_journals"
branch_labels = depends_on = None

IMPORTS = "'customers', 'invoices', 'credit_notes', 'contacts', 'originals'"


def upgrade() -> None:
    name = op.f("ck_import_run_kind_known")
    op.drop_constraint(name, "import_run")
    op.create_check_constraint(name, "import_run", f"kind IN ({IMPORTS})")
    create_original()
    # A PDF is packed already: packing it anew costs time and saves nothing.
    op.execute("ALTER TABLE invoice_original ALTER COLUMN content SET STORAGE EXTERNAL")
    guard()


def create_original() -> None:
    op.create_table(
        "invoice_original",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "size_bytes = octet_length(content)", name=op.f("ck_invoice_original_size_true")
        ),
        sa.CheckConstraint(
            "sha256 = encode(sha256(content), 'hex')", name=op.f("ck_invoice_original_sum_true")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_invoice_original_invoice",
        ),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_invoice_original")),
    )


def guard() -> None:
    """Written once; a customer reads its own."""
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON invoice_original"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON invoice_original"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("GRANT SELECT, INSERT ON invoice_original TO quittance_app")
    op.execute("GRANT SELECT ON invoice_original TO quittance_portal")
    op.execute("ALTER TABLE invoice_original ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY ours ON invoice_original TO quittance_app USING (true)")
    op.execute(
        "CREATE POLICY own ON invoice_original TO quittance_portal"
        " USING (customer_id = ANY (named_customers()))"
    )
