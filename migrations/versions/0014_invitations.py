"""Add invitations, and let a customer's admins look after its people from the portal.

Safe beside old code: only adds. The portal's role may make contacts and change their rights for
the customers its transaction names, and persons only of the kind that acts for customers.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision, down_revision = "0014_invitations", "0013_discounts"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_invitation()
    open_persons()
    op.execute("GRANT INSERT, UPDATE (role, is_active) ON contact TO quittance_portal")


def create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("account_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("asked_at", MOMENT),
        sa.CheckConstraint(
            "role IN ('viewer', 'payer', 'admin')", name=op.f("ck_invitation_role_known")
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_invitation_expires_later")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitation_email_lower")),
        sa.CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_invitation_ends_once")
        ),
        sa.CheckConstraint(
            "cardinality(account_ids) > 0", name=op.f("ck_invitation_leads_somewhere")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_invitation_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index("ix_invitation_of_customer", "invitation", ["customer_id", "created_at"])
    op.execute(
        "GRANT SELECT, INSERT, UPDATE (accepted_at, withdrawn_at, asked_at) ON invitation"
        " TO quittance_app, quittance_portal"
    )
    op.execute("GRANT DELETE ON invitation TO quittance_app")
    op.execute("ALTER TABLE invitation ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY ours ON invitation TO quittance_app USING (true)")
    op.execute(
        "CREATE POLICY own ON invitation TO quittance_portal"
        " USING (customer_id = ANY (named_customers()))"
    )


def open_persons() -> None:
    """Who accepts an invitation becomes a person: a contact's, never one of our own people."""
    op.execute("GRANT INSERT ON person TO quittance_portal")
    op.execute("ALTER TABLE person ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY ours ON person TO quittance_app USING (true)")
    op.execute("CREATE POLICY seen ON person FOR SELECT TO quittance_portal USING (true)")
    op.execute("CREATE POLICY spoken_to ON person FOR UPDATE TO quittance_portal USING (true)")
    op.execute(
        "CREATE POLICY invited ON person FOR INSERT TO quittance_portal"
        " WITH CHECK (kind = 'contact')"
    )
