"""F10: who may tell us something, through the real face of machines."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from stripe import Webhook

from payments.card.gateway import SIGNATURE_AGE_MAX_SECONDS, StripeGateway
from sandbox.stripe.webhooks import post_in_process, signature
from sandbox.stripe.world import DEFAULT_SIGNING
from tests.factories.work import a_desk, an_api

OLD, NEW = DEFAULT_SIGNING, "whsec_the_next_one"
ADDRESS = "http://localhost/webhooks/stripe"


def stamp(**ago):
    return int((datetime.now(UTC) - timedelta(**ago)).timestamp())


@pytest.fixture
def message(till):
    """One true message, unsigned."""
    till.start({till.invoice(): 10_000})
    till.payer(till.payments[0]).pay()
    body, _headers = till.world.signed(till.world.events()[-1]["id"])
    return body


@pytest.fixture
def rotating(till):
    """The face while a secret is being replaced: both are good."""
    gateway = StripeGateway(till.world.client(), webhook_secrets=[NEW, OLD])
    return an_api(a_desk(till.clock, till.transaction, gateway))


def send(app, body, header):
    headers = {"Content-Type": "application/json"}
    if header is not None:
        headers["Stripe-Signature"] = header
    return post_in_process(app, ADDRESS, body, headers)


def test_a_message_signed_by_the_provider_is_stored(till, api, message):
    status = send(api, message, signature(message, OLD, stamp()))

    assert (status, till.count("provider_event")) == (200, 1)


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_a_secret_is_replaced_both_are_good(till, rotating, message, secret):
    status = send(rotating, message, signature(message, secret, stamp()))

    assert (status, till.count("provider_event")) == (200, 1)


def test_one_of_several_signatures_is_enough(till, api, message):
    """The provider signs with each secret of an endpoint while it is rolled."""
    good = signature(message, OLD, stamp())
    header = good.replace(",v1=", f",v1={'0' * 64},v1=")

    assert send(api, message, header) == 200


def bad_headers(body):
    now = stamp()
    good = signature(body, OLD, now)
    digest = good.partition("v1=")[2]
    return {
        "none": None,
        "empty": "",
        "nonsense": "hello",
        "no time": f"v1={digest}",
        "no signature": f"t={now}",
        "another digest": f"t={now},v1={'0' * 64}",
        "another scheme": f"t={now},v0={digest}",
        "another endpoint's secret": signature(body, "whsec_of_another_endpoint", now),
        "a secret that was replaced": signature(body, "whsec_old", now),
        "too old": signature(body, OLD, stamp(seconds=SIGNATURE_AGE_MAX_SECONDS + 5)),
        "the time was changed": good.replace(f"t={now}", f"t={now + 1}"),
        "time is no number": good.replace(f"t={now}", "t=now"),
        "upper case": f"t={now},v1={digest.upper()}",
        "not ASCII": "t=1,v1=\xe9\xe9",
    }


@pytest.mark.parametrize("kind", bad_headers(b""))
def test_a_signature_that_does_not_fit_stores_nothing(till, api, message, kind):
    status = send(api, message, bad_headers(message)[kind])

    assert (status, till.count("provider_event")) == (400, 0)
    assert till.count("outbox_message") == 0


def test_a_signature_of_the_future_is_taken_as_the_library_takes_it(till, api, message):
    """The library refuses old stamps only: a provider whose clock runs ahead is still heard."""
    later = signature(message, OLD, stamp(minutes=-10))

    Webhook.construct_event(message, later, OLD, tolerance=SIGNATURE_AGE_MAX_SECONDS)

    assert send(api, message, later) == 200


@pytest.mark.parametrize(
    "bent",
    [
        {"id": "evt_" + "x" * 300},
        {"id": "evt_\0"},
        {"id": 5},
        {"data": {"object": {"id": "cs_1", "metadata": ["payment"]}}},
        {"data": {"object": {"id": ["cs_1"]}}},
        {"data": {"object": {"id": "cs_1", "metadata": {"payment": 5}}}},
        {"data": []},
    ],
)
def test_a_signed_oddity_is_no_defect(till, api, message, bent):
    body = json.dumps(json.loads(message) | bent).encode()

    assert send(api, body, signature(body, OLD, stamp())) in (200, 400)


def test_a_message_that_is_almost_too_old_is_taken(api, message):
    almost = signature(message, OLD, stamp(seconds=SIGNATURE_AGE_MAX_SECONDS - 30))

    assert send(api, message, almost) == 200


BODIES = {
    "one byte changed": lambda body: body.replace(b"10000", b"10001"),
    "cut short": lambda body: body[:-1],
    "empty": lambda body: b"",
    "another": lambda body: b"{}",
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_was_changed_stores_nothing(till, api, message, kind):
    header = signature(message, OLD, stamp())

    status = send(api, BODIES[kind](message), header)

    assert (status, till.count("provider_event")) == (400, 0)


SIGNED_NONSENSE = {
    "not UTF-8": b'{"id": "\xff\xfe"}',
    "not JSON": b"hello",
    "a list": b"[]",
    "a number": b"1",
    "no event": b"{}",
    "no object in it": b'{"id": "evt_1", "object": "event", "type": "charge.succeeded"}',
}


@pytest.mark.parametrize("kind", SIGNED_NONSENSE)
def test_signed_nonsense_is_refused_and_breaks_nothing(till, api, kind):
    body = SIGNED_NONSENSE[kind]

    status = send(api, body, signature(body, OLD, stamp()))

    assert status == 400
    assert till.count("provider_event") == 0


def test_a_body_of_more_than_a_megabyte_is_not_read(till, api):
    body = json.dumps({"id": "evt_1", "padding": "x" * 1_100_000}).encode()

    status = send(api, body, signature(body, OLD, stamp()))

    assert (status, till.count("provider_event")) == (413, 0)


def test_a_body_of_almost_a_megabyte_is_read(till, api, message):
    event = json.loads(message)
    event["data"]["object"]["description"] = "x" * 900_000
    body = json.dumps(event).encode()

    assert send(api, body, signature(body, OLD, stamp())) == 200


def test_a_test_message_is_refused_where_money_is_real(till, message):
    """A live key and a message in test mode: somebody mixed up two endpoints."""
    gateway = StripeGateway(till.world.client(), webhook_secrets=[OLD], is_live=True)
    app = an_api(a_desk(till.clock, till.transaction, gateway))

    status = send(app, message, signature(message, OLD, stamp()))

    assert (status, till.count("provider_event")) == (400, 0)


def test_a_live_message_is_refused_where_no_money_is_real(till, api, message):
    body = json.dumps(json.loads(message) | {"livemode": True}).encode()

    status = send(api, body, signature(body, OLD, stamp()))

    assert (status, till.count("provider_event")) == (400, 0)


@pytest.mark.parametrize("kind", ["customer.created", "invoice.paid", "a.type.of.the.future"])
def test_an_unknown_type_is_kept_and_asks_for_no_work(till, api, message, kind):
    body = json.dumps(json.loads(message) | {"type": kind}).encode()

    status = send(api, body, signature(body, OLD, stamp()))

    assert (status, till.count("provider_event"), till.count("outbox_message")) == (200, 1, 0)


def test_only_a_post_is_answered(api):
    statuses = {
        method: api.test_client().open("/webhooks/stripe", method=method).status_code
        for method in ("GET", "PUT", "DELETE", "PATCH")
    }

    assert set(statuses.values()) <= {404, 405}
