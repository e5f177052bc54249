"""What was answered is still so after the process died, however it died."""

import os
import signal

import pytest
import stripe

from sandbox.stripe import StripeWorld
from tests.sandbox.asked import SESSIONS, a_basket, open_session

KEY = {"idempotency_key": "operation-1"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "stripe.sqlite3"


def test_a_reopened_world_is_the_same_world(path, clock):
    first = StripeWorld(clock, path)
    first.listen("http://localhost:8003/x")
    session_id = open_session(first.client())
    first.payer(session_id).pay()
    first.faults.answer_lost(SESSIONS)
    before = (first.books(), first.events(), first.faults.active())
    first.close()

    second = StripeWorld(clock, path)

    assert (second.books(), second.events(), second.faults.active()) == before
    assert second.client().v1.checkout.sessions.retrieve(session_id).status == "complete"
    assert [row["state"] for row in second.account.store.rows("SELECT * FROM delivery")] == [
        "pending"
    ] * 4
    second.close()


def test_an_idempotency_key_survives(path, clock):
    first = StripeWorld(clock, path)
    made = first.client().v1.checkout.sessions.create(a_basket(), KEY)
    first.close()

    second = StripeWorld(clock, path)

    assert second.client().v1.checkout.sessions.create(a_basket(), KEY).id == made.id
    second.close()


def test_what_was_under_way_at_a_kill_never_happened_and_its_key_is_free(path, clock):
    child = os.fork()
    if child == 0:
        world = StripeWorld(clock, path)
        world.client().v1.checkout.sessions.create(a_basket(), {"idempotency_key": "kept"})
        world.faults.before_answer(SESSIONS, lambda: os.kill(os.getpid(), signal.SIGKILL))
        world.account.store.rows("INSERT INTO idempotency VALUES ('half', 'x', 0, NULL, NULL)")
        world.client().v1.checkout.sessions.create(a_basket(), {"idempotency_key": "done"})
        os._exit(0)
    _, status = os.waitpid(child, 0)

    world = StripeWorld(clock, path)

    keys = [row["key"] for row in world.account.store.rows("SELECT key FROM idempotency")]
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert keys == ["done", "kept"] or keys == ["kept", "done"]
    assert len(world.client().v1.checkout.sessions.list().data) == 2
    world.close()


def test_a_request_that_fails_half_way_changes_nothing(path, clock):
    world = StripeWorld(clock, path)
    session_id = open_session(world.client())

    with pytest.raises(stripe.InvalidRequestError):
        world.client().v1.checkout.sessions.expire(
            session_id, {"expand": ["nothing"]}, {"idempotency_key": "operation-2"}
        )

    assert world.client().v1.checkout.sessions.retrieve(session_id).status == "open"
    assert world.events() == []
    world.close()
