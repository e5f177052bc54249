"""Saving a method on the hosted page, and charging it with nobody present."""

import pytest
import stripe

RETURN = "http://localhost:8001/payments/1/return"
ALWAYS_ASKS, DECLINED_LATER = "4000002760003184", "4000000000000341"


@pytest.fixture
def customer(stripe_client) -> str:
    return stripe_client.v1.customers.create({"name": "Ardenne"}).id


def a_setup(client, customer, currency="eur") -> stripe.checkout.Session:
    kinds = ["card", "sepa_debit" if currency == "eur" else "us_bank_account"]
    return client.v1.checkout.sessions.create(
        {
            "mode": "setup",
            "currency": currency,
            "customer": customer,
            "allowed_payment_method_types": kinds,
            "setup_intent_data": {"metadata": {"setup": "1"}},
            "success_url": "http://localhost:8001/saved-methods/1/return",
        }
    )


def saved(world, client, customer, number=None, account=None) -> str:
    """The method somebody saved on the hosted page."""
    session = a_setup(client, customer)
    payer = world.payer(session.id)
    payer.save_account(account) if account else payer.save(number or "4242424242424242")
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    return found.setup_intent.payment_method


def charge(client, customer, method, **different) -> stripe.PaymentIntent:
    wish = {
        "amount": 5_000,
        "currency": "eur",
        "customer": customer,
        "payment_method": method,
        "allowed_payment_method_types": ["card", "sepa_debit"],
        "off_session": True,
        "confirm": True,
    }
    return client.v1.payment_intents.create(wish | different)


def test_a_saved_card_is_listed_charged_and_gone_once_it_is_detached(
    world, stripe_client, customer
):
    method = saved(world, stripe_client, customer)

    listed = stripe_client.v1.customers.payment_methods.list(customer, {"type": "card"})
    assert [one.id for one in listed.data] == [method]
    assert charge(stripe_client, customer, method).status == "succeeded"
    stripe_client.v1.payment_methods.detach(method)
    with pytest.raises(stripe.InvalidRequestError, match="was detached"):
        charge(stripe_client, customer, method)
    with pytest.raises(stripe.InvalidRequestError, match="was detached"):
        stripe_client.v1.payment_methods.attach(method, {"customer": customer})
    assert world.totals() == {"eur": 5_000}


def test_nobodys_method_is_charged_for_another_customer(world, stripe_client, customer):
    method = saved(world, stripe_client, customer)
    other = stripe_client.v1.customers.create({}).id

    with pytest.raises(stripe.InvalidRequestError, match="belongs to a Customer"):
        charge(stripe_client, other, method)


def test_a_bank_that_wants_the_payer_takes_nothing_until_the_same_intent_is_confirmed(
    world, stripe_client, customer
):
    method = saved(world, stripe_client, customer, ALWAYS_ASKS)

    with pytest.raises(stripe.CardError) as refusal:
        charge(stripe_client, customer, method)

    assert (refusal.value.code, refusal.value.http_status) == ("authentication_required", 402)
    intent = refusal.value.error.payment_intent
    assert intent.status == "requires_payment_method"
    assert world.totals() == {}
    asked = stripe_client.v1.payment_intents.confirm(
        intent.id, {"payment_method": method, "return_url": RETURN}
    )
    page = asked.next_action.redirect_to_url.url
    browser = world.app.test_client()
    assert "is it you?" in browser.get(page).text
    answer = browser.post(page, data={"answer": "complete"})
    assert answer.location.startswith(RETURN)
    browser.post(page, data={"answer": "complete"})
    assert world.totals() == {"eur": 5_000}


def test_a_declined_charge_is_answered_the_same_under_its_key_and_can_be_canceled(
    world, stripe_client, customer
):
    method = saved(world, stripe_client, customer, DECLINED_LATER)
    key = {"idempotency_key": "one-press"}
    wish = {
        "amount": 5_000,
        "currency": "eur",
        "customer": customer,
        "payment_method": method,
        "off_session": True,
        "confirm": True,
    }

    refusals = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refusal:
            stripe_client.v1.payment_intents.create(wish, key)
        refusals.append(refusal.value.error.payment_intent.id)

    assert refusals[0] == refusals[1]
    assert [one.status for one in world.books()] == ["failed"]
    assert stripe_client.v1.payment_intents.cancel(refusals[0]).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="a status of canceled"):
        stripe_client.v1.payment_intents.confirm(refusals[0], {"payment_method": method})


@pytest.mark.parametrize(("account", "taken"), [("sepa", 5_000), ("sepa_fails", 0)])
def test_a_saved_account_is_debited_days_later(world, stripe_client, customer, account, taken):
    method = saved(world, stripe_client, customer, account=account)

    assert charge(stripe_client, customer, method).status == "processing"
    world.catch_up()

    assert world.totals().get("eur", 0) == taken


def test_the_page_saves_by_its_form_and_says_that_nothing_is_taken(world, stripe_client, customer):
    session = a_setup(stripe_client, customer, "usd")
    browser = world.app.test_client()
    here = f"/c/pay/{session.id}"

    page = browser.get(here).text
    declined = {"number": "4000000000000002", "expiry": "12/30", "code": "123", "attempt": "0"}
    after = browser.get(browser.post(here, data=declined).location).text
    answer = browser.post(f"{here}/debit", data={"account": "ach", "attempt": "1"})

    assert "Nothing is taken now." in page
    assert "Your card was declined." in after
    assert answer.location == "http://localhost:8001/saved-methods/1/return"
    assert [event["type"] for event in world.events()][-3:] == [
        "payment_method.attached",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]
    assert world.books() == []
    assert "This is saved" in browser.get(here).text
