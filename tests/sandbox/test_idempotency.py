"""Idempotency keys: one key, one effect, one answer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import stripe

from tests.sandbox.asked import SESSIONS, a_basket

KEY = {"idempotency_key": "operation-1"}


def sessions_of(client) -> list[str]:
    return [session.id for session in client.v1.checkout.sessions.list().data]


def test_the_same_key_gives_the_first_answer_again(stripe_client):
    first = stripe_client.v1.checkout.sessions.create(a_basket(), KEY)

    again = stripe_client.v1.checkout.sessions.create(a_basket(), KEY)

    assert again.to_dict() == first.to_dict()
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert sessions_of(stripe_client) == [first.id]


def test_the_answer_is_the_first_one_even_when_the_session_has_changed(world, stripe_client):
    first = stripe_client.v1.checkout.sessions.create(a_basket(), KEY)
    world.payer(first.id).pay()

    again = stripe_client.v1.checkout.sessions.create(a_basket(), KEY)

    assert again.status == "open"


def test_the_same_key_for_something_else_is_refused(stripe_client):
    stripe_client.v1.checkout.sessions.create(a_basket(amount=1_000), KEY)

    with pytest.raises(stripe.IdempotencyError):
        stripe_client.v1.checkout.sessions.create(a_basket(amount=2_000), KEY)

    assert len(sessions_of(stripe_client)) == 1


def test_a_500_is_kept_under_its_key(world, stripe_client):
    world.faults.server_error(SESSIONS, worked=True)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as error:
            stripe_client.v1.checkout.sessions.create(a_basket(), KEY)

    assert error.value.http_status == 500
    assert error.value.headers["Idempotent-Replayed"] == "true"
    assert len(sessions_of(stripe_client)) == 1


def test_a_500_before_the_work_has_made_nothing(world, stripe_client):
    world.faults.server_error(SESSIONS)

    with pytest.raises(stripe.APIError):
        stripe_client.v1.checkout.sessions.create(a_basket(), KEY)

    assert sessions_of(stripe_client) == []


def test_a_request_that_never_began_leaves_its_key_free(stripe_client):
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.checkout.sessions.create(a_basket(colour="blue"), KEY)

    assert stripe_client.v1.checkout.sessions.create(a_basket(), KEY)


def test_a_key_is_forgotten_after_24_hours(stripe_client, clock):
    first = stripe_client.v1.checkout.sessions.create(a_basket(), KEY)
    clock.advance(hours=24)

    second = stripe_client.v1.checkout.sessions.create(a_basket(), KEY)

    assert second.id != first.id


def test_eight_at_once_with_one_key_make_one_session(world):
    together = Barrier(8)

    def create(_: int) -> str:
        client = world.client()
        together.wait()
        try:
            return client.v1.checkout.sessions.create(a_basket(), KEY).id
        except stripe.APIError as error:
            return f"refused {error.http_status}"

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(create, range(8)))

    made = sessions_of(world.client())
    assert len(made) == 1
    assert answers - {"refused 409"} == set(made)


def test_a_second_request_while_the_first_is_slow_is_told_to_wait(world):
    world.faults.slow(SESSIONS, seconds=0.3)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(world.client().v1.checkout.sessions.create, a_basket(), KEY)
        while not world.account.store.rows("SELECT 1 FROM idempotency"):
            pass
        with pytest.raises(stripe.APIError) as refusal:
            world.client().v1.checkout.sessions.create(a_basket(), KEY)

    assert (refusal.value.http_status, refusal.value.code) == (409, None)
    assert refusal.value.json_body["error"]["code"] == "idempotency_key_in_use"
    assert first.result().status == "open"
