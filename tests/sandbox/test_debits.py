"""Bank debits, refunds, disputes and payouts of the played Stripe."""

import pytest
import stripe

from sandbox.stripe import disputes, payouts, refunds
from sandbox.stripe.answers import lacking
from sandbox.stripe.errors import StripeRefusal
from tests.sandbox.asked import open_session

SEPA = {"allowed_payment_method_types": ["card", "sepa_debit"]}


@pytest.fixture
def debited(world, stripe_client):
    """A debit that was ordered; its session."""
    session = open_session(stripe_client, **SEPA)
    world.payer(session).debit()
    return session


def charge_of(client, session_id):
    expand = {"expand": ["payment_intent.latest_charge"]}
    return client.v1.checkout.sessions.retrieve(session_id, expand).payment_intent.latest_charge


def test_a_debit_is_paid_only_when_its_bank_has_answered(world, stripe_client, debited, clock):
    before = stripe_client.v1.checkout.sessions.retrieve(debited)
    clock.advance(days=3)
    world.catch_up(asked=False)
    still = charge_of(stripe_client, debited).status
    clock.advance(days=2)
    world.catch_up(asked=False)

    assert (before.status, before.payment_status, still) == ("complete", "unpaid", "pending")
    assert charge_of(stripe_client, debited).status == "succeeded"
    assert world.events("checkout.session.async_payment_succeeded")


@pytest.mark.parametrize("scenario", ["sepa_fails", "sepa_returned"])
def test_a_test_account_decides_what_its_bank_says(world, stripe_client, scenario):
    session = open_session(stripe_client, **SEPA)
    world.payer(session).debit(scenario)
    world.catch_up()
    world.catch_up()

    charge = charge_of(stripe_client, session)
    if scenario == "sepa_fails":
        assert (charge.status, charge.failure_code) == ("failed", "insufficient_funds")
    else:
        [dispute] = stripe_client.v1.disputes.list({"charge": charge.id}).data
        assert (charge.disputed, dispute.status) == (True, "lost")
        assert [t.amount for t in dispute.balance_transactions] == [-charge.amount]


def test_the_page_offers_a_debit_in_the_currency_of_its_scheme_only(world, stripe_client):
    euro = open_session(stripe_client, **SEPA)
    card_only = open_session(stripe_client)
    pages = world.app.test_client()

    assert b"AT6119" in pages.get(f"/c/pay/{euro}").data
    assert b"AT6119" not in pages.get(f"/c/pay/{card_only}").data
    assert pages.post(f"/c/pay/{card_only}/debit", data={"account": "sepa"}).status_code == 422
    ordered = pages.post(f"/c/pay/{euro}/debit", data={"account": "sepa", "attempt": 0})
    assert ordered.status_code == 303


def test_refunds_never_exceed_what_was_paid_and_come_back_when_they_fail(world, stripe_client):
    session = open_session(stripe_client)
    world.payer(session).pay()
    charge = charge_of(stripe_client, session)

    first = refunds.create(world.account, charge.id, 2_000, is_pending=True)
    refunds.create(world.account, charge.id, None, is_pending=False)
    with pytest.raises(StripeRefusal):
        refunds.create(world.account, charge.id, 1, is_pending=False)
    refunds.succeed(world.account, first["id"])
    refunds.fail(world.account, first["id"])

    assert charge_of(stripe_client, session).amount_refunded == charge.amount - 2_000
    refund = stripe_client.v1.refunds.retrieve(first["id"])
    assert (refund.status, refund.failure_balance_transaction is not None) == ("failed", True)


def test_whatever_became_of_the_money_holds_what_its_class_promises(world, stripe_client, clock):
    sessions = [open_session(stripe_client, **SEPA) for _ in range(3)]
    world.payer(sessions[0]).debit()
    world.catch_up()
    for session in sessions[1:]:
        world.payer(session).pay()
    first, second, third = [charge_of(stripe_client, session).id for session in sessions]
    disputes.give_back(world.account, first)
    refunds.create(world.account, second, 50, is_pending=False)
    dispute = disputes.open_one(world.account, third)
    disputes.decide(world.account, dispute["id"], is_won=True)
    clock.advance(days=3)
    payout = payouts.pay_out(world.account, "eur")
    payouts.arrive(world.account, payout["id"])

    for path, shape in (
        ("refunds", stripe.Refund),
        ("disputes", stripe.Dispute),
        ("payouts", stripe.Payout),
        ("charges", stripe.Charge),
        ("balance_transactions", stripe.BalanceTransaction),
    ):
        items = stripe_client.raw_request("get", f"/v1/{path}?limit=100").data["data"]
        assert items
        assert [fault for item in items for fault in lacking(item, shape)] == []
    of_it = stripe_client.v1.balance_transactions.list({"payout": payout["id"], "limit": 100}).data
    assert sum(one.net for one in of_it) == 0
    balance = stripe_client.v1.balance.retrieve()
    assert [share.amount for share in balance.available + balance.pending if share.amount] == []


def test_the_control_page_lets_money_go_back_while_one_watches(world, stripe_client, debited):
    pages = world.app.test_client()

    pages.post(f"/control/sessions/{debited}/settlement")
    charge = charge_of(stripe_client, debited)
    overview = pages.get("/").get_data(as_text=True)
    assert f"/control/charges/{charge.id}/return" in overview
    pages.post(f"/control/charges/{charge.id}/return")

    shown = {
        address: charge.id in pages.get(address).get_data(as_text=True)
        for address in ("/?method=debit", "/?method=card", "/?before=1", "/?method=debit&before=x")
    }
    assert list(shown.values()) == [True, False, False, True]
    assert charge_of(stripe_client, debited).disputed
    assert "insufficient_funds" in pages.get("/").get_data(as_text=True)
