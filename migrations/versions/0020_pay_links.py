"""Add pay links, by which a card payment is begun without a contact, and the choice of mails.

Safe beside old code: it only adds, and a payment of a contact is written as before. Whoever got
the receipts of all payments of an account got the news of them, too, and goes on getting both.
Old code cannot read the name of whoever began a payment by a link; it shows that of the person
added here.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0020_pay_links", "0019_originals"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
BOTH = "quittance_app, quittance_portal"
CHOSEN = "gets_receipts, gets_own_receipts, gets_news, gets_own_news, gets_credit_notes"


def upgrade() -> None:
    # The actor of what is done by a link: whoever holds it. Nobody signs in as it.
    op.execute(
        "INSERT INTO person (id, email, name, language, kind, is_active) VALUES"
        " ('00000000-0000-0000-0000-000000000002', 'pay-link@quittance.invalid', 'Pay link',"
        " 'en', 'system', false)"
    )
    create_pay_link()
    create_pay_link_item()
    open_card_payment()
    let_mails_be_chosen()
    grant_rights()


def create_pay_link() -> None:
    op.create_table(
        "pay_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_pay_link_expires_later")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_pay_link_email_lower")),
        sa.CheckConstraint("language IN ('en', 'fr')", name=op.f("ck_pay_link_language_known")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_pay_link_customer_id")
        ),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_pay_link_ledger_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_pay_link_made_by")),
        sa.ForeignKeyConstraint(
            ["customer_id", "contact_id"],
            ["contact.customer_id", "contact.id"],
            name="fk_pay_link_contact",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_link")),
        sa.UniqueConstraint("operation_id", name=op.f("uq_pay_link_operation_id")),
        sa.UniqueConstraint(
            "customer_id", "id", "currency", name=op.f("uq_pay_link_customer_id_id_currency")
        ),
    )
    op.create_index("ix_pay_link_of_customer", "pay_link", ["customer_id", "created_at", "id"])


def create_pay_link_item() -> None:
    op.create_table(
        "pay_link_item",
        sa.Column("pay_link_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id", "pay_link_id", "currency"],
            ["pay_link.customer_id", "pay_link.id", "pay_link.currency"],
            name="fk_pay_link_item_link",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_pay_link_item_invoice",
        ),
        sa.PrimaryKeyConstraint("pay_link_id", "invoice_id", name=op.f("pk_pay_link_item")),
    )
    op.create_index("ix_pay_link_item_invoice_id", "pay_link_item", ["invoice_id"])


def open_card_payment() -> None:
    """A payment is begun by a contact or by a link of the same customer, never by both."""
    op.add_column("card_payment", sa.Column("pay_link_id", sa.Uuid()))
    op.add_column("card_payment", sa.Column("return_token", sa.LargeBinary()))
    op.execute("GRANT UPDATE (return_token) ON card_payment TO quittance_app")  # keys are changed
    op.alter_column("card_payment", "contact_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_card_payment_one_payer"),
        "card_payment",
        "num_nonnulls(contact_id, pay_link_id) = 1",
    )
    op.create_foreign_key(
        "fk_card_payment_pay_link",
        "card_payment",
        "pay_link",
        ["customer_id", "pay_link_id", "currency"],
        ["customer_id", "id", "currency"],
    )
    op.create_index(
        "ix_card_payment_pay_link_id",
        "card_payment",
        ["pay_link_id"],
        postgresql_where=sa.text("pay_link_id IS NOT NULL"),
    )


def let_mails_be_chosen() -> None:
    for name in ("gets_own_receipts", "gets_news", "gets_own_news", "gets_credit_notes"):
        default = sa.false() if name == "gets_credit_notes" else sa.true()
        column = sa.Column(name, sa.Boolean(), nullable=False, server_default=default)
        op.add_column("contact", column)
    op.execute("UPDATE contact SET gets_news = gets_receipts")
    op.execute(f"GRANT UPDATE ({CHOSEN}) ON contact TO {BOTH}")


def grant_rights() -> None:
    """What a link asks for never changes: it is only withdrawn, or forgotten as a whole."""
    op.execute(f"GRANT SELECT, INSERT ON pay_link, pay_link_item TO {BOTH}")
    op.execute(f"GRANT UPDATE (withdrawn_at) ON pay_link TO {BOTH}")
    op.execute("GRANT DELETE ON pay_link, pay_link_item TO quittance_app")
    for table in ("pay_link", "pay_link_item"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY ours ON {table} TO quittance_app USING (true)")
        op.execute(
            f"CREATE POLICY own ON {table} TO quittance_portal"
            " USING (customer_id = ANY (named_customers()))"
        )
