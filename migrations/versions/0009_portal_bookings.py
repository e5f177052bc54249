"""Let a journal's lines come by one statement only; let the portal book card money only.

Safe beside old code: every journal of ours is written that way, and the portal books nothing but
receipts of the card company and their allocation. Without the first, lines could be added after
the balance was checked (SET CONSTRAINTS ... IMMEDIATE); without the second, a face taken over could
settle an invoice from any account.
"""

from alembic import op

revision, down_revision = "0009_portal_bookings", "0008_housekeeping"
branch_labels = depends_on = None

WHOLE = """
CREATE FUNCTION journal_lines_whole() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT journal_id, count(*) AS lines FROM added GROUP BY journal_id) AS news
        WHERE lines <> (SELECT count(*) FROM journal_line AS l WHERE l.journal_id = news.journal_id)
    ) THEN
        RAISE EXCEPTION 'the lines of a journal are written at once'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
# Money of a receipt is what its journal says: nothing is on it before.
EMPTY = """
CREATE FUNCTION receipt_begins_empty() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.unapplied_minor <> 0 THEN
        RAISE EXCEPTION 'the journal fills a receipt'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
KINDS = "kind IN ('card_receipt', 'allocation')"
# A receipt moves clearing to unapplied cash or suspense, an allocation from there to an invoice.
LINES = (
    "(account = 'psp_clearing' AND side = 'D')"
    " OR (account = 'unapplied_cash' AND receipt_id IS NOT NULL)"
    " OR (account = 'suspense' AND side = 'C' AND receipt_id IS NOT NULL)"
    " OR (account = 'receivable' AND side = 'C')"
)


def upgrade() -> None:
    op.execute(WHOLE)
    op.execute(EMPTY)
    op.execute(
        "CREATE TRIGGER whole AFTER INSERT ON journal_line REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_lines_whole()"
    )
    op.execute(
        "CREATE TRIGGER begins_empty BEFORE INSERT ON receipt"
        " FOR EACH ROW EXECUTE FUNCTION receipt_begins_empty()"
    )
    op.execute(
        "CREATE POLICY of_cards ON journal AS RESTRICTIVE FOR INSERT TO quittance_portal"
        f" WITH CHECK ({KINDS})"
    )
    op.execute(
        "CREATE POLICY of_cards ON journal_line AS RESTRICTIVE FOR INSERT TO quittance_portal"
        f" WITH CHECK ({LINES})"
    )
