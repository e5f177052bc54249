"""Saved methods as people meet them: saved, paid with at the basket, confirmed, removed."""

import pytest

from foundation.i18n import LANGUAGES
from receivables.models import ContactRole
from sandbox.stripe import intents
from tests.factories.books import open_minor
from tests.portal.test_basket import chosen

ASKS, DECLINED_LATER = "4000002760003184", "4000000000000341"
VISA = "Visa card ending in 4242"


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


def save(world, reader, number=None, account=None, kind="card"):
    """Save a method on the provider's page, and come back from there."""
    form = reader.get("/saved-methods/new").form_to("/saved-methods/new")
    page = reader.send(form, {"kind": kind}).location
    session = world.stripe.account.store.all("checkout.session")[-1]
    assert page == session["url"]
    payer = world.stripe.payer(session["id"])
    payer.save_account(account) if account else payer.save(number or "4242424242424242")
    return reader.get(session["success_url"])


def press(reader, invoice_id, title):
    """Choose a saved method at the basket and press "Pay"; the page of the payment."""
    basket = chosen(reader, invoice_id)
    form = basket.form_to("/payments")
    [name] = [one for one in form.values if one.startswith("way-")]
    ways = [one for one in form.element.all("input") if one.attrs.get("name") == name]
    labels = [one for one in form.element.all("label") if title in one.text]
    [way] = [one for label in labels for one in label.all("input")]
    assert way in ways
    button = next(words for words in form.buttons if words.startswith("Pay "))
    return reader.submit(form, {name: way.attrs["value"]}, button=button)


def test_a_card_is_saved_and_pays_with_one_press(world, acme, reader):
    invoice_id = world.invoice(acme, 60_000)
    assert "Nothing saved yet" in reader.get("/saved-methods").main
    assert "Save a card or bank account" in chosen(reader, invoice_id).links

    page = save(world, reader)
    assert page.heading == "Saved methods"
    assert f"{VISA} is saved. Nothing was taken." in page.text
    assert "Good until Dec 2028" in page.main

    paid = press(reader, invoice_id, VISA)
    assert "Payment received" in paid.main
    assert open_minor(world.transaction, invoice_id) == 0


def test_a_bank_that_asks_is_told_and_led_to_and_nothing_is_taken_before(world, acme, reader):
    invoice_id = world.invoice(acme, 60_000)
    save(world, reader, ASKS)

    page = press(reader, invoice_id, "Visa card ending in 3184")

    assert "Your bank wants you to confirm" in page.main
    assert "Nothing has been taken." in page.main
    intent = world.stripe.account.store.all("payment_intent")[-1]
    assert page.links["Confirm at your bank"].endswith(f"/c/confirm/{intent['id']}")
    intents.authenticate(world.stripe.account, intent["id"], passed=False)
    again = reader.get(intent["next_action"]["redirect_to_url"]["return_url"])
    assert "The last confirmation was not given." in again.main
    back = reader.submit(again.form_to("/payments"), button="Ask your bank again")
    assert "Confirm at your bank" in back.links
    intents.authenticate(world.stripe.account, intent["id"], passed=True)
    assert (
        "Payment received"
        in reader.get(intent["next_action"]["redirect_to_url"]["return_url"]).main
    )
    assert open_minor(world.transaction, invoice_id) == 0


def test_a_declined_and_an_unanswered_charge_are_told_as_they_are(world, acme, reader):
    first, second = world.invoice(acme, 60_000), world.invoice(acme, 70_000)
    save(world, reader, DECLINED_LATER)
    save(world, reader)

    declined = press(reader, first, "Visa card ending in 0341")
    assert "The saved card was not charged" in declined.main
    assert "Nothing was taken" in declined.main
    world.stripe.faults.answer_lost("POST /v1/payment_intents")
    unsure = press(reader, second, VISA)
    assert "Your payment is being checked" in unsure.main
    assert "whether anything was taken by your saved method" in unsure.main
    asked = reader.submit(unsure.form_to("/payments"), button="Ask again now")
    assert "Payment received" in asked.main


def test_a_saved_account_is_offered_in_its_currency_and_debited_days_later(world, acme, reader):
    euro = world.invoice(acme, 60_000)
    dollars = world.invoice(acme, 50_000, currency="USD")
    new = reader.get("/saved-methods/new").main
    assert "SEPA debit, in euro. You authorise The Seller" in new
    save(world, reader, account="sepa", kind="sepa_debit")

    assert "How do you want to pay?" not in chosen(reader, dollars).main
    page = press(reader, euro, "Bank account ending in 3201")

    assert "The debit is on its way" in page.main
    assert open_minor(world.transaction, euro) == 60_000


def test_what_is_removed_is_asked_about_first_and_pays_nothing_any_more(world, acme, reader):
    invoice_id = world.invoice(acme, 60_000)
    save(world, reader)
    basket = chosen(reader, invoice_id).form_to("/payments")
    [name] = [one for one in basket.values if one.startswith("way-")]
    [way] = [
        one.attrs["value"]
        for one in basket.element.all("input")
        if one.attrs.get("name") == name and one.attrs["value"]
    ]

    links = reader.get("/saved-methods").links.values()
    question = reader.get(next(href for href in links if href.endswith("/removal")))
    assert question.heading == f"Remove {VISA}"
    page = reader.submit(question.form_to("/saved-methods"))
    assert f"{VISA} pays nothing any more." in page.text

    button = next(words for words in basket.buttons if words.startswith("Pay "))
    refused = reader.submit(basket, {name: way}, button=button, status=409)
    assert "This saved method cannot pay this any more. Nothing was taken" in refused.text
    assert open_minor(world.transaction, invoice_id) == 60_000


def test_a_page_that_was_left_or_never_opened_saves_nothing_and_says_so(world, reader):
    form = reader.get("/saved-methods/new").form_to("/saved-methods/new")
    reader.send(form)
    left = world.stripe.account.store.all("checkout.session")[-1]
    assert "Nothing is saved yet" in reader.get(left["success_url"]).text

    world.stripe.faults.answer_lost("POST /v1/customers")
    form = reader.get("/saved-methods/new").form_to("/saved-methods/new")
    assert "The payment service does not answer." in reader.submit(form).text
    wrong = reader.submit(form, {"kind": "gold"}, status=422)
    assert "Choose what you want to save." in wrong.text


def test_another_companys_method_is_as_good_as_absent(world, acme, reader):
    save(world, reader)
    theirs = next(
        href.split("/")[2]
        for href in reader.get("/saved-methods").links.values()
        if href.endswith("/removal")
    )
    other = world.customer(name="Other Ltd")
    invoice_id, stranger = world.invoice(other, 60_000), world.reader(other)

    stranger.get(f"/saved-methods/{theirs}/removal", status=404)
    stranger.get(f"/saved-methods/{theirs}/return", status=404)
    assert "Nothing saved yet" in stranger.get("/saved-methods").main
    form = chosen(stranger, invoice_id).form_to("/payments")
    button = next(words for words in form.buttons if words.startswith("Pay "))
    way = {f"way-{other.ledger_id}.EUR": theirs}
    refused = stranger.submit(form, way, button=button, status=409)
    assert "This saved method cannot pay this any more." in refused.text
    assert open_minor(world.transaction, invoice_id) == 60_000


def test_the_way_that_was_chosen_stays_when_the_total_is_updated(world, acme, reader):
    invoice_id = world.invoice(acme, 60_000)
    save(world, reader)
    form = chosen(reader, invoice_id).form_to("/payments")
    [name] = [one for one in form.values if one.startswith("way-")]
    [way] = [
        one.attrs["value"]
        for one in form.element.all("input")
        if one.attrs.get("name") == name and one.attrs["value"]
    ]

    page = reader.submit(form, {name: way}, button="Update the total")

    assert page.form_to("/payments").values[name] == [way]


def test_a_viewer_finds_nothing_to_press(world, acme, reader):
    save(world, reader)
    viewer = world.reader(world.colleague(acme, role=ContactRole.VIEWER))

    assert "Saved methods" not in viewer.get("/payments").text
    viewer.get("/saved-methods", status=403)


def test_every_page_of_it_is_whole_in_both_languages(world, acme):
    for language in LANGUAGES:
        reader = world.reader(acme, language=language)
        save(world, reader)
        page = reader.get("/saved-methods")
        removal = next(href for href in page.links.values() if href.endswith("/removal"))
        for path in ("/saved-methods", "/saved-methods/new", removal, "/payments"):
            reader.get(path)
