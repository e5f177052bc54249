"""A thief tries stolen cards by a customer's account: few tries reach the card company."""

import pytest

from foundation.limits import TooManyAttempts
from payments.card.card_testing import DECLINES_OF_ACCOUNT, DECLINES_OF_ALL, STARTS
from sandbox.stripe.cards import SUCCESS
from sandbox.stripe.outcomes import Result

PRESSES = 40


def declines(till):
    """What reached the card company."""
    return sum(booking.status == "failed" for booking in till.world.books())


def try_cards(till, invoice, come_back=None):
    """Press, try one card, come back; how often, until we say no."""
    for tried in range(PRESSES):
        try:
            payment = till.start({invoice: 10_000})
        except TooManyAttempts:
            return tried
        till.payer(payment).decline()
        (come_back or till.sync)(payment)
    return PRESSES


def test_a_bot_that_presses_pay_again_and_again_reaches_the_bank_five_times_an_hour(till):
    invoice = till.invoice()

    tried = try_cards(till, invoice)

    assert tried == DECLINES_OF_ACCOUNT.count == 5
    assert declines(till) == 5


def test_after_an_hour_the_customer_may_try_again(till):
    invoice = till.invoice()
    try_cards(till, invoice)

    till.clock.advance(minutes=61)

    assert try_cards(till, invoice) == 5
    assert declines(till) == 10


def test_another_customer_is_not_held_up(till):
    try_cards(till, till.invoice())
    other = till.another_customer()

    payment = other.start({other.invoice(): 10_000})

    assert other.state(payment) == "awaiting_payer"


def test_pages_cannot_be_opened_without_end_even_without_a_decline(till):
    invoice = till.invoice()

    for _ in range(STARTS.count):
        till.start({invoice: 10_000})
    with pytest.raises(TooManyAttempts) as refusal:
        till.start({invoice: 10_000})

    assert refusal.value.retry_after.total_seconds() > 0


def test_the_limit_holds_though_the_news_comes_by_message_only(till, api):
    tried = try_cards(till, till.invoice(), lambda _payment: till.tell_all(api))

    assert tried == declines(till) == 5


def test_every_try_on_one_page_counts_also_those_between_two_looks(till):
    payment = till.start({till.invoice(): 10_000})
    for _ in range(3):
        till.payer(payment).decline()

    till.sync(payment)

    assert till.count("card_attempt") == 3
    assert till.state(payment) == "awaiting_payer"


def test_a_page_on_which_too_many_cards_were_declined_is_closed(till):
    payment = till.start({till.invoice(): 10_000})
    for _ in range(DECLINES_OF_ACCOUNT.count):
        till.payer(payment).decline()
    till.sync(payment)

    till.work()

    assert till.state(payment) == "expired"
    assert till.payer(payment).attempt(SUCCESS.number).result == Result.CLOSED


def test_with_it_every_other_open_page_of_the_account_is_closed_and_nobody_elses(till):
    other = till.another_customer()
    kept = other.start({other.invoice(): 10_000})
    open_page, tried = till.start({till.invoice(): 10_000}), till.start({till.invoice(): 10_000})
    for _ in range(DECLINES_OF_ACCOUNT.count):
        till.payer(tried).decline()
    till.payer(tried).pay()  # how the page with the last decline ends changes nothing
    till.sync(tried)

    till.work()

    assert till.state(tried) == "succeeded"
    assert till.state(open_page) == "expired"
    assert other.state(kept) == "awaiting_payer"


def test_a_page_that_could_not_be_closed_is_closed_later(till):
    payment = till.start({till.invoice(): 10_000})
    for _ in range(DECLINES_OF_ACCOUNT.count):
        till.payer(payment).decline()
    till.sync(payment)
    till.world.faults.rate_limited("POST /v1/checkout/sessions/*/expire")
    till.work()
    assert till.state(payment) == "unknown"

    till.clock.advance(minutes=1)
    till.work()

    assert till.state(payment) == "expired"


def test_tries_that_cannot_be_listed_put_off_no_money(till):
    payment = till.start({till.invoice(): 10_000})
    till.payer(payment).decline()
    till.payer(payment).pay()
    till.world.faults.rate_limited("GET /v1/charges")

    assert till.sync(payment) == "succeeded"


def test_a_card_that_is_taken_after_declines_pays_and_the_declines_still_count(till):
    payment = till.start({till.invoice(): 10_000})
    for _ in range(DECLINES_OF_ACCOUNT.count):
        till.payer(payment).decline()
    till.payer(payment).pay()

    assert till.sync(payment) == "succeeded"
    assert till.count("card_attempt") == DECLINES_OF_ACCOUNT.count + 1
    with pytest.raises(TooManyAttempts):
        till.start({till.invoice(): 10_000})


def test_one_account_cannot_close_the_door_for_the_others(till):
    payment = till.start({till.invoice(): 10_000})
    for _ in range(DECLINES_OF_ALL.count + 20):
        till.payer(payment).decline()
    till.sync(payment)
    other = till.another_customer()

    begun = other.start({other.invoice(): 10_000})

    assert other.state(begun) == "awaiting_payer"


def test_what_is_known_of_a_declined_card_is_not_asked_again(till, api):
    payment = till.start({till.invoice(): 10_000})
    for _ in range(DECLINES_OF_ACCOUNT.count - 1):
        till.payer(payment).decline()
    till.sync(payment)
    till.world.faults.rate_limited("*", 1_000)  # whoever asks gets no answer

    till.tell_all(api)

    assert till.count("provider_event") >= 2 * (DECLINES_OF_ACCOUNT.count - 1)
    assert till.count("provider_event WHERE done_at IS NULL") == 0
