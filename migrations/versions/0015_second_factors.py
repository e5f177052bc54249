"""Add authenticator apps and recovery codes; let a sign-in wait for its code.

Safe beside old code: only adds, and nobody has an app before this. The portal's role sees the
secret (encrypted) and the hashes of a person only in a transaction that names that person.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0015_second_factors", "0014_invitations"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
BOTH = "quittance_app, quittance_portal"


def upgrade() -> None:
    create_code_secret()
    create_recovery_code()
    op.add_column(
        "web_session",
        sa.Column("awaits_code", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.execute(f"GRANT UPDATE (awaits_code) ON web_session TO {BOTH}")


def create_code_secret() -> None:
    op.create_table(
        "code_secret",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_code_secret_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_code_secret")),
    )
    keep_to_person("code_secret", "UPDATE (secret, created_at, confirmed_at, last_step), DELETE")


def create_recovery_code() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.CheckConstraint(
            "octet_length(code_hash) = 32", name=op.f("ck_recovery_code_code_hashed")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_of_person", "recovery_code", ["person_id"])
    keep_to_person("recovery_code", "UPDATE (used_at), DELETE")


def keep_to_person(table: str, rights: str) -> None:
    op.execute(f"GRANT SELECT, INSERT, {rights} ON {table} TO {BOTH}")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY ours ON {table} TO quittance_app USING (true)")
    op.execute(
        f"CREATE POLICY own ON {table} TO quittance_portal USING (person_id = named_person())"
    )
