"""Credit on the account, used at the basket before any card is asked for."""

import uuid

import pytest

from foundation.money import Money
from receivables.actions.receipts import receive_card
from receivables.actions.standing import change_standing
from receivables.models import Standing
from tests.factories.books import a_credit_note, open_minor, unapplied_minor
from tests.portal.test_basket import amount_of, chosen

USE = "Use the credit first"


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


@pytest.fixture
def two_invoices(world, acme):
    return (
        world.invoice(acme, 100_000, number="INV-1"),
        world.invoice(acme, 50_000, number="INV-2"),
    )


def credited(world, account, minor, *, ledger_id=None, currency="EUR"):
    with world.transaction() as session:
        receive_card(
            session,
            ledger_id=ledger_id or account.ledger_id,
            customer_id=account.customer_id,
            amount=Money(minor, currency),
            deed=account.deed(world.clock.now()),
        )


def stands(world, account, standing):
    with world.transaction() as session:
        deed = account.deed(world.clock.now())
        change_standing(
            session,
            customer_id=account.customer_id,
            standing=standing,
            reason="the court wrote",
            deed=deed,
        )


def test_credit_pays_in_the_order_of_the_basket_and_the_card_pays_the_rest(
    world, acme, reader, two_invoices
):
    credited(world, acme, 120_000)
    form = chosen(reader, *two_invoices).form_to("/payments")

    page = reader.submit(form, button=USE)

    assert "€1,200.00 of your credit was used for 2 invoices." in page.text
    assert "INV-1" not in page.form_to("/payments").element.text
    assert "Pay €300.00" in page.form_to("/payments").buttons
    assert [open_minor(world.transaction, one) for one in two_invoices] == [0, 30_000]
    assert unapplied_minor(world.transaction, acme.customer_id) == 0


def test_credit_pays_no_more_than_was_typed(world, acme, reader, two_invoices):
    credited(world, acme, 120_000)
    form = chosen(reader, *two_invoices).form_to("/payments")

    reader.submit(form, {amount_of(two_invoices[0]): "10.00"}, button=USE)

    assert [open_minor(world.transaction, one) for one in two_invoices] == [99_000, 0]
    assert unapplied_minor(world.transaction, acme.customer_id) == 69_000


def test_the_history_of_the_invoice_tells_which_money_it_was(world, acme, reader, two_invoices):
    credited(world, acme, 120_000)
    reader.submit(chosen(reader, *two_invoices).form_to("/payments"), button=USE)

    page = reader.get(f"/invoices/{two_invoices[0]}")

    assert "€1,000.00 paid" in page.main
    assert any(name.startswith("Receipt R-") for name in page.links)


def test_sending_the_same_page_twice_uses_the_credit_once(world, acme, reader, two_invoices):
    credited(world, acme, 120_000)
    form = chosen(reader, *two_invoices).form_to("/payments")
    typed = {amount_of(two_invoices[0]): "10.00", amount_of(two_invoices[1]): "10.00"}

    reader.send(form, typed, button=USE)
    reader.send(form, typed, button=USE)

    assert unapplied_minor(world.transaction, acme.customer_id) == 118_000


def test_the_second_press_of_a_page_does_not_put_back_what_the_first_one_paid(
    world, acme, reader, two_invoices
):
    credited(world, acme, 40_000)
    form = chosen(reader, two_invoices[0]).form_to("/payments")
    typed = {amount_of(two_invoices[0]): "600.00"}
    reader.send(form, typed, button=USE)

    again = reader.send(form, typed, button=USE)

    assert again.location == "/basket"
    assert "Pay €200.00" in reader.get("/basket").form_to("/payments").buttons


def test_a_card_page_left_open_for_it_is_closed_first(world, acme, reader, two_invoices):
    credited(world, acme, 100_000)
    form = chosen(reader, two_invoices[0]).form_to("/payments")
    reader.send(form)
    [page] = world.stripe.client().v1.checkout.sessions.list().data[:1]

    reader.submit(reader.get("/basket").form_to("/payments"), button=USE)

    assert world.stripe.client().v1.checkout.sessions.retrieve(page.id).status == "expired"
    assert open_minor(world.transaction, two_invoices[0]) == 0


def test_an_insolvent_customer_is_told_why_instead_of_offered_what_is_refused(
    world, acme, reader, two_invoices
):
    credited(world, acme, 120_000)
    stands(world, acme, Standing.INSOLVENT)
    with world.transaction() as session:
        note = a_credit_note(session, acme, 5_000)

    form = chosen(reader, *two_invoices).form_to("/payments")
    told = reader.get(f"/credit-notes/{note}").main

    assert USE not in form.buttons
    assert USE not in told
    assert "The credit on your account cannot be used here at present." in told
    assert "The credit on your account cannot be used here at present." in form.element.text


def test_without_credit_nothing_is_offered(reader, two_invoices):
    form = chosen(reader, *two_invoices).form_to("/payments")

    assert USE not in form.buttons


def test_credit_of_another_currency_or_company_is_not_offered(world, acme, reader, two_invoices):
    credited(world, acme, 120_000, currency="USD")
    credited(world, acme, 120_000, ledger_id=world.customer().ledger_id)

    form = chosen(reader, *two_invoices).form_to("/payments")

    assert USE not in form.buttons


def test_credit_that_somebody_used_meanwhile_is_told_and_nothing_is_lost(
    world, acme, reader, two_invoices
):
    credited(world, acme, 20_000)
    form = chosen(reader, two_invoices[0]).form_to("/payments")
    colleague = world.reader(world.colleague(acme))
    colleague.submit(chosen(colleague, two_invoices[1]).form_to("/payments"), button=USE)

    page = reader.submit(form, {amount_of(two_invoices[0]): "77"}, button=USE, status=409)

    assert "There is no credit left on your account. Nothing was changed." in page.main
    assert page.form_to("/payments").values[amount_of(two_invoices[0])] == ["77"]
    assert open_minor(world.transaction, two_invoices[0]) == 100_000


def test_a_wrong_amount_is_told_before_any_credit_is_used(world, acme, reader, two_invoices):
    credited(world, acme, 20_000)
    form = chosen(reader, *two_invoices).form_to("/payments")
    reader.send(form)
    [card_page] = world.stripe.client().v1.checkout.sessions.list().data[:1]

    page = reader.submit(form, {amount_of(two_invoices[0]): "many"}, button=USE, status=422)

    assert "This is not an amount." in page.main
    assert world.stripe.client().v1.checkout.sessions.retrieve(card_page.id).status == "open"
    assert unapplied_minor(world.transaction, acme.customer_id) == 20_000


def test_a_strangers_group_uses_nobodys_credit(world, acme, reader, two_invoices):
    stranger = world.customer()
    credited(world, stranger, 20_000)
    foreign = world.invoice(stranger)
    form = chosen(reader, *two_invoices).form_to("/payments")
    sent = {
        "csrf_token": form.values["csrf_token"][0],
        "operation_id": str(uuid.uuid4()),
        "group": f"{stranger.ledger_id}.EUR",
        amount_of(foreign): "100.00",
    }

    answer = reader.raw("/basket/credit", method="POST", data=sent)

    assert answer.status_code == 409
    assert unapplied_minor(world.transaction, stranger.customer_id) == 20_000
