"""Webhooks: signed as Stripe signs, sent until they are taken, in any order one wishes."""

import json
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import stripe
from werkzeug.wrappers import Request, Response

from sandbox.stripe import StripeWorld
from tests.sandbox.asked import open_session

SECRET = "whsec_for_tests"
STORY = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
STORY += ["checkout.session.completed"]


class Listener:
    """The seller's webhook address: checks the signature with Stripe's own code."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.heard: list[str] = []

    def __call__(self, environ, start_response):
        request = Request(environ)
        signature = request.headers["Stripe-Signature"]
        event = stripe.Webhook.construct_event(request.get_data(), signature, SECRET)
        self.heard.append(event.type)
        return Response(status=self.status)(environ, start_response)


@pytest.fixture
def world() -> StripeWorld:
    """On the wall clock, because signatures are held against it."""
    return StripeWorld(lambda: datetime.now(UTC))


@pytest.fixture
def listener(world) -> Listener:
    listener = Listener()
    world.listen("http://localhost:8003/webhooks/stripe", secret=SECRET, app=listener)
    return listener


def paid(world) -> str:
    session_id = open_session(world.client())
    world.payer(session_id).pay()
    return session_id


def test_every_event_arrives_signed_and_in_order(world, listener):
    paid(world)

    deliveries = world.deliver_all()

    assert listener.heard == STORY
    assert all(delivery.accepted for delivery in deliveries)
    assert world.deliver_all() == []


def test_a_forged_signature_is_no_signature(world):
    paid(world)
    body, headers = world.signed(world.events()[0]["id"], secret="whsec_of_somebody_else")

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)


def test_a_changed_body_breaks_the_signature(world):
    paid(world)
    body, headers = world.signed(world.events()[0]["id"], secret=SECRET)

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(
            body.replace(b"12845", b"12846"), headers["Stripe-Signature"], SECRET
        )


def test_an_old_signature_is_refused_by_stripes_own_code(world):
    paid(world)
    an_hour_ago = datetime.fromtimestamp(time.time() - 3600, UTC)
    body, headers = world.signed(world.events()[0]["id"], secret=SECRET, signed_at=an_hour_ago)

    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)


def test_one_event_can_be_delivered_by_hand(world):
    paid(world)
    listener = Listener()

    status = world.deliver(world.events()[-1]["id"], listener, secret=SECRET)

    assert (status, listener.heard) == (200, ["checkout.session.completed"])


def test_what_is_refused_is_tried_three_times_more(world, listener):
    listener.status = 500
    paid(world)
    for _ in range(6):
        world.deliver_all()

    assert len(listener.heard) == 4 * len(STORY)
    assert world.account.store.rows("SELECT DISTINCT state FROM delivery")[0][0] == "failed"


def test_a_listener_that_recovers_gets_everything(world, listener):
    listener.status = 503
    paid(world)
    world.deliver_all()
    listener.status = 200

    world.deliver_all()

    assert listener.heard == STORY * 2
    assert world.client().v1.events.list({"delivery_success": False}).data == []


def test_an_event_says_how_many_webhooks_still_wait(world, listener):
    paid(world)
    event_id = world.events()[0]["id"]
    before = world.client().v1.events.retrieve(event_id).pending_webhooks

    world.deliver_all()

    assert (before, world.client().v1.events.retrieve(event_id).pending_webhooks) == (1, 0)


def test_duplicates(world, listener):
    world.faults.duplicate("checkout.session.completed", copies=3)
    paid(world)

    world.deliver_all()

    assert listener.heard == [*STORY, STORY[-1], STORY[-1]]


def test_last_one_first(world, listener):
    world.faults.reverse()
    paid(world)

    world.deliver_all()

    assert listener.heard == STORY[::-1]


def test_a_shuffle_is_the_same_for_the_same_seed(world, listener):
    for _ in range(2):
        world.faults.shuffle(seed=7)
        paid(world)
        world.deliver_all()

    assert sorted(listener.heard[:4]) == sorted(STORY)
    assert listener.heard[:4] == listener.heard[4:] != STORY


def test_webhooks_kept_back_go_out_when_released(world, listener):
    world.faults.hold("payment_intent.*")
    paid(world)
    world.deliver_all()
    first = list(listener.heard)

    world.faults.release()
    world.deliver_all()

    assert first == ["charge.succeeded", "checkout.session.completed"]
    assert listener.heard == [*first, "payment_intent.created", "payment_intent.succeeded"]


def test_webhooks_that_never_come_leave_their_events_in_the_list(world, listener):
    world.faults.never("*", times=4)
    paid(world)
    world.deliver_all()

    listed = world.client().v1.events.list({"delivery_success": False})

    assert listener.heard == []
    assert [event.type for event in listed.data] == STORY[::-1]


def test_a_listener_that_breaks_down_loses_nothing(world):
    def breaks_down(environ, start_response):
        raise RuntimeError

    listener = Listener()
    paid(world)
    world.listen("http://localhost:8003/webhooks/stripe", secret=SECRET, app=breaks_down)
    paid(world)
    with pytest.raises(RuntimeError):
        world.deliver_all()

    world.listen("http://localhost:8003/webhooks/stripe", secret=SECRET, app=listener)
    world.deliver_all()

    assert listener.heard == STORY


def test_resending_sends_again(world, listener):
    paid(world)
    world.deliver_all()

    world.resend(world.events("checkout.session.completed")[0]["id"])
    world.deliver_all()

    assert listener.heard == [*STORY, "checkout.session.completed"]


def test_the_news_can_overtake_the_answer(world, listener):
    session_id = open_session(world.client())
    world.faults.webhook_first("POST /v1/checkout/sessions/*/expire")

    world.client().v1.checkout.sessions.expire(session_id)

    assert listener.heard == ["checkout.session.expired"]


def test_an_endpoint_hears_only_what_it_asked_for(world):
    endpoint = world.client().v1.webhook_endpoints.create(
        {"url": "http://localhost:8003/x", "enabled_events": ["charge.succeeded"]}
    )
    paid(world)

    waiting = world.account.store.rows("SELECT type FROM delivery")

    assert endpoint.secret.startswith("whsec_")
    assert [row["type"] for row in waiting] == ["charge.succeeded"]
    assert not hasattr(world.client().v1.webhook_endpoints.retrieve(endpoint.id), "secret")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/x",
        "http://10.0.0.1/x",
        "http://localhost.example.com/",
        "ftp://localhost",
    ],
)
def test_nothing_is_ever_posted_to_another_machine(world, url):
    with pytest.raises(stripe.InvalidRequestError):
        world.client().v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})


def test_an_endpoint_can_be_changed_and_removed(world):
    endpoints = world.client().v1.webhook_endpoints
    made = endpoints.create({"url": "http://localhost:8003/x", "enabled_events": ["*"]})

    changed = endpoints.update(made.id, {"disabled": True})
    gone = endpoints.delete(made.id)

    assert (changed.status, gone.deleted) == ("disabled", True)
    assert endpoints.list().data == []


def test_the_background_delivers_over_http(world):
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRET)
            heard.append(json.loads(body)["type"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *ignored):
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        world.listen(f"http://localhost:{server.server_port}/hook", secret=SECRET)
        world.start()
        paid(world)
        until = time.monotonic() + 10
        while len(heard) < len(STORY) and time.monotonic() < until:
            time.sleep(0.02)
        world.close()
        server.shutdown()

    assert heard == STORY
