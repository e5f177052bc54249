"""Paying: what the payer does, and what the seller's server then finds."""

import pytest

from sandbox.stripe.cards import CARDS
from sandbox.stripe.payer import UnexpectedOutcome
from tests.sandbox.asked import a_basket, open_session

DECLINING = [card for card in CARDS if card.decline]
WHOLE = {"expand": ["payment_intent.latest_charge.balance_transaction"]}


def test_a_good_card_pays_the_session(world, stripe_client):
    session_id = open_session(stripe_client, amount=10_000)

    world.payer(session_id).pay("4242424242424242")

    session = stripe_client.v1.checkout.sessions.retrieve(session_id, WHOLE)
    intent = session.payment_intent
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received) == ("succeeded", 10_000)
    assert intent.metadata.to_dict() == {"payment": "payment-1"}
    assert intent.latest_charge.payment_method_details.card.last4 == "4242"


def test_the_fee_is_kept_from_the_balance(world, stripe_client):
    session_id = open_session(stripe_client, amount=10_000)

    world.payer(session_id).pay()

    session = stripe_client.v1.checkout.sessions.retrieve(session_id, WHOLE)
    movement = session.payment_intent.latest_charge.balance_transaction
    balance = stripe_client.v1.balance.retrieve()
    assert (movement.amount, movement.fee, movement.net) == (10_000, 175, 9_825)
    assert [(share.amount, share.currency) for share in balance.pending] == [(9_825, "eur")]


def test_the_balance_becomes_available_after_two_days(world, stripe_client, clock):
    world.payer(open_session(stripe_client, amount=10_000)).pay()
    clock.advance(days=2)

    balance = stripe_client.v1.balance.retrieve()

    assert (balance.available[0].amount, balance.pending) == (9_825, [])


@pytest.mark.parametrize("card", DECLINING, ids=lambda card: card.scenario)
def test_a_declined_card_leaves_the_session_open_and_says_why(world, stripe_client, card):
    session_id = open_session(stripe_client)

    world.payer(session_id).decline(card.number)

    session = stripe_client.v1.checkout.sessions.retrieve(
        session_id, {"expand": ["payment_intent.latest_charge"]}
    )
    intent = session.payment_intent
    assert (session.status, intent.status) == ("open", "requires_payment_method")
    assert intent.last_payment_error.code == card.decline.code
    assert intent.last_payment_error.decline_code == card.decline.decline_code
    assert (intent.latest_charge.status, intent.latest_charge.paid) == ("failed", False)
    assert world.totals() == {}


def test_after_a_decline_another_card_pays_with_the_same_intent(world, stripe_client):
    session_id = open_session(stripe_client)
    world.payer(session_id).decline()
    first = stripe_client.v1.checkout.sessions.retrieve(session_id).payment_intent

    world.payer(session_id).pay()

    intent = stripe_client.v1.payment_intents.retrieve(first)
    assert (intent.status, intent.last_payment_error) == ("succeeded", None)
    assert [booking.status for booking in world.books()] == ["failed", "succeeded"]


def test_a_confirmed_3d_secure_question_pays(world, stripe_client):
    session_id = open_session(stripe_client)

    world.payer(session_id).pay_with_3ds("4000002500003155")

    charge = stripe_client.v1.charges.list().data[0]
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert world.totals() == {"eur": 12_845}


def test_while_the_bank_asks_nothing_is_taken(world, stripe_client):
    session_id = open_session(stripe_client)

    outcome = world.payer(session_id).attempt("4000002760003184")

    intent = stripe_client.v1.payment_intents.list().data[0]
    assert outcome.result == "requires_action"
    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")
    assert world.books() == []


def test_a_failed_3d_secure_question_takes_nothing_and_makes_no_charge(world, stripe_client):
    session_id = open_session(stripe_client)

    world.payer(session_id).pay_with_3ds(complete=False)

    intent = stripe_client.v1.payment_intents.list().data[0]
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert world.books() == []


def test_a_paid_session_cannot_be_paid_again(world, stripe_client):
    session_id = open_session(stripe_client)
    world.payer(session_id).pay()

    with pytest.raises(UnexpectedOutcome):
        world.payer(session_id).pay()

    assert len(world.books()) == 1


def test_a_late_success_is_processing_first(world, stripe_client):
    session_id = open_session(stripe_client)
    world.faults.late_success()
    world.payer(session_id).pay()
    before = stripe_client.v1.checkout.sessions.retrieve(session_id, WHOLE)

    world.catch_up()

    after = stripe_client.v1.checkout.sessions.retrieve(session_id, WHOLE)
    assert (before.status, before.payment_status) == ("complete", "unpaid")
    assert (before.payment_intent.status, before.payment_intent.amount_received) == (
        "processing",
        0,
    )
    assert (after.payment_status, after.payment_intent.status) == ("paid", "succeeded")
    assert world.events("checkout.session.async_payment_succeeded")


def test_a_processing_payment_can_still_fail(world, stripe_client):
    session_id = open_session(stripe_client)
    world.faults.late_success()
    world.payer(session_id).pay()

    world.settle(session_id, decline=DECLINING[0].decline)

    assert world.books()[0].status == "failed"
    assert world.events("checkout.session.async_payment_failed")
    assert stripe_client.v1.payment_intents.list().data[0].status == "requires_payment_method"


def test_events_tell_the_story_in_order(world, stripe_client):
    session_id = open_session(stripe_client)
    world.payer(session_id).decline()
    world.payer(session_id).pay_with_3ds()

    assert [event["type"] for event in world.events()] == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_an_event_keeps_the_object_as_it_was(world, stripe_client):
    world.payer(open_session(stripe_client)).decline()
    world.payer(open_session(stripe_client)).pay()

    created = world.events("payment_intent.created")[0]["data"]["object"]

    assert (created["status"], created["latest_charge"]) == ("requires_payment_method", None)


def test_no_card_number_is_kept_anywhere(tmp_path, clock, world):
    from_file = type(world)(clock, tmp_path / "stripe.sqlite3")
    session = from_file.client().v1.checkout.sessions.create(a_basket())
    from_file.payer(session.id).pay("4242424242424242")
    from_file.payer(session.id).attempt("4000000000000002")
    from_file.close()

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"4242424242424242" not in kept
    assert b"4000000000000002" not in kept
