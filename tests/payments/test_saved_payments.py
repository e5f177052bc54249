"""Payments by a saved method: one press, one charge, whatever happens on the way."""

import uuid

import pytest

from payments.card.errors import EarlierPaymentUnsettled, OperationReused
from sandbox.stripe import intents
from tests.factories.books import open_minor
from tests.factories.card import start
from tests.payments.saving import (
    ASKS,
    CHARGE,
    DECLINED_LATER,
    PAID,
    a_method,
    confirm,
    give_up,
    intent_of,
    methods_now,
    pay,
    remove,
    told,
)


def test_one_press_pays_by_a_saved_card(till):
    invoice, started = pay(till, a_method(till))

    assert started.page_url is None
    assert told(till, started.payment_id, invoice) == PAID
    assert till.findings() == []


def test_two_presses_are_one_charge_and_other_content_is_refused(till):
    method, other = a_method(till), a_method(till)
    invoice, operation = till.invoice(), uuid.uuid4()
    press = {"at": till.clock.now(), "operation_id": operation}
    shared = (till.transaction, till.gateway, till.account, {invoice: 10_000})

    first, again = (start(*shared, **press, saved_method_id=method) for _ in range(2))

    assert first == again
    assert told(till, first.payment_id, invoice) == PAID
    for wanted in ({"saved_method_id": other}, {}):
        with pytest.raises(OperationReused):
            start(*shared, **press, **wanted)


def test_a_lost_answer_is_unknown_until_it_is_asked_for_and_charges_once(till):
    for fault in ("answer_lost", "late_call", "in_flight", "rate_limited"):
        one = till.another_customer()
        method = a_method(one)
        getattr(till.world.faults, fault)(CHARGE)

        invoice, started = pay(one, method)
        assert till.state(started.payment_id) == "unknown"
        till.world.faults.rate_limited("*")
        with pytest.raises(EarlierPaymentUnsettled):
            one.start({invoice: 10_000})
        till.world.catch_up()
        one.sync(started.payment_id)
        till.world.catch_up()
        one.sync(started.payment_id)

        assert told(one, started.payment_id, invoice) == PAID, fault


def test_calling_a_payment_off_is_never_what_charges_it(till):
    method = a_method(till)
    till.world.faults.rate_limited(CHARGE)
    invoice, started = pay(till, method)

    assert give_up(till, started.payment_id) == "unknown"
    assert told(till, started.payment_id, invoice) == ("unknown", 10_000, [], 0)

    till.clock.advance(minutes=62)
    till.check_due()
    assert told(till, started.payment_id, invoice) == ("refused", 10_000, [], 0)


def test_a_method_removed_while_the_provider_is_away_is_not_charged_when_it_is_back(till):
    method = a_method(till)
    for call in (CHARGE, "POST /v1/payment_methods/*/detach"):
        till.world.faults.rate_limited(call)
    invoice, started = pay(till, method)
    remove(till, method)
    assert methods_now(till)[0].state == "leaving"
    till.world.catch_up()

    for minutes, state in ((10, "unknown"), (62, "refused")):
        till.clock.advance(minutes=minutes)
        till.check_due()
        assert told(till, started.payment_id, invoice) == (state, 10_000, [], 0)


def test_a_removed_method_is_not_charged_by_asking_its_bank_again(till):
    method = a_method(till, ASKS)
    invoice, started = pay(till, method)
    intents.authenticate(till.world.account, intent_of(till)["id"], passed=False)
    till.sync(started.payment_id)
    till.world.faults.rate_limited("POST /v1/payment_methods/*/detach")
    remove(till, method)

    confirm(till, started.payment_id)

    assert intent_of(till)["status"] == "requires_payment_method"
    assert told(till, started.payment_id, invoice) == ("awaiting_payer", 10_000, [], 0)


def test_an_error_the_provider_keeps_is_looked_through_its_list(till):
    for worked in (True, False):
        one = till.another_customer()
        method = a_method(one)
        till.world.faults.server_error(CHARGE, worked=worked)

        invoice, started = pay(one, method)
        one.sync(started.payment_id)

        nothing = ("refused", 10_000, [], 0)
        assert told(one, started.payment_id, invoice) == (PAID if worked else nothing)


def test_a_message_before_the_answer_books_once(till, api):
    method = a_method(till)

    till.world.faults.before_answer(CHARGE, lambda: till.tell_all(api))
    invoice, started = pay(till, method)
    till.tell_all(api)

    assert told(till, started.payment_id, invoice) == PAID
    assert till.findings() == []


def test_a_bank_that_wants_the_payer_takes_nothing_until_the_same_charge_is_confirmed(till):
    invoice, started = pay(till, a_method(till, ASKS))
    payment = started.payment_id
    assert told(till, payment, invoice) == ("awaiting_payer", 10_000, [], 0)
    [intent] = till.world.account.store.all("payment_intent")
    assert started.page_url.endswith(f"/c/confirm/{intent['id']}")

    intents.authenticate(till.world.account, intent["id"], passed=True)
    for _ in range(2):
        till.sync(payment)

    assert told(till, payment, invoice) == PAID
    assert len(till.world.account.store.all("payment_intent")) == 1
    assert till.findings() == []


def test_who_was_not_recognised_may_try_the_same_charge_again_or_give_up(till):
    method = a_method(till, ASKS)
    invoice, started = pay(till, method)
    payment = started.payment_id
    [intent] = till.world.account.store.all("payment_intent")
    intents.authenticate(till.world.account, intent["id"], passed=False)
    assert till.sync(payment) == "awaiting_payer"

    confirm(till, payment)
    intents.authenticate(till.world.account, intent["id"], passed=True)
    till.sync(payment)
    assert told(till, payment, invoice) == PAID

    _, second = pay(till, method)
    give_up(till, second.payment_id)
    assert till.state(second.payment_id) == "canceled"
    assert till.world.totals() == {"eur": 10_000}
    confirm(till, second.payment_id)
    assert till.state(second.payment_id) == "canceled"


def test_a_confirmation_whose_answer_is_lost_is_found_again(till):
    for fault in ("answer_lost", "late_call", "in_flight"):
        one = till.another_customer()
        method = a_method(one, ASKS)
        getattr(till.world.faults, fault)("POST /v1/payment_intents/*/confirm")

        invoice, started = pay(one, method)
        till.world.catch_up()
        one.sync(started.payment_id)
        confirm(one, started.payment_id)
        intents.authenticate(till.world.account, intent_of(till)["id"], passed=True)
        one.sync(started.payment_id)

        assert told(one, started.payment_id, invoice) == PAID, fault


def test_a_question_nobody_answers_ends_with_its_hour_and_can_take_nothing_any_more(till):
    invoice, started = pay(till, a_method(till, ASKS))

    till.clock.advance(minutes=62)
    till.check_due()

    assert told(till, started.payment_id, invoice) == ("expired", 10_000, [], 0)
    [intent] = till.world.account.store.all("payment_intent")
    assert intent["status"] == "canceled"


def test_the_bank_asking_for_the_payer_counts_as_no_declined_card(till):
    method = a_method(till, ASKS)
    for _ in range(6):  # more than the declined cards an account may have
        _, started = pay(till, method)
        give_up(till, started.payment_id)

    assert till.state(started.payment_id) == "canceled"


def test_a_declined_charge_takes_nothing_ends_and_another_way_pays(till):
    invoice, started = pay(till, a_method(till, DECLINED_LATER))

    assert told(till, started.payment_id, invoice) == ("expired", 10_000, [], 0)
    [intent] = till.world.account.store.all("payment_intent")
    assert intent["status"] == "canceled"
    payment = till.start({invoice: 10_000})
    till.payer(payment).pay()
    till.sync(payment)
    assert told(till, payment, invoice) == PAID


def test_a_saved_account_is_debited_and_paid_when_its_bank_says_so(till):
    for account, end in (("sepa", PAID), ("sepa_fails", ("expired", 10_000, [], 0))):
        one = till.another_customer()
        invoice, started = pay(one, a_method(one, account=account))
        assert told(one, started.payment_id, invoice) == ("processing", 10_000, [], 0)
        with pytest.raises(EarlierPaymentUnsettled):
            one.start({invoice: 10_000})

        till.world.catch_up()
        one.sync(started.payment_id)

        assert told(one, started.payment_id, invoice) == end
    assert till.findings() == []


def test_money_that_is_not_what_was_asked_goes_to_suspense_with_a_case(till):
    method = a_method(till)
    till.world.faults.answer_lost(CHARGE)
    invoice, started = pay(till, method)
    charge = till.world.account.store.all("charge")[-1]
    till.world.account.store.save(charge | {"amount_captured": 9_000})

    till.sync(started.payment_id)

    assert till.state(started.payment_id) == "review"
    assert open_minor(till.transaction, invoice) == 10_000
    assert till.cases() == ["amount_differs"]


def test_money_for_a_payment_our_books_no_longer_know_is_kept_in_suspense(till, api):
    method = a_method(till)
    till.world.faults.answer_lost(CHARGE)
    pay(till, method)
    [intent] = till.world.account.store.all("payment_intent")
    gone = uuid.uuid4()
    for kind in ("payment_intent", "charge"):
        [one] = till.world.account.store.all(kind)
        till.world.account.store.save(one | {"metadata": {"payment": str(gone)}})
    body = till.world.events("payment_intent.succeeded")[0]
    body["data"]["object"]["metadata"] = {"payment": str(gone)}
    till.world.account.store.save(body)

    till.tell(body["id"], api)
    till.work()

    assert till.receipts() == [(10_000, 10_000, False)]
    assert till.cases() == ["payment_missing"]
    assert intent["status"] == "succeeded"
