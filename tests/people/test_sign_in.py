"""Signing in by password: one answer to every wrong proof, and limits that many processes share."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context

import pytest
import sqlalchemy as sa

from foundation.database import Transaction, engine_of
from foundation.limits import TooManyAttempts
from people.actions.persons import create_person
from people.attempts import LINK_LIMITS, PASSWORD_LIMITS, spend_one, stranger
from people.errors import SignInRefused
from people.models import Face, PersonKind
from people.queries.web_sessions import signed_in
from people.sign_in import ask_for_link
from tests.databases import AUDIT_KEY
from tests.people.people import VISITOR, a_deed, actions_seen, deactivate, signs_in

EMAIL_LIMIT, ADDRESS_LIMIT, ALL_LIMIT = PASSWORD_LIMITS


def test_the_right_password_starts_a_session(portal_transaction, clock, marie):
    started = signs_in(portal_transaction, clock, email=" MARIE@brightwell.example")

    with portal_transaction() as session:
        seen = signed_in(session, token=started.token, face=Face.PORTAL, at=clock.now())
    assert (seen.person_id, seen.name, seen.proof) == (marie.id, "Marie Roche", "password")


def test_every_wrong_proof_gets_the_same_answer(transaction, portal_transaction, clock, marie):
    with transaction() as session:
        create_person(
            session,
            email="only-by-mail@brightwell.example",
            name="No Password",
            language="fr",
            kind=PersonKind.CONTACT,
            deed=a_deed(clock),
        )
    tries = [
        {"password": "eight quiet herons"},
        {"password": ""},
        {"password": "h" * 100_000},
        {"password": "seven\0quiet\ud800herons"},
        {"email": "nobody@brightwell.example"},
        {"email": "only-by-mail@brightwell.example"},
        {"email": "system@quittance.invalid"},
        {"email": "no address\ud800 at all"},
    ]

    answers = {_refusal(portal_transaction, clock, attempt) for attempt in tries}
    deactivate(transaction, marie.id)
    answers.add(_refusal(portal_transaction, clock, {}))

    assert answers == {("sign_in.refused", "not these words")}


def _refusal(transaction, clock, attempt):
    with pytest.raises(SignInRefused) as refusal:
        signs_in(transaction, clock, **attempt)
    return refusal.value.code, str(refusal.value)


def test_a_known_and_an_unknown_address_run_the_same_statements(portal_transaction, clock, marie):
    engine = portal_transaction.engine

    known = _statements(engine, lambda: _refusal(portal_transaction, clock, {"password": "wrong"}))
    unknown = _statements(engine, lambda: _refusal(portal_transaction, clock, {"email": "x@y.z"}))

    assert known == unknown


def test_a_known_and_an_unknown_address_take_the_same_time(portal_transaction, clock, marie):
    known, unknown = [], []
    for turn in range(8):
        known.append(_seconds(portal_transaction, clock, {"password": f"wrong {turn}"}))
        unknown.append(_seconds(portal_transaction, clock, {"email": f"nobody{turn}@b.example"}))

    assert 0.6 < min(unknown) / min(known) < 1.6


def _seconds(transaction, clock, attempt):
    began = time.perf_counter()
    _refusal(transaction, clock, attempt)
    return time.perf_counter() - began


def _statements(engine, work):
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement.partition("(")[0])  # an INSERT leaves out what is NULL

    sa.event.listen(engine, "before_cursor_execute", note)
    work()
    sa.event.remove(engine, "before_cursor_execute", note)
    return seen


def test_the_tenth_wrong_password_closes_the_way_for_a_while(portal_transaction, clock, marie):
    for _ in range(EMAIL_LIMIT.count):
        _refusal(portal_transaction, clock, {"password": "wrong"})
    clock.advance(minutes=5)

    with pytest.raises(TooManyAttempts) as refusal:
        signs_in(portal_transaction, clock)
    clock.advance(minutes=10)

    assert refusal.value.retry_after == timedelta(minutes=10)
    assert signs_in(portal_transaction, clock).person_id == marie.id


def test_an_unknown_address_meets_the_same_limit(portal_transaction, clock):
    for _ in range(EMAIL_LIMIT.count):
        _refusal(portal_transaction, clock, {"email": "nobody@b.example"})

    with pytest.raises(TooManyAttempts):
        signs_in(portal_transaction, clock, email="Nobody@b.example ")


def test_one_network_address_cannot_try_many_accounts(portal_transaction, clock, marie):
    with portal_transaction() as session:
        _fill(session, ADDRESS_LIMIT, VISITOR.address, clock)

    with pytest.raises(TooManyAttempts) as refusal:
        signs_in(portal_transaction, clock)

    assert refusal.value.kind == "sign_in.address"
    elsewhere = replace(VISITOR, address="192.0.2.8")
    assert signs_in(portal_transaction, clock, visitor=elsewhere).person_id == marie.id


def test_all_of_them_together_are_limited_before_anything_is_hashed(
    portal_transaction, clock, marie
):
    with portal_transaction() as session:
        _fill(session, ALL_LIMIT, "*", clock)

    began = time.process_time()
    with pytest.raises(TooManyAttempts) as refusal:
        signs_in(portal_transaction, clock)

    assert refusal.value.kind == "sign_in.all"
    assert time.process_time() - began < 0.02  # a hash costs more


def _fill(session, limit, key, clock):
    session.execute(
        sa.text(
            "INSERT INTO attempt (id, kind, key, at)"
            " SELECT gen_random_uuid(), :kind, :key, :at FROM generate_series(1, :count)"
        ),
        {"kind": limit.kind, "key": key, "at": clock.now(), "count": limit.count},
    )


def test_tries_at_the_same_moment_never_exceed_the_limit(portal_transaction, clock):
    counted = stranger(LINK_LIMITS, email="marie@brightwell.example", address="192.0.2.9")

    def try_once(_: int) -> bool:
        try:
            spend_one(portal_transaction, counted, at=clock.now())
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = sum(pool.map(try_once, range(24)))

    assert passed <= LINK_LIMITS[0].count


def test_two_processes_share_one_limit(database, clock):
    with get_context("spawn").Pool(2) as pool:
        passed = pool.starmap(_tries_that_pass, [(database.portal_url, clock.now())] * 2)

    assert 1 <= sum(passed) <= LINK_LIMITS[0].count


def _tries_that_pass(portal_url: str, at: datetime) -> int:
    """In a process of its own: how many of eight tries at one e-mail address get through."""
    transaction = Transaction(engine_of(portal_url), audit_key=AUDIT_KEY)
    counted = stranger(LINK_LIMITS, email="marie@brightwell.example", address="192.0.2.9")
    passed = 0
    for _ in range(8):
        with suppress(TooManyAttempts):
            spend_one(transaction, counted, at=at)
            passed += 1
    transaction.engine.dispose()
    return passed


def test_the_limit_on_passwords_leaves_the_mail_link_open(portal_transaction, clock, marie):
    for _ in range(EMAIL_LIMIT.count):
        _refusal(portal_transaction, clock, {"password": "wrong"})

    ask_for_link(portal_transaction, email=marie.email, address=VISITOR.address, deed=a_deed(clock))

    with portal_transaction() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM sign_in_link")) == 1


def test_no_row_keeps_what_was_typed(transaction, portal_transaction, clock):
    _refusal(portal_transaction, clock, {"email": "my-secret-password", "password": "and another"})

    with transaction() as session:
        kept = str(session.execute(sa.text("SELECT key FROM attempt")).all())
        kept += str(session.execute(sa.text("SELECT facts FROM audit_event")).all())
    assert "my-secret-password" not in kept
    assert "and another" not in kept


def test_who_came_in_and_who_did_not_is_on_record(transaction, portal_transaction, clock, marie):
    _refusal(portal_transaction, clock, {"password": "wrong"})
    signs_in(portal_transaction, clock)

    with transaction() as session:
        assert actions_seen(session)[-2:] == ["sign_in.refused", "session.started"]
