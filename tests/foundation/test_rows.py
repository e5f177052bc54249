"""Many rows by one statement: exact, in one go, and refused rather than cut."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from foundation.audit import AuditEvent
from foundation.limits import Attempt
from foundation.rows import among, insert_rows

AT = dt.datetime(2026, 11, 12, 9, 30, 0, 123456, tzinfo=dt.UTC)


def attempts(*keys, kind="test"):
    return [{"id": uuid.uuid4(), "kind": kind, "key": key, "at": AT} for key in keys]


def test_rows_arrive_as_they_were_given(session):
    rows = attempts("a", 'quote "\\', "été ☃", "")

    insert_rows(session, Attempt, rows)

    wanted = sa.select(Attempt.id, Attempt.kind, Attempt.key, Attempt.at)
    found = session.execute(wanted.where(Attempt.kind == "test")).mappings().all()
    assert sorted(map(dict, found), key=str) == sorted(rows, key=str)


def test_whole_numbers_and_facts_stay_exact(session):
    seq = 9_007_199_254_740_993  # one more than a double can count
    facts = {"number": 10**17 + 1, "name": "A \u2028 b", "parent": None, "is_new": True}
    row = {"seq": seq, "at": AT, "actor_id": uuid.uuid4(), "subject_id": None, "facts": facts}
    texts = {"request_id": "r", "action": "a", "previous_hash": "p", "hash": "h"}

    insert_rows(session, AuditEvent, [{**row, **texts}])

    found = session.execute(sa.select(AuditEvent.seq, AuditEvent.at, AuditEvent.facts)).one()
    assert tuple(found) == (seq, AT, facts)


def test_text_that_is_too_long_is_refused_not_cut(session):
    with pytest.raises(DBAPIError):
        insert_rows(session, Attempt, attempts("a", kind="x" * 33))


def test_no_rows_are_no_statement(session):
    insert_rows(session, Attempt, [])

    assert session.scalars(sa.select(sa.func.count()).select_from(Attempt)).one() == 0


def test_a_value_that_is_no_column_value_is_refused(session):
    with pytest.raises(TypeError):
        insert_rows(session, AuditEvent, [{"facts": {"why": object()}}])


def test_among_finds_those_and_no_others(session):
    insert_rows(session, Attempt, attempts("a", "b", "c", kind="among"))

    wanted = sa.select(Attempt.key).where(Attempt.kind == "among")
    few = set(session.scalars(wanted.where(among(Attempt.key, ["a", "c", "x"]))))
    none = set(session.scalars(wanted.where(among(Attempt.key, []))))

    assert (few, none) == ({"a", "c"}, set())
