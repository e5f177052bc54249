"""Add baskets, card payments, the provider's inbox and cases. Safe beside old code: only adds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision, down_revision = "0006_card_payments", "0005_books_rules"
branch_labels = depends_on = None


def upgrade() -> None:
    create_provider_event()
    create_provider_effect()
    create_basket_item()
    create_card_payment()
    create_card_attempt()
    create_card_payment_item()
    create_card_payment_move()
    create_payment_case()
    create_moves()
    grant_rights()


def create_provider_event() -> None:
    op.create_table(
        "provider_event",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("object_ref", sa.String(length=255), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_event")),
    )


def create_provider_effect() -> None:
    op.create_table(
        "provider_effect",
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("object_ref", sa.String(length=255), nullable=False),
        sa.Column("effect", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name=op.f("fk_provider_effect_journal_id")
        ),
        sa.PrimaryKeyConstraint(
            "provider", "object_ref", "effect", name=op.f("pk_provider_effect")
        ),
    )


def create_basket_item() -> None:
    op.create_table(
        "basket_item",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_basket_item_amount_positive")),
        sa.ForeignKeyConstraint(
            ["customer_id", "contact_id"],
            ["contact.customer_id", "contact.id"],
            name="fk_basket_item_contact",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_basket_item_invoice",
        ),
        sa.PrimaryKeyConstraint("contact_id", "invoice_id", name=op.f("pk_basket_item")),
    )


def create_card_payment() -> None:
    op.create_table("card_payment", *card_payment_columns(), *card_payment_rules())
    op.create_index(
        "ix_card_payment_check",
        "card_payment",
        ["next_check_at"],
        unique=False,
        postgresql_where=sa.text("next_check_at IS NOT NULL"),
    )
    op.create_index(
        "ix_card_payment_started", "card_payment", ["customer_id", "created_at", "id"], unique=False
    )


def card_payment_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("session_ref", sa.String(length=255), nullable=True),
        sa.Column("page_url", sa.String(length=4000), nullable=True),
        sa.Column("return_url", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("decline_code", sa.String(length=64), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
    ]


def card_payment_rules() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(
            "(state IN ('succeeded', 'review')) = (receipt_id IS NOT NULL)",
            name=op.f("ck_card_payment_receipt_if_paid"),
        ),
        sa.CheckConstraint(
            "state IN ('submitting', 'unknown', 'awaiting_payer', 'processing', 'succeeded',"
            " 'review', 'refused', 'canceled', 'expired')",
            name=op.f("ck_card_payment_state_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_card_payment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_card_payment_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name=op.f("fk_card_payment_ledger_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f("fk_card_payment_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["person.id"], name=op.f("fk_card_payment_started_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_payment")),
        sa.UniqueConstraint(
            "customer_id", "id", "currency", name=op.f("uq_card_payment_customer_id_id_currency")
        ),
        sa.UniqueConstraint("operation_id", name=op.f("uq_card_payment_operation_id")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_card_payment_receipt_id")),
        sa.UniqueConstraint("session_ref", name=op.f("uq_card_payment_session_ref")),
    ]


def create_card_attempt() -> None:
    op.create_table(
        "card_attempt",
        sa.Column("charge_ref", sa.String(length=255), nullable=False),
        sa.Column("card_payment_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("is_paid", sa.Boolean(), nullable=False),
        sa.Column("decline_code", sa.String(length=64), nullable=True),
        sa.Column("brand", sa.String(length=32), nullable=True),
        sa.Column("last_four", sa.String(length=4), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_payment_id"], ["card_payment.id"], name=op.f("fk_card_attempt_card_payment_id")
        ),
        sa.PrimaryKeyConstraint("charge_ref", name=op.f("pk_card_attempt")),
    )
    op.create_index(
        op.f("ix_card_attempt_card_payment_id"), "card_attempt", ["card_payment_id"], unique=False
    )


def create_card_payment_item() -> None:
    op.create_table(
        "card_payment_item",
        sa.Column("card_payment_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_card_payment_item_amount_positive")),
        sa.ForeignKeyConstraint(
            ["customer_id", "card_payment_id", "currency"],
            ["card_payment.customer_id", "card_payment.id", "card_payment.currency"],
            name="fk_card_payment_item_payment",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_card_payment_item_invoice",
        ),
        sa.PrimaryKeyConstraint("card_payment_id", "invoice_id", name=op.f("pk_card_payment_item")),
    )
    op.create_index(
        "ix_card_payment_item_invoice_id", "card_payment_item", ["invoice_id"], unique=False
    )


def create_card_payment_move() -> None:
    op.create_table(
        "card_payment_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_payment_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("impersonation_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_payment_id"],
            ["card_payment.id"],
            name=op.f("fk_card_payment_move_card_payment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_payment_move")),
        sa.UniqueConstraint(
            "card_payment_id", "version", name=op.f("uq_card_payment_move_card_payment_id_version")
        ),
    )


def create_payment_case() -> None:
    op.create_table(
        "payment_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("object_ref", sa.String(length=255), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("card_payment_id", sa.Uuid(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('amount_differs', 'paid_twice', 'payment_missing', 'answer_missing')",
            name=op.f("ck_payment_case_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["card_payment_id"], ["card_payment.id"], name=op.f("fk_payment_case_card_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_case")),
        sa.UniqueConstraint("kind", "object_ref", name=op.f("uq_payment_case_kind_object_ref")),
    )


STATES = ("unknown", "refused", "awaiting_payer", "processing", "succeeded", "review", "canceled")
PAID = ("succeeded", "review")
ENDINGS = (*PAID, "canceled", "expired")
MOVES = {
    "submitting": (*STATES, "expired"),
    "unknown": (*STATES[1:], "expired"),
    "awaiting_payer": ("unknown", "processing", *ENDINGS),
    "processing": ("unknown", "awaiting_payer", *ENDINGS),
}
FORCED = {state: PAID for state in ("refused", "canceled", "expired")}
# A state changes along an edge only, one version at a time; a forced edge needs its reason, which
# the history row of that version carries.
MOVE_FUNCTION = """
CREATE FUNCTION card_payment_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM card_payment_edge e WHERE e.from_state = OLD.state AND e.to_state = NEW.state
        AND (NOT e.is_forced OR EXISTS (
            SELECT FROM card_payment_move m WHERE m.card_payment_id = NEW.id
            AND m.version = NEW.version AND m.reason IS NOT NULL))
    ) THEN
        RAISE EXCEPTION 'a card payment does not move from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.version <> OLD.version + 1 OR (NEW.amount_minor, NEW.currency, NEW.customer_id)
            IS DISTINCT FROM (OLD.amount_minor, OLD.currency, OLD.customer_id) THEN
        RAISE EXCEPTION 'card payment % changed out of order', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


def create_moves() -> None:
    edge = op.create_table(
        "card_payment_edge",
        sa.Column("from_state", sa.String(16), nullable=False),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("is_forced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("from_state", "to_state", name=op.f("pk_card_payment_edge")),
    )
    for moves, is_forced in ((MOVES, False), (FORCED, True)):
        op.bulk_insert(
            edge,
            [
                {"from_state": old, "to_state": new, "is_forced": is_forced}
                for old, news in moves.items()
                for new in news
            ],
        )
    op.execute(MOVE_FUNCTION)
    op.execute(
        "CREATE TRIGGER moves BEFORE UPDATE ON card_payment"
        " FOR EACH ROW EXECUTE FUNCTION card_payment_moves()"
    )
    for table in ("card_payment_item", "card_payment_move", "card_attempt", "provider_effect"):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


OWNED = ("basket_item", "card_payment", "card_payment_item", "card_payment_move", "card_attempt")
CHANGES = "state, version, session_ref, page_url, next_check_at, checks, decline_code, receipt_id"


def grant_rights() -> None:
    both = "quittance_app, quittance_portal"
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON basket_item TO {both}")
    op.execute(f"GRANT SELECT, INSERT ON card_payment, card_payment_item TO {both}")
    op.execute(f"GRANT SELECT, INSERT ON card_payment_move, card_attempt TO {both}")
    op.execute(f"GRANT UPDATE ({CHANGES}) ON card_payment TO {both}")
    op.execute(f"GRANT SELECT, INSERT ON provider_effect TO {both}")
    op.execute(f"GRANT SELECT ON card_payment_edge TO {both}")
    op.execute("GRANT SELECT, INSERT, UPDATE ON provider_event, payment_case TO quittance_app")
    op.execute("GRANT INSERT ON payment_case TO quittance_portal")
    for table in (*OWNED, "provider_effect", "payment_case"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY ours ON {table} TO quittance_app USING (true)")
        op.execute(
            f"CREATE POLICY own ON {table} TO quittance_portal"
            " USING (customer_id = ANY (named_customers()))"
        )
