"""Add methods saved for the next payment, and which of them a payment is charged to.

Safe beside old code: only adds; a payment without a saved method is as it was.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0021_saved_methods", "0020_pay_links"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
BOTH = "quittance_app, quittance_portal"
CHANGES = (
    "state, version, session_ref, page_url, customer_ref, method_ref, method_digest, kind, brand,"
    " last_four, expiry_month, expiry_year, saved_at, removed_at, next_check_at, checks"
)
# One version at a time along these edges; whose method it is never changes.
MOVE_FUNCTION = """
CREATE FUNCTION saved_method_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('asked', 'open'), ('asked', 'saved'), ('asked', 'lapsed'),
        ('open', 'saved'), ('open', 'lapsed'), ('lapsed', 'saved'),
        ('saved', 'leaving'), ('saved', 'removed'), ('leaving', 'removed')
    ) THEN
        RAISE EXCEPTION 'a saved method does not move from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.version <> OLD.version AND NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'saved method % changed out of order', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table("saved_method", *columns(), *rules())
    op.create_index(
        "ix_saved_method_of_customer", "saved_method", ["customer_id", "created_at", "id"]
    )
    op.create_index(
        "ix_saved_method_check",
        "saved_method",
        ["next_check_at"],
        postgresql_where=sa.text("next_check_at IS NOT NULL"),
    )
    op.execute(MOVE_FUNCTION)
    op.execute(
        "CREATE TRIGGER moves BEFORE UPDATE ON saved_method"
        " FOR EACH ROW EXECUTE FUNCTION saved_method_moves()"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ({CHANGES}) ON saved_method TO {BOTH}")
    op.execute("ALTER TABLE saved_method ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY ours ON saved_method TO quittance_app USING (true)")
    op.execute(
        "CREATE POLICY own ON saved_method TO quittance_portal"
        " USING (customer_id = ANY (named_customers()))"
    )
    op.add_column("card_payment", sa.Column("saved_method_id", sa.Uuid()))
    op.create_foreign_key(
        "fk_card_payment_saved_method",
        "card_payment",
        "saved_method",
        ["customer_id", "saved_method_id"],
        ["customer_id", "id"],
    )


def columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("session_ref", sa.String(255)),
        sa.Column("page_url", sa.String(4000)),
        sa.Column("return_url", sa.String(500), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("customer_ref", sa.LargeBinary()),
        sa.Column("method_ref", sa.LargeBinary()),
        sa.Column("method_digest", sa.String(64)),
        sa.Column("brand", sa.String(32)),
        sa.Column("last_four", sa.String(4)),
        sa.Column("expiry_month", sa.SmallInteger()),
        sa.Column("expiry_year", sa.SmallInteger()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("saved_at", MOMENT),
        sa.Column("removed_at", MOMENT),
        sa.Column("next_check_at", MOMENT),
        sa.Column("checks", sa.Integer(), nullable=False),
    ]


def rules() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(
            "state IN ('asked', 'open', 'saved', 'leaving', 'removed', 'lapsed')",
            name=op.f("ck_saved_method_state_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('card', 'sepa_debit', 'us_bank_account')",
            name=op.f("ck_saved_method_kind_known"),
        ),
        sa.CheckConstraint(
            "(state IN ('saved', 'leaving', 'removed'))"
            " = (method_ref IS NOT NULL AND customer_ref IS NOT NULL AND saved_at IS NOT NULL)",
            name=op.f("ck_saved_method_named_if_saved"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_saved_method_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "contact_id"],
            ["contact.customer_id", "contact.id"],
            name="fk_saved_method_contact",
        ),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_saved_method_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_method")),
        sa.UniqueConstraint("customer_id", "id", name=op.f("uq_saved_method_customer_id_id")),
        sa.UniqueConstraint("operation_id", name=op.f("uq_saved_method_operation_id")),
        sa.UniqueConstraint("session_ref", name=op.f("uq_saved_method_session_ref")),
        sa.UniqueConstraint("method_digest", name=op.f("uq_saved_method_method_digest")),
    ]
