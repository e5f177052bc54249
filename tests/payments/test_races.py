"""F9, F11 to F13, F15: many at once, and the proof that without locks they would collide."""

import pytest
import sqlalchemy as sa

from payments.card.checkout import start_payment
from payments.card.errors import OperationReused, PaymentUnknown
from payments.card.models import CardPaymentState as S
from payments.card.sync import sync_payment
from payments.card.verify import findings
from tests.databases import AUDIT_KEY
from tests.factories.books import NOW, an_account
from tests.factories.card import an_order, session_of
from tests.races import OWED, Crowd, Told, at_once, before_look

CONTROL_ROUNDS = 10


@pytest.mark.parametrize(("payers", "rounds"), [(2, 4), (3, 2), (8, 2), (32, 1)])
def test_payers_of_one_invoice_in_the_same_moment_collect_it_once(database, payers, rounds):
    """F13: nothing over-collected, every payer's money booked, each told what became of it."""
    crowd = Crowd(database, payers)

    results = [crowd.round() for _ in range(rounds)]

    for result in results:
        assert (result.still_open, result.allocated) == (0, OWED)
        assert result.credit == OWED * (payers - 1)
        assert sorted(result.told, key=lambda told: told.credit) == [
            Told(settled=OWED, credit=0),
            *[Told(settled=0, credit=OWED)] * (payers - 1),
        ]
        assert result.conflicts == 0
    assert len(crowd.world.books()) == payers * rounds
    with crowd.sober() as session:
        assert list(findings(session, AUDIT_KEY)) == []
    crowd.close()


def test_without_locks_the_same_crowd_collides_and_the_database_still_holds(database):
    """F15, the control: with the locks off the race must happen, or the test above proves nothing.

    It counts as happened when at least one payer's booking would have taken the invoice below
    zero and was stopped by the database's CHECK. Even then nothing is over-collected.
    """
    crowd = Crowd(database, 4, locking=False)

    results = [crowd.round() for _ in range(CONTROL_ROUNDS)]

    raced = sum(result.conflicts > 0 for result in results)
    assert raced >= CONTROL_ROUNDS / 2
    assert all((r.still_open, r.allocated) == (0, OWED) for r in results)
    assert all(result.credit == OWED * 3 for result in results)
    crowd.close()


def test_one_button_pressed_many_times_at_once_starts_one_payment(till):
    """F11: a double click, two tabs, a reload, all in the same moment."""
    order = an_order(till.account, {till.invoice(): 10_000})

    def press():
        return start_payment(till.transaction, till.gateway, order=order, deed=till.account.deed())

    outcomes = at_once([press] * 6)
    till.clock.advance(minutes=2)
    till.check_due()

    assert {outcome.payment_id for outcome in outcomes} == {outcomes[0].payment_id}
    assert till.count("card_payment") == 1
    assert till.state(outcomes[0].payment_id) == S.AWAITING_PAYER
    assert len(till.world.client().v1.checkout.sessions.list().data) == 1


@pytest.mark.parametrize("look", [1, 2])
def test_a_press_does_not_close_the_page_its_twin_opens_before_one_of_its_looks(till, look):
    """F11, exactly: the faster of two presses does all its work inside the slower one's first."""
    order = an_order(till.account, {till.invoice(): 10_000})

    def press():
        return start_payment(till.transaction, till.gateway, order=order, deed=till.account.deed())

    with before_look(till.transaction.engine, look, at="card_payment", act=press):
        outcome = press()

    assert till.count("card_payment") == 1
    assert till.state(outcome.payment_id) == S.AWAITING_PAYER


def test_the_same_press_with_another_amount_is_refused_and_starts_nothing(till):
    """F12."""
    invoice = till.invoice()
    order = an_order(till.account, {invoice: 10_000})
    till.start({invoice: 10_000}, operation_id=order.operation_id)

    with pytest.raises(OperationReused):
        till.start({invoice: 9_999}, operation_id=order.operation_id)

    assert till.count("card_payment") == 1


@pytest.mark.parametrize("role", ["quittance_app", "quittance_portal"])
def test_somebody_elses_press_is_as_good_as_unknown(till, database, role):
    """I19: nobody learns that another customer's operation exists."""
    invoice = till.invoice()
    order = an_order(till.account, {invoice: 10_000})
    till.start({invoice: 10_000}, operation_id=order.operation_id)
    with till.transaction() as session:
        till.account = an_account(session)
    own = till.invoice()
    till.transaction = database.transaction(role).of(till.account.customer_id)

    with pytest.raises(PaymentUnknown):
        till.start({own: 10_000}, operation_id=order.operation_id)


def test_an_answer_older_than_what_was_booked_meanwhile_is_asked_for_again(till):
    """F9: two workers; the slower one holds an answer from before the payment was made."""
    payment = till.start({till.invoice(): 10_000})
    page = session_of(till.transaction, payment)

    def meanwhile():
        till.world.payer(page).pay()
        till.sync(payment)

    till.world.faults.before_answer(f"GET /v1/checkout/sessions/{page}", meanwhile)

    assert till.sync(payment) is S.SUCCEEDED
    assert till.receipts() == [(10_000, 0, True)]
    assert till.findings() == []


def test_an_older_answer_does_not_reopen_what_was_given_up_meanwhile(till):
    payment = till.start({till.invoice(): 10_000})
    page = session_of(till.transaction, payment)

    def meanwhile():
        till.world.client().v1.checkout.sessions.expire(page)
        till.sync(payment)

    till.world.faults.before_answer(f"GET /v1/checkout/sessions/{page}", meanwhile)
    till.sync(payment)

    assert till.state(payment) == S.EXPIRED


def test_return_message_janitor_and_button_at_once_book_once(till, database):
    payment = till.start({till.invoice(): 10_000})
    till.payer(payment).pay()
    portal = database.transaction("quittance_portal").of(till.account.customer_id)
    deed = till.account.deed(NOW)

    def back(transaction):
        return lambda: sync_payment(transaction, till.gateway, payment_id=payment, deed=deed)

    outcomes = at_once([back(portal), back(till.transaction), back(portal), back(till.transaction)])

    assert set(outcomes) == {S.SUCCEEDED}
    assert till.receipts() == [(10_000, 0, True)]
    with till.transaction() as session:
        moves = session.execute(
            sa.text("SELECT count(*) FROM card_payment_move WHERE to_state = 'succeeded'")
        ).scalar_one()
    assert moves == 1
