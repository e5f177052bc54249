"""What the portal's database role may not do, whatever its code tries."""

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from foundation.audit import broken_links
from people.actions.second_factors import begin_codes
from tests.databases import AUDIT_KEY
from tests.people.people import a_person, deed_of, signs_in


def test_a_password_hash_is_seen_only_in_its_persons_transaction(
    portal_transaction, transaction, clock, marie
):
    everything = sa.text("SELECT person_id FROM credential")
    with transaction() as session:
        eve = a_person(session, clock, email="eve@other.example")

    with portal_transaction(customer=uuid.uuid4()) as session:
        assert session.scalars(everything).all() == []
    with portal_transaction(person=eve.id) as session:
        assert session.scalars(everything).all() == [eve.id]


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE person SET email = 'eve@other.example'",
        "UPDATE person SET is_active = true",
        "INSERT INTO person SELECT gen_random_uuid(), 'x@y.z', 'x', 'en', 'staff', true",
        "UPDATE person SET kind = 'staff'",
        "DELETE FROM person",
        "INSERT INTO invitation SELECT gen_random_uuid(), gen_random_uuid(),"
        " ARRAY[gen_random_uuid()], 'x@y.z', 'admin', (SELECT id FROM person LIMIT 1), now(),"
        " now() + interval '1 day', NULL, NULL, NULL",
        "DELETE FROM web_session",
        "UPDATE web_session SET expires_at = expires_at + interval '1 year'",
        "UPDATE sign_in_link SET expires_at = expires_at + interval '1 year'",
        "DELETE FROM sign_in_link",
        "DELETE FROM attempt",
        "INSERT INTO web_session SELECT gen_random_uuid(), decode(repeat('00', 32), 'hex'),"
        " (SELECT id FROM person LIMIT 1), 'console', 'password', NULL, now(), now(),"
        " now() + interval '1 hour', NULL, '', ''",
    ],
)
def test_the_portal_cannot(portal_transaction, clock, marie, attempt):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|row-level security"),
        portal_transaction(person=marie.id) as session,
    ):
        session.execute(sa.text(attempt))


@pytest.mark.parametrize("table", ["code_secret", "recovery_code"])
def test_what_proves_a_person_is_seen_only_in_its_persons_transaction(
    portal_transaction, transaction, clock, marie, table
):
    with transaction() as session:
        begin_codes(session, deed=deed_of(marie.id, clock))
        session.execute(
            sa.text(
                "INSERT INTO recovery_code SELECT gen_random_uuid(), id,"
                " decode(repeat('00', 32), 'hex'), now(), NULL FROM person WHERE id = :id"
            ),
            {"id": marie.id},
        )
    everything = sa.text(f"SELECT person_id FROM {table}")

    with portal_transaction(person=uuid.uuid4()) as session:
        assert session.scalars(everything).all() == []
        session.execute(sa.text(f"DELETE FROM {table}"))
    with portal_transaction(person=marie.id) as session:
        assert session.scalars(everything).all() == [marie.id]


def test_what_people_did_is_chained(transaction, portal_transaction, clock, marie):
    signs_in(portal_transaction, clock)

    with transaction() as session:
        assert list(broken_links(session, AUDIT_KEY)) == []
