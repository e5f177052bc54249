"""Lay the foundation: outbox, audit chain, attempts, job runs, the business clock. Safe: only adds.

Three roles exist before the first migration: quittance_owner runs migrations and owns everything,
quittance_app is our own processes, quittance_portal is the customers' face. The last two own
nothing, so no trigger and no policy can be switched off by them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision, down_revision = "0001_foundation", None
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)

# The customers a portal transaction named. Nothing named: nothing seen.
CUSTOMERS_FUNCTION = """
CREATE FUNCTION named_customers() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT string_to_array(NULLIF(current_setting('quittance.customers', true), ''), ',')::uuid[]
$$
"""
PERSON_FUNCTION = """
CREATE FUNCTION named_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT NULLIF(current_setting('quittance.person', true), '')::uuid
$$
"""
# Row triggers do not see TRUNCATE, so append-only tables get this one for each statement too.
REFUSE_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    op.execute(CUSTOMERS_FUNCTION)
    op.execute(PERSON_FUNCTION)
    op.execute(REFUSE_FUNCTION)
    op.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    op.execute("GRANT USAGE ON SCHEMA public TO quittance_app, quittance_portal")
    create_outbox()
    create_audit()
    create_counters()
    op.execute("GRANT SELECT ON alembic_version TO quittance_app, quittance_portal")


def create_outbox() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("dedupe_key", sa.String(200), nullable=False),
        sa.Column("customer_id", sa.Uuid()),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("run_after", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("dead_at", MOMENT),
        sa.Column("error", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_message_dedupe_key")),
    )
    op.create_index(
        "ix_outbox_message_waiting",
        "outbox_message",
        ["run_after"],
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_message TO quittance_app")
    op.execute("GRANT INSERT ON outbox_message TO quittance_portal")
    op.execute("ALTER TABLE outbox_message ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY ours ON outbox_message TO quittance_app USING (true)")
    op.execute(
        "CREATE POLICY own ON outbox_message FOR INSERT TO quittance_portal"
        " WITH CHECK (customer_id IS NULL OR customer_id = ANY (named_customers()))"
    )


def create_audit() -> None:
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("impersonation_id", sa.Uuid()),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("object_id", sa.Uuid()),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column(
            "transaction_id",
            sa.BigInteger(),
            server_default=sa.text("txid_current()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_event_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_event_previous_hash")),
    )
    op.create_index("ix_audit_event_object_id", "audit_event", ["object_id"])
    op.create_index("ix_audit_event_transaction_id", "audit_event", ["transaction_id"])
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON audit_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.execute("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, repeat('0', 64))")
    op.execute("GRANT SELECT, INSERT ON audit_event TO quittance_app")
    op.execute("GRANT INSERT ON audit_event TO quittance_portal")
    op.execute("GRANT SELECT, UPDATE ON audit_head TO quittance_app, quittance_portal")
    op.execute("ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY ours ON audit_event TO quittance_app USING (true)")
    op.execute(
        "CREATE POLICY own ON audit_event FOR INSERT TO quittance_portal"
        " WITH CHECK (subject_id IS NULL OR subject_id = ANY (named_customers()))"
    )


def create_counters() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_counted", "attempt", ["kind", "key", "at"])
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("job", "due_at", name=op.f("pk_job_run")),
    )
    op.create_table(
        "business_clock",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("offset_seconds", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_business_clock_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_clock")),
    )
    op.execute("INSERT INTO business_clock (id, offset_seconds) VALUES (1, 0)")
    op.execute("GRANT SELECT, INSERT, DELETE ON attempt TO quittance_app")
    op.execute("GRANT SELECT, INSERT ON attempt TO quittance_portal")
    op.execute("GRANT SELECT, INSERT, DELETE ON job_run TO quittance_app")
    op.execute("GRANT SELECT, UPDATE ON business_clock TO quittance_app")
    op.execute("GRANT SELECT ON business_clock TO quittance_portal")
