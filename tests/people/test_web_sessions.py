"""Sessions: alive while used and not too long, ended from anywhere, worth nothing afterwards."""

import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from people.actions.web_sessions import (
    choose_company,
    end_other_sessions,
    end_session,
    renew_session,
    touch_session,
)
from people.models import Face
from people.queries.web_sessions import sessions_of, signed_in
from tests.people.people import a_deed, a_person, actions_seen, deactivate, deed_of, signs_in


@pytest.fixture
def seen(portal_transaction, clock):
    """What a token is worth at this moment."""

    def ask(token: str, face: Face = Face.PORTAL):
        with portal_transaction() as session:
            return signed_in(session, token=token, face=face, at=clock.now())

    return ask


def test_no_token_is_kept(transaction, portal_transaction, clock, marie):
    started = signs_in(portal_transaction, clock)

    with transaction() as session:
        row = str(session.execute(sa.text("SELECT * FROM web_session")).one()._asdict())
    assert started.token not in row
    assert len(started.token) >= 43  # 256 bits


def test_a_session_dies_after_half_an_hour_of_nothing(portal_transaction, clock, marie, seen):
    token = signs_in(portal_transaction, clock).token

    clock.advance(minutes=29, seconds=59)
    assert seen(token)
    clock.advance(seconds=1)

    assert seen(token) is None


def test_a_session_in_use_dies_after_eight_hours(portal_transaction, clock, marie, seen):
    started = signs_in(portal_transaction, clock)

    for _ in range(8 * 60 // 20 - 1):
        clock.advance(minutes=20)
        with portal_transaction(person=marie.id) as session:
            touch_session(session, session_id=started.session_id, at=clock.now())
    assert seen(started.token)
    clock.advance(minutes=20)

    assert seen(started.token) is None


def test_being_seen_is_written_at_most_once_a_minute(portal_transaction, clock, marie, seen):
    started = signs_in(portal_transaction, clock)
    began = clock.now()

    for _ in range(2):
        clock.advance(seconds=59)
        with portal_transaction(person=marie.id) as session:
            touch_session(session, session_id=started.session_id, at=clock.now())
        if clock.now() < began.replace(minute=began.minute + 1):
            assert seen(started.token).last_seen_at == began

    assert seen(started.token).last_seen_at == clock.now()


def test_a_token_of_one_face_opens_no_other(portal_transaction, clock, marie, seen):
    token = signs_in(portal_transaction, clock).token

    assert seen(token, Face.CONSOLE) is None
    assert seen("") is None
    assert seen("\ud800") is None
    assert seen(token + "x") is None


def test_a_disabled_person_is_out_at_once(transaction, portal_transaction, clock, marie, seen):
    token = signs_in(portal_transaction, clock).token

    deactivate(transaction, marie.id)

    assert seen(token) is None


def test_an_ended_session_stays_dead(transaction, portal_transaction, clock, marie, seen):
    started = signs_in(portal_transaction, clock)
    deed = deed_of(marie.id, clock)

    with portal_transaction(person=marie.id) as session:
        first = end_session(session, session_id=started.session_id, deed=deed)
    with portal_transaction(person=marie.id) as session:
        again = end_session(session, session_id=started.session_id, deed=deed)

    assert (first, again) == (True, False)
    assert seen(started.token) is None
    with transaction() as session:
        assert actions_seen(session).count("session.ended") == 1


def test_signing_out_everywhere_else_keeps_this_place(portal_transaction, clock, marie, seen):
    places = [signs_in(portal_transaction, clock) for _ in range(3)]
    here = places[1]

    with portal_transaction(person=marie.id) as session:
        ended = end_other_sessions(session, kept_id=here.session_id, deed=deed_of(marie.id, clock))

    assert ended == 2
    assert [bool(seen(place.token)) for place in places] == [False, True, False]


def test_a_renewed_session_is_the_same_under_another_token(portal_transaction, clock, marie, seen):
    started = signs_in(portal_transaction, clock)

    with portal_transaction(person=marie.id) as session:
        token = renew_session(session, session_id=started.session_id, deed=deed_of(marie.id, clock))

    assert seen(started.token) is None
    assert seen(token).session_id == started.session_id


def test_nobody_ends_renews_or_turns_the_session_of_another(
    transaction, portal_transaction, clock, marie, seen
):
    started = signs_in(portal_transaction, clock)
    with transaction() as session:
        eve = a_person(session, clock, email="eve@other.example")
    deed = deed_of(eve.id, clock)

    for factory in (portal_transaction, transaction):
        with factory(person=eve.id) as session:
            assert not end_session(session, session_id=started.session_id, deed=deed)
            renew_session(session, session_id=started.session_id, deed=deed)
            choose_company(
                session, session_id=started.session_id, customer_id=uuid.uuid4(), deed=deed
            )
            end_other_sessions(session, kept_id=uuid.uuid4(), deed=deed)

    assert seen(started.token).customer_id is None


def test_the_list_of_places_shows_only_ones_own_living_sessions(
    transaction, portal_transaction, clock, marie
):
    with transaction() as session:
        a_person(session, clock, email="eve@other.example")
    signs_in(portal_transaction, clock, email="eve@other.example")
    signs_in(portal_transaction, clock)
    clock.advance(minutes=45)
    latest = signs_in(portal_transaction, clock)

    with portal_transaction(person=marie.id) as session:
        places = sessions_of(session, person_id=marie.id, face=Face.PORTAL, at=clock.now())

    assert [place.id for place in places] == [latest.session_id]


def test_the_session_remembers_which_company_was_chosen(portal_transaction, clock, marie, seen):
    started = signs_in(portal_transaction, clock)
    company = uuid.uuid4()

    with portal_transaction(person=marie.id) as session:
        choose_company(
            session,
            session_id=started.session_id,
            customer_id=company,
            deed=deed_of(marie.id, clock),
        )

    assert seen(started.token).customer_id == company


def test_a_token_is_found_by_one_indexed_read(owner_engine, portal_transaction, clock, marie):
    started = signs_in(portal_transaction, clock)
    statements = []
    sa.event.listen(
        portal_transaction.engine,
        "before_cursor_execute",
        lambda conn, cursor, statement, values, *rest: statements.append((statement, values)),
    )
    with portal_transaction() as session:
        signed_in(session, token=started.token, face=Face.PORTAL, at=clock.now())
        [(statement, values)] = statements
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", values)
        lines = "\n".join(row[0] for row in plan)

    assert "Index Cond: (token_hash" in lines


def test_a_change_by_nobody_in_particular_is_refused_by_the_database(
    portal_transaction, clock, marie
):
    started = signs_in(portal_transaction, clock)

    with portal_transaction() as session:  # names no person: row-level security hides the row
        end_session(
            session, session_id=started.session_id, deed=replace(a_deed(clock), actor_id=marie.id)
        )

    with portal_transaction() as session:
        assert signed_in(session, token=started.token, face=Face.PORTAL, at=clock.now())
