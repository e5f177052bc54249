"""Add persons, their credentials, web sessions and sign-in links. Safe: only adds.

The portal's role sees a credential only inside a transaction that names its person, and touches
only sessions of its own face: a hole in the portal opens no password table and no console session.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002_people", "0001_foundation"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_person()
    create_credential()
    create_web_session()
    create_sign_in_link()


def create_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lower")),
        sa.CheckConstraint("language IN ('en', 'fr')", name=op.f("ck_person_language_known")),
        sa.CheckConstraint(
            "kind IN ('contact', 'staff', 'system')", name=op.f("ck_person_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    # The actor of jobs. It has no credential, and not being active keeps it from ever signing in.
    op.execute(
        "INSERT INTO person (id, email, name, language, kind, is_active) VALUES"
        " ('00000000-0000-0000-0000-000000000001', 'system@quittance.invalid', 'Quittance',"
        " 'en', 'system', false)"
    )
    op.execute(
        "GRANT SELECT, INSERT, UPDATE (email, name, language, is_active) ON person TO quittance_app"
    )
    op.execute("GRANT SELECT, UPDATE (language) ON person TO quittance_portal")


def create_credential() -> None:
    op.create_table(
        "credential",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("secret_hash", sa.String(200), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('password')", name=op.f("ck_credential_kind_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_credential")),
    )
    op.execute(
        "GRANT SELECT, INSERT, UPDATE (secret_hash, changed_at) ON credential"
        " TO quittance_app, quittance_portal"
    )
    op.execute("ALTER TABLE credential ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY ours ON credential TO quittance_app USING (true)")
    op.execute(
        "CREATE POLICY own ON credential TO quittance_portal USING (person_id = named_person())"
    )


def create_web_session() -> None:
    op.create_table(
        "web_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("face", sa.String(8), nullable=False),
        sa.Column("proof", sa.String(8), nullable=False),
        sa.Column("customer_id", sa.Uuid()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.CheckConstraint(
            "octet_length(token_hash) = 32", name=op.f("ck_web_session_token_hashed")
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_web_session_expires_later")),
        sa.CheckConstraint("face IN ('portal', 'console')", name=op.f("ck_web_session_face_known")),
        sa.CheckConstraint(
            "proof IN ('password', 'link')", name=op.f("ck_web_session_proof_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_web_session_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_session_token_hash")),
    )
    op.create_index("ix_web_session_person_id", "web_session", ["person_id"])
    op.execute(
        "GRANT SELECT, INSERT, UPDATE (token_hash, customer_id, last_seen_at, revoked_at)"
        " ON web_session TO quittance_app, quittance_portal"
    )
    op.execute("ALTER TABLE web_session ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY ours ON web_session TO quittance_app USING (true)")
    op.execute(
        "CREATE POLICY seen ON web_session FOR SELECT TO quittance_portal USING (face = 'portal')"
    )
    op.execute(
        "CREATE POLICY started ON web_session FOR INSERT TO quittance_portal"
        " WITH CHECK (face = 'portal' AND person_id = named_person())"
    )
    op.execute(
        "CREATE POLICY own ON web_session FOR UPDATE TO quittance_portal"
        " USING (face = 'portal' AND person_id = named_person())"
    )


def create_sign_in_link() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sign_in_link_expires_later")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_link_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
    )
    op.create_index("ix_sign_in_link_person_id", "sign_in_link", ["person_id"])
    op.execute(
        "GRANT SELECT, INSERT, UPDATE (used_at) ON sign_in_link TO quittance_app, quittance_portal"
    )
