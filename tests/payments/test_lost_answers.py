"""F2, F3, F4: the provider does not answer, or answers with an error. No doubt is ever guessed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from payments.card.gateway import StripeGateway
from payments.card.models import CardPaymentState as S
from sandbox.stripe.cards import BY_SCENARIO
from sandbox.stripe.world import DEFAULT_SIGNING

OPEN = "POST /v1/checkout/sessions"
LOOK = "GET /v1/checkout/sessions/*"
DECLINE = BY_SCENARIO["declined"].decline


def pages(till):
    return till.world.client().v1.checkout.sessions.list({"limit": 100}).data


def spoil(till, fault):
    """Switch one fault on for opening the page."""
    faults = till.world.faults
    {
        "answer lost": lambda: faults.answer_lost(OPEN),
        "call late": lambda: faults.late_call(OPEN),
        "500, done": lambda: faults.server_error(OPEN, worked=True),
        "500, not done": lambda: faults.server_error(OPEN),
        "409": lambda: faults.in_flight(OPEN),
        "429": lambda: faults.rate_limited(OPEN),
    }[fault]()


FAULTS = ["answer lost", "call late", "500, done", "500, not done", "409", "429"]


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_provider_does_one_payment_is_taken_once(till, fault):
    invoice = till.invoice(10_000)
    spoil(till, fault)
    payment = till.start({invoice: 10_000})

    till.clock.advance(minutes=2)
    till.world.catch_up()
    till.check_due()
    if till.state(payment) == S.REFUSED:  # surely not made: the customer presses again
        payment = till.start({invoice: 10_000})
    till.payer(payment).pay()

    assert till.sync(payment) is S.SUCCEEDED
    assert till.receipts() == [(10_000, 0, True)]
    assert [page.status for page in pages(till)].count("complete") == 1


@pytest.mark.parametrize("fault", ["answer lost", "call late", "409", "429"])
def test_without_an_answer_the_payment_is_unknown_and_not_refused(till, fault):
    invoice = till.invoice()
    spoil(till, fault)

    payment = till.start({invoice: 10_000})

    assert till.state(payment) == S.UNKNOWN


@pytest.mark.parametrize(("worked", "state"), [(True, S.AWAITING_PAYER), (False, S.REFUSED)])
def test_an_error_that_is_kept_under_the_key_is_looked_up_at_once(till, worked, state):
    invoice = till.invoice()
    till.world.faults.server_error(OPEN, worked=worked)

    payment = till.start({invoice: 10_000})

    assert till.state(payment) == state
    assert len(pages(till)) == int(worked)


def test_a_call_that_arrives_after_we_asked_again_makes_no_second_page(till):
    invoice = till.invoice()
    till.world.faults.late_call(OPEN)
    payment = till.start({invoice: 10_000})

    till.sync(payment)
    till.world.catch_up()

    assert till.state(payment) == S.AWAITING_PAYER
    assert len(pages(till)) == 1


def test_a_provider_that_never_made_the_page_is_believed_only_when_it_says_so(till):
    invoice = till.invoice()
    till.world.faults.rate_limited(OPEN)
    payment = till.start({invoice: 10_000})
    till.clock.advance(hours=2)  # too late to open a page that ends when this payment does

    till.check_due()

    assert till.state(payment) == S.REFUSED
    assert pages(till) == []


def test_a_key_older_than_a_day_is_never_sent_again(till):
    """F4: the provider has forgotten the key; the same call would be a second page."""
    invoice = till.invoice()
    till.world.faults.answer_lost(OPEN)
    payment = till.start({invoice: 10_000})
    till.clock.advance(hours=25)

    till.check_due()

    assert till.state(payment) == S.EXPIRED
    assert len(pages(till)) == 1


def test_a_payment_without_a_page_after_a_day_is_a_case(till):
    invoice = till.invoice()
    till.world.faults.late_call(OPEN)
    payment = till.start({invoice: 10_000})
    till.clock.advance(hours=25)

    till.check_due()

    assert till.state(payment) == S.REFUSED
    assert till.cases() == ["answer_missing"]


def test_money_taken_on_a_page_whose_answer_was_lost_is_booked(till):
    """Found by the message alone: we never learned the page's address."""
    invoice = till.invoice()
    till.world.faults.answer_lost(OPEN)
    payment = till.start({invoice: 10_000})
    till.world.payer(pages(till)[0].id).pay()

    till.clock.advance(minutes=2)
    till.check_due()

    assert till.state(payment) == S.SUCCEEDED
    assert till.receipts() == [(10_000, 0, True)]


@pytest.mark.parametrize("fault", ["answer_lost", "rate_limited", "in_flight", "server_error"])
def test_no_answer_to_a_look_is_a_doubt_and_is_asked_again_soon(till, fault):
    invoice = till.invoice()
    payment = till.start({invoice: 10_000})
    till.payer(payment).pay()
    for _ in range(6):
        getattr(till.world.faults, fault)(LOOK)
        assert till.sync(payment) is S.UNKNOWN

    till.clock.advance(minutes=2)
    till.check_due()

    assert till.state(payment) == S.SUCCEEDED


def test_a_page_the_provider_denies_keeps_nobody_else_waiting(till):
    lost, found = till.invoice(), till.invoice()
    first = till.start({lost: 10_000})
    second = till.start({found: 10_000})
    till.payer(second).pay()
    page = till.world.account.store.rows("SELECT id FROM object WHERE kind = 'checkout.session'")
    till.world.account.store.rows("DELETE FROM object WHERE id = ?", page[0]["id"])
    till.clock.advance(minutes=5)

    till.check_due()

    assert (till.state(first), till.state(second)) == (S.UNKNOWN, S.SUCCEEDED)


def test_fifty_payers_before_a_slow_provider_hold_no_connection_of_ours(till, database):
    """L3: all wait inside the provider at once; a pool of fewer connections than payers is free."""
    pool = database.engine("quittance_app").pool
    tills = [till.another_customer() for _ in range(50)]
    bills = [one.invoice() for one in tills]
    arrived, goes_on = threading.Semaphore(0), threading.Event()
    till.world.faults.before_answer(
        OPEN, lambda: arrived.release() or goes_on.wait(60), times=len(tills)
    )

    with ThreadPoolExecutor(len(tills)) as payers:
        started = [
            payers.submit(one.start, {bill: 10_000}) for one, bill in zip(tills, bills, strict=True)
        ]
        all_wait = all(arrived.acquire(timeout=30) for _ in tills)
        in_use, others_see = pool.checkedout(), till.count("card_payment")
        goes_on.set()

    assert (all_wait, in_use, others_see) == (True, 0, 50)
    assert {till.state(one.result()) for one in started} == {S.AWAITING_PAYER}


def test_while_the_provider_thinks_only_some_of_us_wait_for_it(till):
    narrow = StripeGateway(till.world.client(), webhook_secrets=[DEFAULT_SIGNING], at_once=1)
    one, other = replace(till, gateway=narrow), replace(till, gateway=narrow, payments=[])
    asked, goes_on = threading.Event(), threading.Event()
    till.world.faults.before_answer(OPEN, lambda: asked.set() or goes_on.wait(30))
    first, second = till.invoice(), till.invoice()
    waiting = threading.Thread(target=lambda: one.start({first: 10_000}))
    waiting.start()
    assert asked.wait(30)

    turned_away = other.start({second: 10_000})
    state = other.state(turned_away)
    goes_on.set()
    waiting.join()

    assert state == S.UNKNOWN  # told honestly, and looked at again by the janitor
    assert till.state(one.payments[0]) == S.AWAITING_PAYER


def test_a_bank_that_answers_later_is_neither_paid_nor_declined_until_it_does(till):
    invoice = till.invoice()
    payment = till.start({invoice: 10_000})
    till.world.faults.late_success()
    till.payer(payment).pay()

    assert till.sync(payment) is S.PROCESSING
    assert (till.receipts(), till.count("card_attempt")) == ([], 0)

    till.world.catch_up()
    till.clock.advance(minutes=5)
    till.check_due()
    assert till.state(payment) == S.SUCCEEDED
    assert till.receipts() == [(10_000, 0, True)]


def test_a_bank_that_says_no_later_ends_the_payment(till):
    invoice = till.invoice()
    payment = till.start({invoice: 10_000})
    till.world.faults.late_success()
    payer = till.payer(payment)
    payer.pay()
    till.sync(payment)
    session_ref = pages(till)[0].id
    till.world.settle(session_ref, decline=DECLINE)

    assert till.sync(payment) is S.EXPIRED
    assert (till.receipts(), till.count("card_attempt")) == ([], 1)
