"""Filling the basket, changing amounts, and refusals told where they belong."""

import dataclasses
import datetime as dt
import uuid

import pytest

from payments.card.sync import sync_payment
from receivables.models import Invoice
from tests.factories.card import session_of, start
from tests.portal.page_client import ORIGIN


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def two_invoices(world, acme):
    return [
        world.invoice(acme, 100_000, number="INV-1", due_on=dt.date(2026, 11, 1)),
        world.invoice(acme, 50_000, number="INV-2", due_on=dt.date(2026, 11, 30)),
    ]


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


def chosen(reader, *invoice_ids, button="Pay selected"):
    """Tick these on the list and press the button."""
    ticks = {"invoice_id": [str(invoice_id) for invoice_id in invoice_ids]}
    return reader.submit(reader.get("/invoices").form_to("/basket"), ticks, button=button)


def pay(world, account, items):
    """Somebody pays these invoices by card, to the end."""
    gateway = world.app.extensions["quittance"].gateway
    ledger_id = ledger_of(world.transaction, next(iter(items)))
    account = dataclasses.replace(account, ledger_id=ledger_id)
    payment_id = start(world.transaction, gateway, account, items).payment_id
    world.stripe.payer(session_of(world.transaction, payment_id)).pay()
    sync_payment(world.transaction, gateway, payment_id=payment_id, deed=account.deed())


def ledger_of(transaction, invoice_id):
    with transaction() as session:
        return session.get_one(Invoice, invoice_id).ledger_id


def card_pages(world):
    """Every page the card company has opened so far, newest first."""
    return world.stripe.client().v1.checkout.sessions.list().data


def amount_of(invoice_id):
    return f"amount-{invoice_id}"


def test_ticked_invoices_are_in_the_basket_for_what_is_open(reader, two_invoices):
    page = chosen(reader, *two_invoices)

    form = page.form_to("/payments")
    assert page.heading == "Basket"
    assert form.values[amount_of(two_invoices[0])] == ["1,000.00"]
    assert "Pay €1,500.00" in form.buttons


def test_adding_leads_back_to_the_list_as_it_was(reader, two_invoices):
    ticks = {"invoice_id": [str(two_invoices[0])]}

    page = reader.submit(
        reader.get("/invoices?state=overdue").form_to("/basket"), ticks, button="Add to basket"
    )

    assert page.response.request.full_path.startswith("/invoices?state=overdue")
    assert "1 invoice is in your basket now." in page.main
    assert "In your basket" in page.main


def test_choosing_nothing_is_told_and_nothing_happens(reader, two_invoices):
    page = chosen(reader)

    assert page.heading == "Invoices"
    assert "Choose at least one invoice first." in page.main


def test_pay_overdue_takes_only_what_is_late(reader, two_invoices):
    home = reader.get("/")

    page = reader.submit(home.form_to("/basket"), button="Pay overdue €1,000.00")

    assert "INV-1" in page.links
    assert "INV-2" not in page.links


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Write the amount to pay."),
        ("much", "This is not an amount. Write it like 1,234.50."),
        ("1.234,50", "This amount can be read in two ways. Write it like 1,234.50."),
        ("1.005", "Too many decimals. Write it like 1,234.50."),
        ("-5", "An amount to pay is more than nothing."),
        ("0", "Write more than nothing, or remove the invoice."),
        ("1000.01", "At most €1,000.00 is open. Write that much or less."),
    ],
)
def test_a_wrong_amount_is_told_at_its_line_with_what_was_typed(reader, two_invoices, typed, told):
    form = chosen(reader, *two_invoices).form_to("/payments")

    page = reader.submit(
        form, {amount_of(two_invoices[0]): typed, amount_of(two_invoices[1]): "499"}, status=422
    )

    again = page.form_to("/payments")
    assert told in page.main
    assert again.values[amount_of(two_invoices[0])] == [typed]
    assert again.values[amount_of(two_invoices[1])] == ["499"]


def test_amounts_are_read_as_the_reader_writes_them(world):
    acme = world.customer(language="fr")
    invoice_id = world.invoice(acme, 300_000)
    reader = world.reader(acme)
    form = chosen(reader, invoice_id, button="Payer la sélection").form_to("/payments")

    page = reader.submit(form, {amount_of(invoice_id): "1 234,56"}, button="Recalculer le total")

    assert "Payer 1 234,56 €" in page.main


def test_without_script_the_total_is_brought_up_to_date_by_a_button(reader, two_invoices):
    form = chosen(reader, *two_invoices).form_to("/payments")

    page = reader.submit(form, {amount_of(two_invoices[0]): "250"}, button="Update the total")

    assert "Pay €750.00" in page.form_to("/payments").buttons


def test_an_invoice_taken_out_stays_open(reader, two_invoices):
    form = chosen(reader, *two_invoices).form_to("/payments")

    page = reader.submit(form, button="Remove INV-1")

    assert "INV-1" not in page.links
    assert "INV-1" in reader.get("/invoices").links


def test_taking_one_out_keeps_what_was_typed_for_the_others(reader, two_invoices):
    form = chosen(reader, *two_invoices).form_to("/payments")

    page = reader.submit(form, {amount_of(two_invoices[1]): "12.50"}, button="Remove INV-1")

    assert "Pay €12.50" in page.form_to("/payments").buttons


def test_taking_one_out_keeps_even_what_cannot_be_read_and_says_why(reader, two_invoices):
    form = chosen(reader, *two_invoices).form_to("/payments")

    typed = {amount_of(two_invoices[1]): "twelve"}
    page = reader.submit(form, typed, button="Remove INV-1", status=422)

    assert "INV-1" not in page.links
    assert page.form_to("/payments").values[amount_of(two_invoices[1])] == ["twelve"]
    assert "This is not an amount." in page.main
    assert "INV-1" not in reader.get("/basket").links


def test_currencies_are_paid_apart(world, reader, acme, two_invoices):
    dinars = world.invoice(acme, 1_500_250, currency="KWD")
    yen = world.invoice(acme, 1_500, currency="JPY")

    page = chosen(reader, two_invoices[0], dinars, yen)

    buttons = page.form_to("/payments").buttons
    labels = {words for words in buttons if words.startswith("Pay ")}
    assert labels == {"Pay €1,000.00", "Pay ¥1,500", "Pay KWD 1,500.250"}


@pytest.mark.parametrize("button", ["Pay €1,500.00", "Update the total", "Remove INV-1"])
def test_what_is_pressed_for_one_payment_keeps_what_was_typed_for_another(
    world, reader, acme, two_invoices, button
):
    """What could be read is kept, and what could not is told at its line, still there."""
    yen = world.invoice(acme, 1_500, currency="JPY")
    form = chosen(reader, *two_invoices, yen).form_to("/payments")
    before = card_pages(world)

    typed = {amount_of(two_invoices[1]): "77", amount_of(yen): "much"}
    page = reader.submit(form, typed, button=button, status=422)

    assert "This is not an amount." in page.main
    assert page.form_to("/payments").values[amount_of(yen)] == ["much"]
    stored = reader.get("/basket").form_to("/payments").values
    assert stored[amount_of(two_invoices[1])] == ["77.00"]
    assert card_pages(world) == before


def test_an_older_page_pays_its_payment_and_leaves_the_others_as_they_are_now(
    world, reader, acme, two_invoices
):
    """What nobody touched on it is no wish of anybody's."""
    yen = world.invoice(acme, 1_500, currency="JPY")
    there = dataclasses.replace(acme, ledger_id=world.customer().ledger_id)
    elsewhere = world.invoice(there, 9_000)
    older = chosen(reader, two_invoices[0], yen, elsewhere).form_to("/payments")
    newer = reader.get("/basket").form_to("/payments")
    reader.submit(newer, {amount_of(yen): "500"}, button="Update the total")
    pay(world, world.colleague(acme), {elsewhere: 4_000})

    answer = reader.send(older, button="Pay €1,000.00")

    assert answer.location.startswith("http://localhost/c/pay/")
    page = reader.get("/basket")
    assert page.form_to("/payments").values[amount_of(yen)] == ["500"]
    assert "Somebody paid part of it meanwhile" in page.main


def test_an_older_page_of_a_changed_basket_puts_nothing_back(world, reader, acme, two_invoices):
    """It is asked for a second look, and what nobody touched on it stays as it is now."""
    older = chosen(reader, *two_invoices).form_to("/payments")
    newer = reader.get("/basket").form_to("/payments")
    reader.submit(newer, {amount_of(two_invoices[0]): "77"}, button="Remove INV-2")

    reader.submit(older, status=409)

    stored = reader.get("/basket").form_to("/payments").values
    assert stored[amount_of(two_invoices[0])] == ["77.00"]


def test_enter_in_an_amount_never_removes_what_was_paid_meanwhile(
    world, acme, reader, two_invoices
):
    """A browser presses the first button of a form, wherever on the page that stands."""
    chosen(reader, *two_invoices)
    pay(world, world.colleague(acme), {two_invoices[0]: 100_000})

    page = reader.get("/basket")

    first = next(one for one in page.root.all("button") if one.attrs.get("form") == "basket")
    assert "Nothing is left to pay of" in page.main
    assert first.attrs["formaction"] == "/basket/amounts"


def test_paying_one_currency_keeps_the_amounts_typed_in_the_other(
    world, reader, acme, two_invoices
):
    yen = world.invoice(acme, 1_500, currency="JPY")
    form = chosen(reader, two_invoices[0], yen).form_to("/payments")

    reader.send(form, {amount_of(two_invoices[0]): "77"}, button="Pay ¥1,500")

    page = card_pages(world)[0]
    assert (page.amount_total, page.currency) == (1_500, "jpy")
    again = reader.get("/basket").form_to("/payments")
    assert again.values[amount_of(two_invoices[0])] == ["77.00"]


def test_a_page_without_its_own_id_pays_nothing(world, reader, two_invoices):
    form = chosen(reader, *two_invoices).form_to("/payments")
    before = card_pages(world)

    for operation in ("", "not-an-id"):
        page = reader.submit(form, {"operation_id": operation}, status=409)

    assert "Your basket has changed meanwhile." in page.text
    assert card_pages(world) == before


def test_an_empty_basket_says_how_to_fill_it(reader):
    page = reader.get("/basket")

    assert "Your basket is empty" in page.main


def test_each_colleague_has_an_own_basket(world, acme, reader, two_invoices):
    chosen(reader, *two_invoices)
    colleague = world.colleague(acme)

    page = world.reader(colleague).get("/basket")

    assert "Your basket is empty" in page.main


def test_a_strangers_invoice_cannot_be_put_in_a_basket(world, reader, two_invoices):
    foreign = world.invoice(world.customer(), number="SECRET-1")

    page = chosen(reader, foreign)

    assert "Your basket is empty" in page.main
    assert "SECRET-1" not in page.text


def test_what_somebody_else_paid_is_said_and_can_be_taken_out(world, acme, reader, two_invoices):
    chosen(reader, *two_invoices)
    pay(world, world.colleague(acme), {two_invoices[0]: 100_000})

    page = reader.get("/basket")

    assert "Nothing is left to pay of INV-1." in page.main
    typed = {amount_of(two_invoices[1]): "12.50"}
    again = reader.submit(page.form_to("/payments"), typed, button="Remove INV-1")
    assert "INV-1" not in again.main
    assert "Pay €12.50" in again.form_to("/payments").buttons


def test_taking_out_what_is_not_there_changes_nothing(reader, two_invoices):
    form = chosen(reader, two_invoices[0]).form_to("/payments")
    token = {"csrf_token": form.values["csrf_token"]}

    not_in_it = reader.raw(f"/basket/{two_invoices[1]}/removal", method="POST", data=token)
    absent = reader.raw(f"/basket/{uuid.uuid4()}/removal", method="POST", data=token)

    assert (not_in_it.status_code, absent.status_code) == (303, 404)
    assert "INV-1" in reader.get("/basket").links


def test_what_lay_in_the_basket_before_is_named_when_more_is_paid(reader, two_invoices):
    first, second = two_invoices
    chosen(reader, first)

    page = chosen(reader, second)

    assert "1 other invoice was already in your basket" in page.text


@pytest.mark.parametrize("refused_at", ["/payments", "/basket/credit"])
def test_a_form_sent_after_signing_out_elsewhere_leads_to_the_door_and_back(
    reader, two_invoices, refused_at
):
    page = chosen(reader, two_invoices[0])
    reader.send(page.form_to("/sign-out"))
    headers = {"Referer": f"{ORIGIN}{refused_at}", "Origin": ORIGIN}

    answer = reader.raw(refused_at, method="POST", headers=headers)
    door = reader.get(answer.location)

    assert answer.location == "/sign-in?next=/basket"
    assert "Please sign in first. Nothing was changed." in door.text
