"""The fixtures that every other test stands on."""

import sqlalchemy as sa

from serve.migrations import compare

HEAD = sa.text("SELECT version_num FROM alembic_version")


def test_a_test_gets_a_migrated_database_of_its_own(database, transaction):
    with transaction() as session:
        version = session.scalar(HEAD)

    assert version
    assert database.name.startswith("clone_")


def test_models_and_migrations_agree(database):
    compare(database.owner_url)


def test_session_and_transaction_look_at_the_same_database(session, transaction):
    with transaction() as other:
        there = other.scalar(sa.text("SELECT current_database()"))

    assert session.scalar(sa.text("SELECT current_database()")) == there


def test_a_session_alone_uses_the_workers_database(session, worker_database):
    assert session.scalar(sa.text("SELECT current_database()")) == worker_database.name
