"""Close two doors: what the provider told us stays, and money moves on its own customer's receipts.

Safe beside old code: nothing we wrote does either. The inbox keeps its messages as they came (I2);
only when they were done may be written. A line on unapplied cash or suspense names the customer of
its receipt, so that a customer's own role cannot move what stands on a stranger's (I15).
"""

from alembic import op

revision, down_revision = "0007_closed_doors", "0006_card_payments"
branch_labels = depends_on = None

POSTED = """
CREATE OR REPLACE FUNCTION journal_lines_posted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN journal ON journal.id = added.journal_id
        WHERE journal.transaction_id <> txid_current()
    ) THEN
        RAISE EXCEPTION 'a journal is complete once it is written'
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
KEPT = "id, type, object_ref, payment_id, payload, received_at"


def upgrade() -> None:
    op.execute(POSTED)
    op.execute("REVOKE UPDATE ON provider_event FROM quittance_app")
    op.execute("GRANT UPDATE (done_at) ON provider_event TO quittance_app")
    op.execute(
        f"CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OF {KEPT} ON provider_event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON provider_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
