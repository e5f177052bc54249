"""F5 to F8: messages of the provider come early, late, often, in any order, or not at all."""

import itertools
import threading
import uuid
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from payments.card.models import CardPaymentState as S
from sandbox.stripe.webhooks import post_in_process
from tests.factories.books import a_colleague
from tests.factories.work import work_card_events
from tests.payments.orders import MESSAGES, card_trouble

OPEN = "POST /v1/checkout/sessions"
ADDRESS = "http://localhost/webhooks/stripe"


def life(till):
    """A payment that was declined, then paid; and every message about it, oldest first."""
    invoice = till.invoice(10_000)
    payment = till.start({invoice: 10_000})
    payer = till.payer(payment)
    payer.decline()
    payer.pay()
    return payment, [event["id"] for event in till.world.events()]


def end(till, payment):
    """Everything a message could have changed, without ids and moments."""
    with till.transaction() as session:
        moves = session.execute(
            sa.text("SELECT count(*) FROM card_payment_move WHERE to_state = 'succeeded'")
        ).scalar_one()
        mails = session.execute(
            sa.text("SELECT count(*) FROM outbox_message WHERE topic = 'receipt.mail'")
        ).scalar_one()
    return till.state(payment), till.receipts(), till.cases(), moves, mails, till.findings()


PAID = (S.SUCCEEDED, [(10_000, 0, True)], [], 1, 1, [])


def test_a_message_is_answered_at_once_and_worked_later(till, api):
    payment, events = life(till)

    statuses = {till.tell(event, api) for event in events}

    assert statuses == {200}
    assert till.state(payment) == S.AWAITING_PAYER
    till.work()
    assert end(till, payment) == PAID


def test_fifty_copies_at_once_have_one_effect(till, api):
    """F5: fifty threads, one message; all are told 200."""
    payment, events = life(till)
    body, headers = till.world.signed(events[-1], signed_at=datetime.now(UTC))
    barrier, statuses = threading.Barrier(50), []

    def deliver():
        barrier.wait()
        statuses.append(post_in_process(api, ADDRESS, body, headers))

    threads = [threading.Thread(target=deliver) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    till.work()

    assert statuses == [200] * 50
    assert till.count("provider_event") == 1
    assert end(till, payment) == PAID


def test_many_workers_on_the_same_messages_have_one_effect(till, api):
    payment, events = life(till)
    for event in events:
        till.tell(event, api)
    desk, barrier = till.desk(), threading.Barrier(6)

    def work():
        barrier.wait()
        work_card_events(desk)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    till.work()

    assert end(till, payment) == PAID


def test_any_order_of_the_messages_ends_the_same(till, api):
    """F8, G4: a share of the 720 orders of decline and success; `campaign orders` tries all."""
    orders = list(itertools.permutations(range(MESSAGES)))
    shares = (*orders[:: len(orders) // 12], orders[-1])

    assert [trouble for order in shares if (trouble := card_trouble(till, api, order))] == []
    assert till.findings() == []


@pytest.mark.parametrize("how", ["redirect first", "message first", "no message", "no redirect"])
def test_the_end_is_the_same_whoever_brings_the_news(till, api, how):
    """F7: the payer's return, the message, both, or only the janitor."""
    payment, events = life(till)

    if how == "redirect first":
        till.sync(payment)
    if how != "no message":
        for event in events:
            till.tell(event, api)
        till.work()
    if how in ("message first",):
        till.sync(payment)
    till.clock.advance(minutes=10)
    till.check_due()

    assert end(till, payment) == PAID


def test_a_message_before_the_answer_is_kept_and_resolved(till, api):
    """F6: the news of a paid page overtakes the answer that named the page."""
    invoice = till.invoice()

    def pay_and_tell():
        [page] = till.world.client().v1.checkout.sessions.list().data
        till.world.payer(page.id).pay()
        till.tell_all(api)

    till.world.faults.before_answer(OPEN, pay_and_tell)
    payment = till.start({invoice: 10_000})
    till.work()

    assert till.state(payment) == S.SUCCEEDED
    assert till.receipts() == [(10_000, 0, True)]


def test_a_message_about_a_payment_we_have_not_yet_is_no_error(till, api):
    """Stored and answered 200, so that the provider need not come again."""
    stray = paid_page(till, payment_id=uuid.uuid4())

    statuses = [till.tell(event["id"], api) for event in till.world.events()]

    assert set(statuses) == {200}
    assert till.count("provider_event") == len(statuses)
    assert stray


def paid_page(till, *, payment_id, minor=7_700):
    """A page of ours that the books do not know, paid."""
    ids = {"payment": str(payment_id), "ledger": str(till.account.ledger_id)}
    page = till.world.client().v1.checkout.sessions.create(
        {
            "mode": "payment",
            "ui_mode": "hosted_page",
            "client_reference_id": str(payment_id),
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": minor,
                        "product_data": {"name": "Payment"},
                    },
                }
            ],
            "metadata": ids,
            "payment_intent_data": {"metadata": ids},
            "success_url": "http://localhost:8000/",
        }
    )
    till.world.payer(page.id).pay()
    return page.id


def test_money_for_a_payment_missing_in_our_books_enters_suspense_once(till, api):
    paid_page(till, payment_id=uuid.uuid4())

    for event in till.world.events() * 2:
        till.tell(event["id"], api)
        till.work()

    assert till.receipts() == [(7_700, 7_700, False)]
    assert till.cases() == ["payment_missing"]
    assert till.findings() == []


def test_money_by_a_second_page_of_a_payment_is_credit_and_a_case(till, api):
    invoice = till.invoice(10_000)
    payment = till.start({invoice: 10_000})
    till.payer(payment).pay()
    till.sync(payment)
    paid_page(till, payment_id=payment, minor=10_000)

    for event in till.world.events() * 2:
        till.tell(event["id"], api)
    till.work()

    assert till.receipts() == [(10_000, 0, True), (10_000, 10_000, True)]
    assert till.cases() == ["paid_twice"]
    assert till.findings() == []


def test_the_first_page_paid_after_the_second_is_credit_too(till, api):
    invoice = till.invoice(10_000)
    payment = till.start({invoice: 10_000})
    paid_page(till, payment_id=payment, minor=10_000)
    till.tell_all(api)
    settled = till.state(payment)

    first = min(
        till.world.account.store.all("checkout.session"), key=lambda s: s["status"] != "open"
    )
    till.world.payer(first["id"]).pay()
    till.tell_all(api)

    assert settled == S.SUCCEEDED
    assert till.receipts() == [(10_000, 0, True), (10_000, 10_000, True)]
    assert till.cases() == ["paid_twice"]


def test_another_amount_than_we_asked_enters_suspense_and_pays_nothing(till):
    """I11: the provider's object is held against ours before anything is allocated."""
    invoice = till.invoice(10_000)
    payment = till.start({invoice: 10_000})
    till.payer(payment).pay()
    [charge] = till.world.account.store.all("charge")
    till.world.account.store.save(charge | {"amount_captured": 9_999})

    state = till.sync(payment)

    assert state is S.REVIEW
    assert till.receipts() == [(9_999, 9_999, False)]
    assert till.cases() == ["amount_differs"]
    assert till.count("allocation") == 0
    assert till.findings() == []


def test_another_currency_than_we_asked_enters_suspense_and_pays_nothing(till):
    invoice = till.invoice(10_000)
    payment = till.start({invoice: 10_000})
    till.payer(payment).pay()
    [charge] = till.world.account.store.all("charge")
    till.world.account.store.save(charge | {"currency": "usd"})

    state = till.sync(payment)

    with till.transaction() as session:
        currency = session.execute(sa.text("SELECT currency FROM receipt")).scalar_one()
    assert (state, currency) == (S.REVIEW, "USD")
    assert till.cases() == ["amount_differs"]
    assert till.count("allocation") == 0


def test_a_mismatch_is_booked_in_the_portals_own_role_too(till, database):
    """The payer's return is worked under row-level security."""
    invoice = till.invoice(10_000)
    payment = till.start({invoice: 10_000})
    till.payer(payment).pay()
    [charge] = till.world.account.store.all("charge")
    till.world.account.store.save(charge | {"amount_captured": 9_999})
    till.transaction = database.transaction("quittance_portal").of(till.account.customer_id)

    state = till.sync(payment)

    till.transaction = database.transaction()
    assert state is S.REVIEW
    assert till.receipts() == [(9_999, 9_999, False)]
    assert till.cases() == ["amount_differs"]


@pytest.mark.parametrize("ending", [S.EXPIRED, S.CANCELED])
def test_money_after_the_end_is_booked_by_a_forced_move_with_its_reason(till, api, ending):
    invoice = till.invoice(10_000)
    payment = till.start({invoice: 10_000})
    session_ref = till.world.account.store.all("checkout.session")[0]["id"]
    with till.transaction() as session:
        session.execute(
            sa.text(
                "UPDATE card_payment SET state = :state, version = version + 1,"
                " next_check_at = NULL WHERE id = :id"
            ),
            {"state": ending.value, "id": payment},
        )
    till.world.payer(session_ref).pay()

    till.tell_all(api)

    with till.transaction() as session:
        reason = session.execute(
            sa.text("SELECT reason FROM card_payment_move WHERE to_state = 'succeeded'")
        ).scalar_one()
        corrected = session.execute(
            sa.text("SELECT count(*) FROM audit_event WHERE action = 'card_payment.corrected'")
        ).scalar_one()
    assert till.state(payment) == S.SUCCEEDED
    assert "after all" in reason
    assert corrected == 1
    assert till.receipts() == [(10_000, 0, True)]


def test_an_invoice_paid_meanwhile_leaves_the_money_as_credit(till):
    """I6, I7: the money is never refused; the customer is told of the credit."""
    invoice = till.invoice(10_000)
    first = till.start({invoice: 10_000})
    with till.transaction() as session:
        colleague = a_colleague(session, till.account.customer_id)
    mine, till.account = till.account, colleague
    second = till.start({invoice: 10_000})
    till.account = mine

    for payment in (first, second):
        till.payer(payment).pay()
        till.sync(payment)

    assert till.receipts() == [(10_000, 0, True), (10_000, 10_000, True)]
    assert (till.state(first), till.state(second)) == (S.SUCCEEDED, S.SUCCEEDED)
    assert till.findings() == []
