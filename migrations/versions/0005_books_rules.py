"""Make the database keep the books' laws: balance, projections, who sees what. Only adds.

Debits equal credits (I1), nothing booked is changed (I2), what is open follows the journal and
stays within its invoice (I3, I5, I7), every journal has its audit row (I25), one customer never
sees another's rows (I15).
"""

from alembic import op

revision, down_revision = "0005_books_rules", "0004_books"
branch_labels = depends_on = None

BALANCED = """
CREATE FUNCTION journal_is_sound() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM journal_line WHERE journal_id = NEW.id) < 2 THEN
        RAISE EXCEPTION 'journal % has fewer than two lines', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM journal_line WHERE journal_id = NEW.id GROUP BY currency
        HAVING sum(CASE side WHEN 'D' THEN amount_minor ELSE -amount_minor END) <> 0
    ) THEN
        RAISE EXCEPTION 'journal % does not balance', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM audit_event WHERE transaction_id = txid_current()) THEN
        RAISE EXCEPTION 'journal % has no audit row', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
# Lines join a journal only in the transaction that wrote it; then the projections follow.
POSTED = """
CREATE FUNCTION journal_lines_posted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN journal ON journal.id = added.journal_id
        WHERE journal.transaction_id <> txid_current()
    ) THEN
        RAISE EXCEPTION 'a journal is complete once it is written'
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
# open_balance carries no CHECK: an upsert would hold the change itself, which may be negative,
# against it before adding it to what stands there.
OPEN_BALANCE = """
CREATE FUNCTION open_balance_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO open_balance AS b
        SELECT customer_id, ledger_id, currency, due_on, sum(minor), sum(items) FROM (
            SELECT customer_id, ledger_id, currency, due_on, open_minor AS minor,
                   (open_minor > 0)::int AS items FROM changed
            UNION ALL
            SELECT customer_id, ledger_id, currency, due_on, -open_minor,
                   -(open_minor > 0)::int FROM former
        ) AS change
        GROUP BY customer_id, ledger_id, currency, due_on
        HAVING sum(minor) <> 0 OR sum(items) <> 0
        ORDER BY customer_id, ledger_id, currency, due_on
        ON CONFLICT (customer_id, ledger_id, currency, due_on) DO UPDATE
        SET open_minor = b.open_minor + excluded.open_minor,
            open_count = b.open_count + excluded.open_count;
    ELSE
        INSERT INTO open_balance AS b
        SELECT customer_id, ledger_id, currency, due_on, sum(open_minor), count(*)
        FROM changed WHERE open_minor > 0
        GROUP BY customer_id, ledger_id, currency, due_on
        ORDER BY customer_id, ledger_id, currency, due_on
        ON CONFLICT (customer_id, ledger_id, currency, due_on) DO UPDATE
        SET open_minor = b.open_minor + excluded.open_minor,
            open_count = b.open_count + excluded.open_count;
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = (
    "CREATE CONSTRAINT TRIGGER sound AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION journal_is_sound()",
    "CREATE TRIGGER posted AFTER INSERT ON journal_line REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION journal_lines_posted()",
    "CREATE TRIGGER balance_added AFTER INSERT ON invoice REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION open_balance_follows()",
    "CREATE TRIGGER balance_changed AFTER UPDATE ON invoice"
    " REFERENCING OLD TABLE AS former NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION open_balance_follows()",
)
APPEND_ONLY = ("journal", "journal_line", "allocation", "invoice_line")
OWNED = ("invoice", "invoice_line", "open_balance", "contact")


def upgrade() -> None:
    for function in (BALANCED, POSTED, OPEN_BALANCE):
        op.execute(function)
    for trigger in TRIGGERS:
        op.execute(trigger)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in (*APPEND_ONLY, "invoice", "receipt"):
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    grant_app()
    grant_portal()
    restrict_rows()


def grant_app() -> None:
    """Our own processes: insert and read; nothing booked is theirs to update."""
    op.execute("GRANT SELECT, INSERT ON ledger, payment_terms, customer, contact TO quittance_app")
    op.execute(
        "GRANT UPDATE (name, language, country, parent_id, terms_id) ON customer TO quittance_app"
    )
    op.execute("GRANT UPDATE (role, is_active, gets_receipts) ON contact TO quittance_app")
    op.execute(
        "GRANT SELECT, INSERT ON invoice, invoice_line, receipt, journal, journal_line,"
        " allocation, import_run TO quittance_app"
    )
    op.execute("GRANT SELECT ON open_balance TO quittance_app")
    op.execute("GRANT USAGE ON SEQUENCE receipt_number TO quittance_app, quittance_portal")


def grant_portal() -> None:
    """The customers' face: reads its own account, books the payments it has just confirmed."""
    op.execute("GRANT SELECT ON ledger, payment_terms, customer, contact TO quittance_portal")
    op.execute("GRANT UPDATE (language) ON customer TO quittance_portal")  # needed to lock the row
    op.execute("GRANT SELECT ON invoice, invoice_line, open_balance TO quittance_portal")
    op.execute("GRANT SELECT, INSERT ON receipt, allocation TO quittance_portal")
    op.execute("GRANT INSERT ON journal, journal_line TO quittance_portal")


def restrict_rows() -> None:
    tables = ("customer", *OWNED, "receipt", "allocation", "journal", "journal_line")
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY ours ON {table} TO quittance_app USING (true)")
    op.execute(
        "CREATE POLICY own ON customer TO quittance_portal USING (id = ANY (named_customers()))"
    )
    op.execute(
        "CREATE POLICY own_rights ON customer FOR SELECT TO quittance_portal"
        " USING (id IN (SELECT customer_id FROM contact WHERE person_id = named_person()))"
    )
    for table in OWNED:
        op.execute(
            f"CREATE POLICY own ON {table} TO quittance_portal"
            " USING (customer_id = ANY (named_customers()))"
        )
    op.execute(
        "CREATE POLICY own_rights ON contact FOR SELECT TO quittance_portal"
        " USING (person_id = named_person())"
    )
    # Money of a payment that does not fit goes to suspense, which belongs to nobody.
    op.execute(
        "CREATE POLICY own ON receipt TO quittance_portal"
        " USING (customer_id = ANY (named_customers()))"
        " WITH CHECK (customer_id IS NULL OR customer_id = ANY (named_customers()))"
    )
    op.execute(
        "CREATE POLICY own ON allocation TO quittance_portal"
        " USING (customer_id = ANY (named_customers()) OR payer_id = ANY (named_customers()))"
        " WITH CHECK (customer_id = ANY (named_customers()) AND payer_id = ANY (named_customers()))"
    )
    op.execute(
        "CREATE POLICY own ON journal FOR INSERT TO quittance_portal"
        " WITH CHECK (subject_id = ANY (named_customers()))"
    )
    op.execute(
        "CREATE POLICY own ON journal_line FOR INSERT TO quittance_portal"
        " WITH CHECK (customer_id IS NULL OR customer_id = ANY (named_customers()))"
    )
