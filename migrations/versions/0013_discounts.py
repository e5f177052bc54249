"""Add early-payment discounts: terms of an invoice, and a coded journal that takes them.

Safe beside old code: it adds columns that may be empty, and kinds and accounts old code never
writes. An invoice never loses more by discount than it promised (I3).
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0013_discounts", "0012_credit_notes"
branch_labels = depends_on = None

KINDS = (
    "kind IN ('invoice_issued', 'credit_note_issued', 'card_receipt', 'allocation',"
    " 'allocation_reversed', 'discount', 'discount_reversed')"
)
NAMED = (
    "CASE account"
    " WHEN 'receivable' THEN customer_id IS NOT NULL AND receipt_id IS NULL"
    " AND num_nonnulls(invoice_id, credit_note_id) = 1"
    " WHEN 'unapplied_cash' THEN customer_id IS NOT NULL AND receipt_id IS NOT NULL"
    " AND invoice_id IS NULL"
    " WHEN 'discount' THEN customer_id IS NOT NULL AND invoice_id IS NOT NULL"
    " AND receipt_id IS NULL"
    " WHEN 'suspense' THEN receipt_id IS NOT NULL AND invoice_id IS NULL"
    " WHEN 'gl_control' THEN receipt_id IS NULL AND invoice_id IS NULL"
    " WHEN 'psp_clearing' THEN receipt_id IS NULL AND invoice_id IS NULL"
    " ELSE false END"
)
WITHIN = """
CREATE FUNCTION discounts_within_terms() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN invoice ON invoice.id = added.invoice_id
        WHERE added.account = 'discount' AND NOT coalesce((
            SELECT sum(CASE l.side WHEN 'D' THEN l.amount_minor ELSE -l.amount_minor END)
                   BETWEEN 0 AND invoice.discount_minor
            FROM journal_line AS l WHERE l.invoice_id = invoice.id AND l.account = 'discount'
        ), false)
    ) THEN
        RAISE EXCEPTION 'no discount beyond what the invoice promised'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
PORTAL_KINDS = "kind IN ('card_receipt', 'allocation', 'discount')"
PORTAL_LINES = (
    "(account = 'psp_clearing' AND side = 'D')"
    " OR (account = 'unapplied_cash' AND receipt_id IS NOT NULL)"
    " OR (account = 'suspense' AND side = 'C' AND receipt_id IS NOT NULL)"
    " OR (account = 'receivable' AND side = 'C' AND invoice_id IS NOT NULL)"
    " OR (account = 'receivable' AND side = 'D' AND credit_note_id IS NOT NULL)"
    " OR (account = 'discount' AND side = 'D' AND invoice_id IS NOT NULL)"
)


def upgrade() -> None:
    op.add_column("invoice", sa.Column("discount_minor", sa.BigInteger(), nullable=True))
    op.add_column("invoice", sa.Column("discount_until", sa.Date(), nullable=True))
    op.create_check_constraint(
        op.f("ck_invoice_discount_within_total"),
        "invoice",
        "discount_minor > 0 AND discount_minor < total_minor",
    )
    op.create_check_constraint(
        op.f("ck_invoice_discount_whole"),
        "invoice",
        "(discount_minor IS NULL) = (discount_until IS NULL)",
    )
    op.drop_constraint(op.f("ck_journal_kind_known"), "journal")
    op.create_check_constraint(op.f("ck_journal_kind_known"), "journal", KINDS)
    op.drop_constraint(op.f("ck_journal_line_account_named"), "journal_line")
    op.create_check_constraint(op.f("ck_journal_line_account_named"), "journal_line", NAMED)
    op.execute(WITHIN)
    op.execute(
        "CREATE TRIGGER within_terms AFTER INSERT ON journal_line REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION discounts_within_terms()"
    )
    for table, law in (("journal", PORTAL_KINDS), ("journal_line", PORTAL_LINES)):
        op.execute(f"DROP POLICY of_cards ON {table}")
        op.execute(
            f"CREATE POLICY of_cards ON {table} AS RESTRICTIVE FOR INSERT TO quittance_portal"
            f" WITH CHECK ({law})"
        )
