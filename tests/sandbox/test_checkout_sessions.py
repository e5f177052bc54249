"""Checkout sessions as the seller's server meets them."""

import pytest
import stripe

from tests.sandbox.asked import a_basket, open_session


def test_a_new_session_is_open_unpaid_and_has_no_intent_yet(stripe_client):
    session = stripe_client.v1.checkout.sessions.create(a_basket())

    assert session.id.startswith("cs_test_")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None
    assert session.url == f"http://localhost/c/pay/{session.id}"
    assert session.expires_at - session.created == 24 * 3600


def test_the_answer_holds_what_was_asked(stripe_client):
    metadata = {"payment": "payment-1"}

    made = stripe_client.v1.checkout.sessions.create(a_basket(metadata=metadata, locale="fr"))
    found = stripe_client.v1.checkout.sessions.retrieve(made.id)

    assert found.client_reference_id == "payment-1"
    assert found.metadata.to_dict() == metadata
    assert (found.amount_total, found.currency, found.locale) == (12_845, "eur", "fr")


def test_the_total_is_the_sum_of_all_lines(stripe_client):
    lines = a_basket(amount=1_000)["line_items"] + a_basket(amount=250)["line_items"]
    lines[1]["quantity"] = 3

    session = stripe_client.v1.checkout.sessions.create(
        a_basket(line_items=lines) | {"expand": ["line_items"]}
    )

    assert session.amount_total == 1_750
    assert [item.amount_total for item in session.line_items.data] == [1_000, 750]


@pytest.mark.parametrize(
    ("different", "code", "param"),
    [
        ({"ui_mode": "hosted"}, None, "ui_mode"),
        ({"mode": "subscription"}, "sandbox_not_played", "mode"),
        (
            {"payment_method_types": ["card"]},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ({"colour": "blue"}, "parameter_unknown", "colour"),
        ({"discounts": [{"coupon": "x"}]}, "sandbox_not_played", "discounts"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"success_url": "http://a;b/"}, "url_invalid", "success_url"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"expires_at": 1}, None, "expires_at"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
        ({"customer": "cus_nobody"}, "resource_missing", "customer"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_stripe_or_the_sandbox_cannot_do_is_refused(stripe_client, different, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        stripe_client.v1.checkout.sessions.create(a_basket(**different))

    assert (refusal.value.code, refusal.value.param) == (code, param)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (0, "kwd", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
        (1_001, "kwd", None),
        (10_050, "isk", None),
        (1_000, "xyz", None),
    ],
)
def test_amounts_no_card_can_pay_are_refused(stripe_client, amount, currency, code):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        open_session(stripe_client, amount=amount, currency=currency)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("amount", "currency"), [(50, "eur"), (50, "jpy"), (10, "kwd"), (99_999_999, "usd")]
)
def test_amounts_at_the_edge_are_taken(stripe_client, amount, currency):
    assert open_session(stripe_client, amount=amount, currency=currency)


def test_a_mistyped_amount_is_named_as_stripe_names_it(stripe_client):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        open_session(stripe_client, amount="12.50")

    assert refusal.value.code == "parameter_invalid_integer"
    assert refusal.value.param == "line_items[0][price_data][unit_amount]"


def test_an_expired_session_takes_no_more_cards(world, stripe_client):
    session_id = open_session(stripe_client)
    world.payer(session_id).decline()

    expired = stripe_client.v1.checkout.sessions.expire(session_id)
    outcome = world.payer(session_id).attempt("4242424242424242")

    assert (expired.status, expired.url) == ("expired", None)
    assert outcome.result == "closed"
    intent = stripe_client.v1.payment_intents.retrieve(expired.payment_intent)
    assert (intent.status, intent.cancellation_reason) == ("canceled", "expired")
    assert world.events("checkout.session.expired")


def test_only_an_open_session_can_be_expired(world, stripe_client):
    session_id = open_session(stripe_client)
    world.payer(session_id).pay()

    with pytest.raises(stripe.InvalidRequestError, match="status in"):
        stripe_client.v1.checkout.sessions.expire(session_id)


def test_a_session_expires_by_itself_after_its_time(world, stripe_client, clock):
    session_id = open_session(stripe_client)
    clock.advance(hours=24)

    world.catch_up()

    assert stripe_client.v1.checkout.sessions.retrieve(session_id).status == "expired"
    assert len(world.events("checkout.session.expired")) == 1


def test_a_key_nobody_knows_is_refused(world):
    with pytest.raises(stripe.AuthenticationError):
        world.client("sk_test_stranger").v1.events.list()


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", ""])
def test_a_live_key_never_gets_near(world, key):
    with pytest.raises(ValueError, match="test keys only"):
        world.client(key)


def test_a_live_key_over_http_is_refused_too(world):
    answer = world.app.test_client().get(
        "/v1/events", headers={"Authorization": "Bearer sk_live_1"}
    )

    assert answer.status_code == 401
    assert "live keys are refused" in answer.json["error"]["message"]


def test_what_does_not_exist_is_a_404(stripe_client):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        stripe_client.v1.checkout.sessions.retrieve("cs_test_nothing")

    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_another_version_of_the_api_is_refused(stripe_client):
    with pytest.raises(stripe.InvalidRequestError, match="API version"):
        stripe_client.v1.events.list(options={"stripe_version": "2024-06-20"})


def test_a_customer_can_be_named(stripe_client):
    customer = stripe_client.v1.customers.create({"email": "clara@example.com", "name": "Clara"})

    session = stripe_client.v1.checkout.sessions.create(a_basket(customer=customer.id))

    assert stripe_client.v1.customers.retrieve(session.customer).email == "clara@example.com"
