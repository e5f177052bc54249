"""Faults: each spoils the calls it was set for, and no other."""

import pytest
import stripe

from tests.sandbox.asked import SESSIONS, a_basket, open_session

KEY = {"idempotency_key": "operation-1"}


def made(world) -> int:
    return len(world.client().v1.checkout.sessions.list().data)


def test_a_lost_answer_is_a_broken_connection_after_the_work(world, stripe_client):
    world.faults.answer_lost(SESSIONS)

    with pytest.raises(stripe.APIConnectionError):
        stripe_client.v1.checkout.sessions.create(a_basket(), KEY)

    assert made(world) == 1
    again = stripe_client.v1.checkout.sessions.create(a_basket(), KEY)
    assert again.last_response.headers["Idempotent-Replayed"] == "true"


def test_the_client_gets_over_a_lost_answer_by_itself_when_it_may_try_again(world):
    world.faults.answer_lost(SESSIONS)

    session = world.client(retries=1).v1.checkout.sessions.create(a_basket(), KEY)

    assert (session.status, made(world)) == ("open", 1)


def test_a_late_call_is_carried_out_after_the_client_gave_up(world, stripe_client):
    world.faults.late_call(SESSIONS)
    with pytest.raises(stripe.APIConnectionError):
        stripe_client.v1.checkout.sessions.create(a_basket(), KEY)
    before = made(world)

    world.catch_up()

    assert (before, made(world)) == (0, 1)


def test_a_late_call_sent_again_meanwhile_still_works_once(world, stripe_client):
    world.faults.late_call(SESSIONS)
    with pytest.raises(stripe.APIConnectionError):
        stripe_client.v1.checkout.sessions.create(a_basket(), KEY)

    stripe_client.v1.checkout.sessions.create(a_basket(), KEY)
    world.catch_up()

    assert made(world) == 1


def test_a_late_call_whose_key_was_used_for_something_else_does_nothing(world, stripe_client):
    world.faults.late_call(SESSIONS)
    with pytest.raises(stripe.APIConnectionError):
        stripe_client.v1.checkout.sessions.create(a_basket(amount=1_000), KEY)
    stripe_client.v1.checkout.sessions.create(a_basket(amount=2_000), KEY)

    world.catch_up()

    assert made(world) == 1


@pytest.mark.parametrize(
    ("switch", "status"), [("in_flight", 409), ("rate_limited", 429), ("server_error", 500)]
)
def test_refusals_on_demand(world, stripe_client, switch, status):
    getattr(world.faults, switch)(SESSIONS)

    with pytest.raises(stripe.StripeError) as error:
        stripe_client.v1.checkout.sessions.create(a_basket())

    assert (error.value.http_status, made(world)) == (status, 0)


def test_a_fault_is_used_up(world, stripe_client):
    world.faults.rate_limited("GET /v1/events*", times=2)
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            stripe_client.v1.events.list()

    assert stripe_client.v1.events.list().data == []
    assert world.faults.active() == []


def test_a_fault_meets_only_the_call_it_is_for(world, stripe_client):
    world.faults.rate_limited("GET /v1/checkout/sessions/*")

    session_id = open_session(stripe_client)

    with pytest.raises(stripe.RateLimitError):
        stripe_client.v1.checkout.sessions.retrieve(session_id)


def test_a_test_can_act_between_the_work_and_the_answer(world, stripe_client):
    def somebody_pays() -> None:
        newest = world.client().v1.checkout.sessions.list().data[0]
        world.payer(newest.id).pay()

    world.faults.before_answer(SESSIONS, somebody_pays)

    session = stripe_client.v1.checkout.sessions.create(a_basket())

    assert session.status == "open"
    assert stripe_client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_faults_can_be_set_by_another_process(world):
    browser = world.app.test_client()

    browser.post("/control/faults", data={"kind": "slow", "matching": SESSIONS, "seconds": "0.01"})
    refused = browser.post("/control/faults", data={"kind": "earthquake"})

    listed = browser.get("/control/faults").json["faults"]
    assert [(fault["kind"], fault["seconds"]) for fault in listed] == [("slow", 0.01)]
    assert refused.status_code == 422


def test_clear_makes_all_well(world, stripe_client):
    world.faults.answer_lost("*", times=100)
    world.faults.hold()

    world.faults.clear()

    assert world.faults.active() == []
    assert open_session(stripe_client)
