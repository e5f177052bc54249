"""Add passkeys, and sessions that were begun with one. Safe: only adds and widens a check.

The portal's role sees a passkey only in a transaction that names its person.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0016_passkeys", "0015_second_factors"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
BOTH = "quittance_app, quittance_portal"


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index("ix_passkey_of_person", "passkey", ["person_id", "created_at"])
    op.execute(
        f"GRANT SELECT, INSERT, UPDATE (sign_count, last_used_at), DELETE ON passkey TO {BOTH}"
    )
    op.execute("ALTER TABLE passkey ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY ours ON passkey TO quittance_app USING (true)")
    op.execute(
        "CREATE POLICY own ON passkey TO quittance_portal USING (person_id = named_person())"
    )
    op.execute("ALTER TABLE web_session DROP CONSTRAINT ck_web_session_proof_known")
    op.create_check_constraint(
        op.f("ck_web_session_proof_known"),
        "web_session",
        "proof IN ('password', 'link', 'passkey')",
    )
