"""Keep what statements ask of the past: sums by day, an invoice's days, a line's ledger. Only adds.

Safe beside old code, at any time of day. Each step is a transaction of its own and can be begun
again after an interruption: the shape (columns with constant defaults, new table, triggers: the
tables are locked for a moment), then customer by customer (a customer's own bookings wait while its
lines are read once), then what belongs to nobody in batches, then indexes beside the traffic and
NOT NULL by a constraint that is validated without keeping writers out. A line that old code writes
gets its ledger from its journal; one that names another ledger is refused.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0011_account_days", "0010_statements"
branch_labels = depends_on = None

BATCH = 20_000
NEVER = "9999-12-31"  # an infinite day is none that Python can read

SHAPE = (
    "ALTER TABLE journal_line ADD COLUMN IF NOT EXISTS ledger_id uuid",
    *(
        f"ALTER TABLE {table}"
        " ADD COLUMN IF NOT EXISTS open_from date NOT NULL DEFAULT '0001-01-01',"
        f" ADD COLUMN IF NOT EXISTS open_until date NOT NULL DEFAULT '{NEVER}'"
        for table in ("invoice", "receipt")
    ),
    "CREATE TABLE IF NOT EXISTS account_day ("
    " customer_id uuid NOT NULL CONSTRAINT fk_account_day_customer_id REFERENCES customer,"
    " account varchar(16) NOT NULL,"
    " is_item boolean NOT NULL,"
    " ledger_id uuid NOT NULL CONSTRAINT fk_account_day_ledger_id REFERENCES ledger,"
    " currency varchar(3) NOT NULL,"
    " booked_on date NOT NULL,"
    " due_on date NOT NULL,"
    " change_minor bigint NOT NULL,"
    " CONSTRAINT pk_account_day PRIMARY KEY"
    " (customer_id, account, is_item, ledger_id, currency, booked_on, due_on))",
)
# What has no due day of its own stands on the day it was booked.
SUMS = """
    SELECT l.customer_id, l.account, l.invoice_id IS NOT NULL, l.ledger_id, l.currency,
           l.booked_on, coalesce(invoice.due_on, l.booked_on),
           sum(CASE l.side WHEN 'D' THEN l.amount_minor ELSE -l.amount_minor END)
    FROM {lines} AS l LEFT JOIN invoice ON invoice.id = l.invoice_id
    WHERE l.customer_id {whose} GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING sum(CASE l.side WHEN 'D' THEN l.amount_minor ELSE -l.amount_minor END) <> 0
"""
FOLLOWS = f"""
CREATE OR REPLACE FUNCTION account_day_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN journal ON journal.id = added.journal_id
        WHERE journal.ledger_id IS DISTINCT FROM added.ledger_id
    ) THEN
        RAISE EXCEPTION 'a line is of the ledger of its journal'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO account_day AS d {SUMS.format(lines="added", whose="IS NOT NULL")}
    ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (customer_id, account, is_item, ledger_id, currency, booked_on, due_on)
    DO UPDATE SET change_minor = d.change_minor + excluded.change_minor;
    RETURN NULL;
END $$
"""
LEDGERED = """
CREATE OR REPLACE FUNCTION journal_line_ledgered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    NEW.ledger_id := (SELECT ledger_id FROM journal WHERE id = NEW.journal_id);
    RETURN NEW;
END $$
"""
# On a day before open_from, or from open_until on, nothing is left: its lines need not be read.
DAYS = (
    "SELECT coalesce(min(booked_on), '0001-01-01'),"
    f" CASE WHEN {{left}} = 0 AND count(*) > 0 THEN max(booked_on) ELSE '{NEVER}' END"
    " FROM journal_line WHERE {line}_id = {id}"
)
DATED = """
CREATE OR REPLACE FUNCTION {table}_days_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    {days} INTO NEW.open_from, NEW.open_until;
    RETURN NEW;
END $$
"""
LEFT = {"invoice": "open_minor", "receipt": "unapplied_minor"}
TRIGGERS = {
    "days_follow ON journal_line": "AFTER INSERT ON journal_line REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION account_day_follows()",
    "ledgered ON journal_line": "BEFORE INSERT ON journal_line FOR EACH ROW"
    " WHEN (NEW.ledger_id IS NULL) EXECUTE FUNCTION journal_line_ledgered()",
    **{
        f"days_follow ON {table}": f"BEFORE UPDATE OF {left} ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION {table}_days_follow()"
        for table, left in LEFT.items()
    },
}
APPEND_ONLY = (
    "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_line FOR EACH ROW"
    " {when}EXECUTE FUNCTION refuse_change()"
)
FILLING = "WHEN (OLD.ledger_id IS NOT NULL) "  # what has no ledger yet may still be given one
OF_A_CUSTOMER = (
    "SELECT FROM customer WHERE id = :customer FOR UPDATE",
    "UPDATE journal_line AS l SET ledger_id = journal.ledger_id FROM journal"
    " WHERE journal.id = l.journal_id AND l.customer_id = :customer AND l.ledger_id IS NULL",
    "DELETE FROM account_day WHERE customer_id = :customer",
    f"INSERT INTO account_day {SUMS.format(lines='journal_line', whose='= :customer')}",
    *(
        f"UPDATE {table} AS d SET (open_from, open_until) ="
        f" ({DAYS.format(left=f'd.{left}', line=table, id='d.id')}) WHERE customer_id = :customer"
        for table, left in LEFT.items()
    ),
)
OF_NOBODY = (
    "UPDATE journal_line AS l SET ledger_id = journal.ledger_id FROM journal"
    " WHERE journal.id = l.journal_id AND l.id IN"
    f" (SELECT id FROM journal_line WHERE ledger_id IS NULL LIMIT {BATCH})"
)
HELD = (
    "ALTER TABLE journal_line DROP CONSTRAINT IF EXISTS ledger_named",
    "ALTER TABLE journal_line ADD CONSTRAINT ledger_named CHECK (ledger_id IS NOT NULL) NOT VALID",
    "ALTER TABLE journal_line VALIDATE CONSTRAINT ledger_named",
    "ALTER TABLE journal_line ALTER COLUMN ledger_id SET NOT NULL",
    "ALTER TABLE journal_line DROP CONSTRAINT ledger_named",
    APPEND_ONLY.format(when=""),
)
# The document's days stand last, so that those which were not open are passed by in the index.
INDEXES = {
    "ix_journal_line_books": "journal_line (customer_id, ledger_id, currency, booked_on,"
    " journal_id) INCLUDE (account, side, amount_minor, invoice_id, receipt_id)",
    "ix_invoice_standing": "invoice (customer_id, ledger_id, currency, due_on, id, open_from,"
    " open_until)",
    "ix_receipt_standing": "receipt (customer_id, ledger_id, currency, received_on, id, open_from,"
    " open_until)",
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        shape()
        fill()
        for statement in HELD:
            op.execute(statement)
        for name, what in INDEXES.items():  # one that was interrupted is there, but invalid
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_journal_line_customer_day")


def together(statements: list[str], **values: object) -> None:
    """In one transaction."""
    bind = op.get_bind()
    bind.execute(sa.text("BEGIN"))
    try:
        for statement in statements:
            bind.execute(sa.text(statement), values)
    except BaseException:
        bind.execute(sa.text("ROLLBACK"))
        raise
    bind.execute(sa.text("COMMIT"))


def shape() -> None:
    together(
        [
            *SHAPE,
            FOLLOWS,
            LEDGERED,
            *(
                DATED.format(
                    table=table, days=DAYS.format(left=f"NEW.{left}", line=table, id="NEW.id")
                )
                for table, left in LEFT.items()
            ),
            APPEND_ONLY.format(when=FILLING),
            *(
                f"CREATE OR REPLACE TRIGGER {name.split()[0]} {rule}"
                for name, rule in TRIGGERS.items()
            ),
            "GRANT SELECT ON account_day TO quittance_app, quittance_portal",
            "ALTER TABLE account_day ENABLE ROW LEVEL SECURITY",
            "DROP POLICY IF EXISTS ours ON account_day",
            "CREATE POLICY ours ON account_day TO quittance_app USING (true)",
            "DROP POLICY IF EXISTS own ON account_day",
            "CREATE POLICY own ON account_day TO quittance_portal"
            " USING (customer_id = ANY (named_customers()))",
        ]
    )


def fill() -> None:
    bind = op.get_bind()
    for customer_id in bind.scalars(sa.text("SELECT id FROM customer ORDER BY id")).all():
        together(list(OF_A_CUSTOMER), customer=customer_id)
    while bind.execute(sa.text(OF_NOBODY)).rowcount:
        pass
