"""Add bank debits, and what becomes of money afterwards: refunds, disputes, fees, payouts.

Safe beside old code: only adds, and lets more words into columns that know their words. What was
known before stays known, whatever it is: the checks are widened, not written anew.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0017_bank_debit", "0016_passkeys"
branch_labels = depends_on = None

KINDS = (
    *("debit_receipt", "refund_requested", "refund_paid", "refund_came_back", "refund_undone"),
    *("dispute_withdrawn", "dispute_reinstated", "dispute_lost", "dispute_won_late"),
    *("psp_fee", "psp_fee_back", "payout_sent", "payout_came_back"),
)
ACCOUNTS = ("refund_clearing", "dispute_clearing", "bank_fees", "payout_transit")
CASES = (
    *("debit_returned", "disputed", "dispute_lost", "dispute_won_late", "refunded"),
    *("refund_failed", "goes_back_beyond", "movement_unknown"),
)
BOOKED_BY_PORTAL = "kind IN ('card_receipt', 'debit_receipt', 'allocation', 'discount')"
EDGES = (
    *(("refund", "pending", "succeeded"), ("refund", "pending", "failed")),
    *(("refund", "succeeded", "failed"), ("dispute", "open", "won"), ("dispute", "open", "lost")),
    ("dispute", "lost", "won"),
)
MOVE_FUNCTION = """
CREATE FUNCTION afterwards_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM afterwards_edge WHERE machine = TG_ARGV[0]
        AND from_state = OLD.state AND to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a % does not move from % to %', TG_ARGV[0], OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    let_in("receipt", "ck_receipt_method_known", "method", ("bank_debit",))
    let_in("journal", "ck_journal_kind_known", "kind", KINDS)
    let_in("payment_case", "ck_payment_case_kind_known", "kind", CASES)
    know_accounts()
    op.add_column("card_payment", sa.Column("method", sa.String(16)))
    op.execute("GRANT UPDATE (method) ON card_payment TO quittance_app, quittance_portal")
    op.execute(
        f"ALTER POLICY of_cards ON journal TO quittance_portal WITH CHECK ({BOOKED_BY_PORTAL})"
    )
    op.create_table(
        "provider_cut",
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("swept_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_cut")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON provider_cut TO quittance_app")
    op.create_table(
        "card_refund", *columns(), *rules("card_refund", ("pending", "succeeded", "failed"))
    )
    op.create_table(
        "card_dispute",
        *columns(),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        *rules("card_dispute", ("open", "won", "lost")),
    )
    create_moves()
    grant_rights()


def standing_rule(name: str) -> str:
    """A check as the database has it now."""
    return str(
        op.get_bind().scalar(
            sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
            {"name": name},
        )
    )


def replaced(table: str, name: str, rule: str) -> None:
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")


def let_in(table: str, name: str, column: str, words: tuple[str, ...]) -> None:
    """Let a column know more words besides those it knows."""
    known = op.get_bind().scalars(
        sa.text("SELECT found[1] FROM regexp_matches(:rule, '''(\\w+)''', 'g') AS found"),
        {"rule": standing_rule(name)},
    )
    every = ", ".join(f"'{word}'" for word in (*known, *words))
    replaced(table, name, f"CHECK ({column} IN ({every}))")


def know_accounts() -> None:
    """Clearing, fees and transit are nobody's: their lines name no invoice and no receipt."""
    name = "ck_journal_line_account_named"
    nobody = " ".join(
        f"WHEN '{account}' THEN receipt_id IS NULL AND invoice_id IS NULL" for account in ACCOUNTS
    )
    rule = standing_rule(name)
    head, tail = rule.rsplit("ELSE", 1)
    replaced("journal_line", name, f"{head} {nobody} ELSE {tail}")


def columns() -> list[sa.Column[object]]:
    return [
        sa.Column("ref", sa.String(255), nullable=False),
        sa.Column("charge_ref", sa.String(255), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("card_payment_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    ]


def rules(table: str, states: tuple[str, ...]) -> list[sa.Constraint]:
    known = ", ".join(f"'{state}'" for state in states)
    return [
        sa.CheckConstraint("amount_minor > 0", name=op.f(f"ck_{table}_amount_positive")),
        sa.CheckConstraint(f"state IN ({known})", name=op.f(f"ck_{table}_state_known")),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f(f"fk_{table}_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["card_payment_id"], ["card_payment.id"], name=op.f(f"fk_{table}_card_payment_id")
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f(f"pk_{table}")),
    ]


def create_moves() -> None:
    edge = op.create_table(
        "afterwards_edge",
        sa.Column("machine", sa.String(16), nullable=False),
        sa.Column("from_state", sa.String(16), nullable=False),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint(
            "machine", "from_state", "to_state", name=op.f("pk_afterwards_edge")
        ),
    )
    names = ("machine", "from_state", "to_state")
    op.bulk_insert(edge, [dict(zip(names, row, strict=True)) for row in EDGES])
    op.execute(MOVE_FUNCTION)
    for machine in ("refund", "dispute"):
        op.create_index(f"ix_card_{machine}_payment", f"card_{machine}", ["card_payment_id"])
        op.execute(
            f"CREATE TRIGGER moves BEFORE UPDATE ON card_{machine}"
            f" FOR EACH ROW EXECUTE FUNCTION afterwards_moves('{machine}')"
        )


def grant_rights() -> None:
    """Our own processes learn what became of money; a customer reads its own."""
    op.execute("GRANT SELECT ON afterwards_edge TO quittance_app")
    for table in ("card_refund", "card_dispute"):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO quittance_app")
        op.execute(f"GRANT UPDATE (state, changed_at) ON {table} TO quittance_app")
        op.execute(f"GRANT SELECT ON {table} TO quittance_portal")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY ours ON {table} TO quittance_app USING (true)")
        op.execute(
            f"CREATE POLICY own ON {table} TO quittance_portal"
            " USING (customer_id = ANY (named_customers()))"
        )
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
