"""The sandbox keeps to the types inside the installed `stripe` package."""

import pytest
import stripe

from sandbox.stripe.account import API_VERSION
from sandbox.stripe.answers import lacking
from sandbox.stripe.contract import read
from sandbox.stripe.errors import StripeRefusal
from sandbox.stripe.forms import decode
from tests.sandbox.asked import a_basket, open_session
from tests.sandbox.test_saved_methods import charge, saved

CREATE = stripe.params.checkout.SessionCreateParams


@pytest.fixture
def lived(world, stripe_client) -> stripe.StripeClient:
    """A world in which everything has happened once."""
    stripe_client.v1.webhook_endpoints.create(
        {"url": "http://localhost:8003/x", "enabled_events": ["*"]}
    )
    stripe_client.v1.customers.create({"email": "clara@example.com"})
    session_id = open_session(stripe_client, customer_email="clara@example.com")
    world.payer(session_id).decline()
    world.payer(open_session(stripe_client)).attempt("4000002760003184")
    world.payer(session_id).pay_with_3ds()
    stripe_client.v1.checkout.sessions.expire(open_session(stripe_client))
    customer = stripe_client.v1.customers.create({}).id
    method = saved(world, stripe_client, customer, "4000002760003184")
    saved(world, stripe_client, customer, account="sepa")
    with pytest.raises(stripe.CardError):
        charge(stripe_client, customer, method)
    open_session(stripe_client, branding_settings={"display_name": "Ardenne"})
    return stripe_client


KINDS = [
    ("/v1/checkout/sessions", stripe.checkout.Session),
    ("/v1/payment_intents", stripe.PaymentIntent),
    ("/v1/setup_intents", stripe.SetupIntent),
    ("/v1/payment_methods", stripe.PaymentMethod),
    ("/v1/charges", stripe.Charge),
    ("/v1/balance_transactions", stripe.BalanceTransaction),
    ("/v1/events", stripe.Event),
    ("/v1/webhook_endpoints", stripe.WebhookEndpoint),
]


@pytest.mark.parametrize(("path", "shape"), KINDS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_answer_holds_what_its_class_promises(lived, path, shape):
    items = lived.raw_request("get", f"{path}?limit=100").data["data"]

    assert items
    assert [fault for item in items for fault in lacking(item, shape)] == []


def test_single_answers_do_too(lived):
    session = lived.raw_request("get", "/v1/checkout/sessions?limit=1").data["data"][0]
    line = lived.raw_request("get", f"/v1/checkout/sessions/{session['id']}/line_items")

    assert lacking(line.data["data"][0], stripe.LineItem) == []
    assert lacking(lived.raw_request("get", "/v1/balance").data, stripe.Balance) == []


def test_objects_inside_events_do_too(lived, world):
    shapes = {
        "checkout.session": stripe.checkout.Session,
        "payment_intent": stripe.PaymentIntent,
        "charge": stripe.Charge,
        "setup_intent": stripe.SetupIntent,
        "payment_method": stripe.PaymentMethod,
    }

    inside = [event["data"]["object"] for event in world.events()]

    assert {thing["object"] for thing in inside} == set(shapes)
    assert [f for thing in inside for f in lacking(thing, shapes[thing["object"]])] == []


def test_nothing_of_our_own_notes_leaks_out(lived, world):
    answers = [lived.raw_request("get", f"{path}?limit=100").data["data"] for path, _ in KINDS]
    answers.append([event["data"]["object"] for event in world.events()])

    leaked = {name for items in answers for item in items for name in item if name[0] == "_"}

    assert leaked == set()


def test_the_check_itself_notices_what_is_missing_or_mistyped(lived):
    charge = dict(lived.raw_request("get", "/v1/charges").data["data"][0])
    del charge["amount"]
    charge["paid"] = "yes"

    assert lacking(charge, stripe.Charge) == ["amount is absent", "paid is str, not bool"]


def test_the_package_speaks_the_version_the_sandbox_plays():
    assert stripe.api_version == API_VERSION


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("line_items=1", "Invalid array"),
        ("line_items[0][quantity]=one", "Invalid integer: one"),
        ("line_items[0][price_data][unit_amount]=5", "Missing required param"),
        ("allow_promotion_codes=maybe", "Invalid boolean: maybe"),
        ("metadata=1", "Invalid object"),
        ("locale=xx", "Invalid locale: must be one of"),
        ("submit_type=give", "Invalid submit_type: must be one of"),
        ("a[b][c]=1", "Received unknown parameter: a"),
        ("api_key=sk", "Received unknown parameter: api_key"),
    ],
)
def test_what_the_types_do_not_allow_is_refused(form, message):
    with pytest.raises(StripeRefusal, match=message):
        read(CREATE, decode(form))


def test_what_the_types_allow_comes_out_typed():
    form = "line_items[0][quantity]=2&metadata[payment]=7&expires_at=99&allow_promotion_codes=false"

    assert read(CREATE, decode(form)) == {
        "line_items": [{"quantity": 2}],
        "metadata": {"payment": "7"},
        "expires_at": 99,
        "allow_promotion_codes": False,
    }


def test_a_list_may_be_written_without_numbers():
    assert decode("expand[]=a&expand[]=b") == {"expand": {"0": "a", "1": "b"}}
    assert read(CREATE, decode("expand[]=a&expand[]=b")) == {"expand": ["a", "b"]}


def test_a_basket_of_the_tests_is_within_the_contract(stripe_client):
    assert stripe_client.v1.checkout.sessions.create(a_basket()).object == "checkout.session"
