"""Paying by card, from the press of the button to the books."""

import pytest

from payments.card.errors import EarlierPaymentWentThrough, OperationReused
from payments.card.models import CardPaymentState as S
from payments.card.queries import open_cases
from payments.card.sync import abandon_payment, sync_payment
from receivables.actions.standing import change_standing
from receivables.models import Standing
from serve import postgres
from tests.factories.books import an_account, an_invoice, open_minor, unapplied_minor
from tests.factories.card import an_order, session_of, start


@pytest.fixture
def alice(transaction):
    with transaction() as session:
        return an_account(session, name="Alice SA")


@pytest.fixture
def portal(database, alice):
    """The portal's own transaction, which sees Alice's company only."""
    return database.transaction(postgres.PORTAL).of(alice.customer_id)


def test_a_paid_basket_settles_its_invoices_and_the_balance_drops(
    transaction, portal, gateway, stripe_world, alice
):
    with transaction() as session:
        first, second = an_invoice(session, alice, 10_000), an_invoice(session, alice, 5_000)
    started = start(portal, gateway, alice, {first: 10_000, second: 3_000})

    stripe_world.payer(session_of(transaction, started.payment_id)).pay()
    state = sync_payment(portal, gateway, payment_id=started.payment_id, deed=alice.deed())

    assert state is S.SUCCEEDED
    assert open_minor(transaction, first) == 0
    assert open_minor(transaction, second) == 2_000
    assert unapplied_minor(transaction, alice.customer_id) == 0


def test_asking_again_books_nothing_again(transaction, portal, gateway, stripe_world, alice):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
    started = start(portal, gateway, alice, {invoice: 4_000})
    stripe_world.payer(session_of(transaction, started.payment_id)).pay()

    for factory in (portal, transaction, portal):
        sync_payment(factory, gateway, payment_id=started.payment_id, deed=alice.deed())

    assert open_minor(transaction, invoice) == 6_000


def test_a_declined_card_takes_nothing_and_may_be_tried_again(
    transaction, portal, gateway, stripe_world, alice
):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
    started = start(portal, gateway, alice, {invoice: 10_000})
    payer = stripe_world.payer(session_of(transaction, started.payment_id))

    payer.decline()
    after_decline = sync_payment(portal, gateway, payment_id=started.payment_id, deed=alice.deed())
    payer.pay_with_3ds(complete=True)
    after_all = sync_payment(portal, gateway, payment_id=started.payment_id, deed=alice.deed())

    assert (after_decline, after_all) == (S.AWAITING_PAYER, S.SUCCEEDED)
    assert open_minor(transaction, invoice) == 0


def test_pressing_pay_twice_starts_one_payment(transaction, portal, gateway, stripe_world, alice):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
    order = an_order(alice, {invoice: 10_000})

    first = start(portal, gateway, alice, {invoice: 10_000}, operation_id=order.operation_id)
    second = start(portal, gateway, alice, {invoice: 10_000}, operation_id=order.operation_id)

    assert first == second
    assert len(stripe_world.client().v1.checkout.sessions.list().data) == 1


def test_the_same_press_with_other_amounts_is_refused(transaction, portal, gateway, alice):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
    order = an_order(alice, {invoice: 10_000})
    start(portal, gateway, alice, {invoice: 10_000}, operation_id=order.operation_id)

    with pytest.raises(OperationReused):
        start(portal, gateway, alice, {invoice: 9_000}, operation_id=order.operation_id)


def test_paying_anew_closes_the_page_that_was_left_open(
    transaction, portal, gateway, stripe_world, alice
):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
    left = start(portal, gateway, alice, {invoice: 10_000})

    again = start(portal, gateway, alice, {invoice: 10_000})

    state = sync_payment(portal, gateway, payment_id=left.payment_id, deed=alice.deed())
    assert state is S.CANCELED
    assert again.state is S.AWAITING_PAYER


def test_an_answer_that_was_lost_is_found_by_asking_again(
    transaction, portal, gateway, stripe_world, alice
):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
    stripe_world.faults.answer_lost("POST /v1/checkout/sessions")

    started = start(portal, gateway, alice, {invoice: 10_000})
    state = sync_payment(portal, gateway, payment_id=started.payment_id, deed=alice.deed())

    assert started.state is S.UNKNOWN
    assert state is S.AWAITING_PAYER
    assert len(stripe_world.client().v1.checkout.sessions.list().data) == 1


def test_giving_up_a_page_that_was_just_paid_books_the_money(
    transaction, portal, gateway, stripe_world, alice
):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
    started = start(portal, gateway, alice, {invoice: 10_000})
    stripe_world.payer(session_of(transaction, started.payment_id)).pay()

    state = abandon_payment(portal, gateway, payment_id=started.payment_id, deed=alice.deed())

    assert state is S.SUCCEEDED
    assert open_minor(transaction, invoice) == 0


def test_no_answer_about_an_open_page_is_a_doubt_until_somebody_answers(
    transaction, portal, gateway, stripe_world, alice
):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
    started = start(portal, gateway, alice, {invoice: 10_000})
    stripe_world.payer(session_of(transaction, started.payment_id)).pay()
    stripe_world.faults.rate_limited("GET /v1/checkout/sessions/*")

    in_doubt = sync_payment(portal, gateway, payment_id=started.payment_id, deed=alice.deed())
    answered = sync_payment(portal, gateway, payment_id=started.payment_id, deed=alice.deed())

    assert (in_doubt, answered) == (S.UNKNOWN, S.SUCCEEDED)
    assert open_minor(transaction, invoice) == 0


def test_paying_anew_what_was_just_found_paid_starts_nothing(
    transaction, portal, gateway, stripe_world, alice
):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
    first = start(portal, gateway, alice, {invoice: 300})
    stripe_world.payer(session_of(transaction, first.payment_id)).pay()

    with pytest.raises(EarlierPaymentWentThrough):
        start(portal, gateway, alice, {invoice: 300})

    assert open_minor(transaction, invoice) == 9_700
    assert len(stripe_world.client().v1.checkout.sessions.list().data) == 1


@pytest.mark.parametrize("standing", [Standing.NO_AUTO_APPLY, Standing.INSOLVENT])
def test_money_of_a_customer_without_auto_apply_waits_for_a_person(
    transaction, portal, gateway, stripe_world, alice, standing
):
    with transaction() as session:
        invoice = an_invoice(session, alice, 10_000)
        change_standing(
            session,
            customer_id=alice.customer_id,
            standing=standing,
            reason="the court wrote",
            deed=alice.deed(),
        )
    started = start(portal, gateway, alice, {invoice: 10_000})

    stripe_world.payer(session_of(transaction, started.payment_id)).pay()
    sync_payment(portal, gateway, payment_id=started.payment_id, deed=alice.deed())

    with transaction() as session:
        [case] = open_cases(session)
    assert case.kind == "waits_for_person"
    assert open_minor(transaction, invoice) == 10_000
    assert unapplied_minor(transaction, alice.customer_id) == 10_000
