"""Paying from the basket, and what the pages say at every point of the way."""

import datetime as dt
import re
import uuid
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from portal.asking import ASKS
from receivables.actions.customers import add_contact
from receivables.models import ContactRole
from tests.factories.books import open_minor
from tests.factories.card import session_of
from tests.portal.test_basket import amount_of, chosen


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def invoice_id(world, acme):
    return world.invoice(acme, 100_000, number="INV-1", due_on=dt.date(2026, 11, 1))


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


class Paying:
    """A payment begun in the portal, and the card in the payer's hand."""

    def __init__(self, world, reader, answer):
        self.world, self.reader, self.page_url = world, reader, answer.location
        payments = reader.get("/payments?kind=card").links
        self.path = next(href for href in payments.values() if href.count("/") == 2)

    @property
    def id(self):
        return uuid.UUID(self.path.rpartition("/")[2])

    @property
    def card(self):
        return self.world.stripe.payer(session_of(self.world.transaction, self.id))

    def comes_back(self):
        return self.reader.get(f"{self.path}/return")


@pytest.fixture
def paying(world, reader, invoice_id):
    """A payment of 600 euro of the 1,000, just begun."""
    form = chosen(reader, invoice_id).form_to("/payments")
    return Paying(world, reader, reader.send(form, {amount_of(invoice_id): "600"}))


def test_paying_leads_to_the_providers_page(paying):
    assert urlsplit(paying.page_url).netloc not in ("", "localhost:8000")
    assert paying.reader.get(paying.path).heading == "Card payment, €600.00"


def test_a_paid_payment_says_what_it_paid_and_what_is_still_owed(paying, world, invoice_id):
    paying.card.pay()

    page = paying.comes_back()

    assert "Payment received" in page.main
    assert "You still owe Still open, EUR €400.00" in page.main
    assert open_minor(world.transaction, invoice_id) == 40_000


def test_a_receipt_is_a_page_and_a_document(paying):
    paying.card.pay()
    links = paying.comes_back().links
    number = next(words for words in links if words.startswith("Receipt "))

    page = paying.reader.get(links[number])
    document = paying.reader.raw(links["Download the receipt (PDF)"])

    assert page.heading == number
    assert "€600.00" in page.main
    assert document.mimetype == "application/pdf"
    assert document.data.startswith(b"%PDF-")


def test_a_paid_invoice_is_out_of_the_basket(paying):
    paying.card.pay()
    paying.comes_back()

    assert "Your basket is empty" in paying.reader.get("/basket").main


def test_who_pays_what_a_colleague_just_paid_is_told_of_the_credit_everywhere(
    world, acme, paying, invoice_id
):
    colleague = world.colleague(acme)
    second = world.reader(colleague)
    form = chosen(second, invoice_id).form_to("/payments")
    theirs = Paying(world, second, second.send(form, {amount_of(invoice_id): "1000"}))
    both = set(
        re.findall(r'href="(/payments/[0-9a-f-]{36})"', second.raw("/payments?kind=card").text)
    )
    headings = {path: second.get(path).heading for path in both}
    [paying.path] = [path for path, words in headings.items() if words.endswith("€600.00")]
    [theirs.path] = both - {paying.path}
    theirs.card.pay()
    theirs.comes_back()
    paying.card.pay()

    page = paying.comes_back()

    assert STALE in page.main
    assert "With €600.00 of credit on your account you have paid €600.00 ahead." in page.main
    assert "You have paid ahead" in paying.reader.get("/").main
    more = world.invoice(acme, 5_000, number="INV-9")
    basket = chosen(paying.reader, more).main
    assert "You have €600.00 of credit on your account." in basket


STALE = "Part of this was no longer open when your money arrived."


def test_a_declined_card_is_said_and_nothing_was_taken(paying, world, invoice_id):
    paying.card.decline()

    page = paying.comes_back()

    assert "The card was declined" in page.main
    assert "Nothing was taken by that attempt." in page.main
    assert page.links["Go to the payment page"] == paying.page_url
    assert open_minor(world.transaction, invoice_id) == 100_000


def test_who_comes_back_without_paying_is_not_told_that_it_was_paid(paying):
    page = paying.comes_back()

    assert "No payment confirmed yet" in page.main
    assert "received" not in page.main.lower()


def test_a_canceled_payment_leaves_everything_as_it_was(paying):
    form = paying.reader.get(paying.path).form_to(f"{paying.path}/cancellation")

    page = paying.reader.submit(form)

    assert "This payment was canceled" in page.main
    assert "Nothing was taken" in page.main
    assert paying.reader.get("/basket").form_to("/payments").values


def test_the_amount_typed_is_still_there_after_a_cancellation(paying, invoice_id):
    paying.reader.submit(paying.reader.get(paying.path).form_to(f"{paying.path}/cancellation"))

    form = paying.reader.get("/basket").form_to("/payments")

    assert form.values[amount_of(invoice_id)] == ["600.00"]


def test_the_provider_without_an_answer_is_told_honestly(reader, invoice_id, world):
    form = chosen(reader, invoice_id).form_to("/payments")
    world.stripe.faults.answer_lost("POST /v1/checkout/sessions")

    page = reader.submit(form)

    assert "The payment page is not open yet" in page.main
    assert "Nothing was taken" in page.main


def test_asking_again_brings_the_page_up_to_date(paying):
    page = paying.comes_back()
    paying.card.pay()

    page = paying.reader.submit(page.form_to(f"{paying.path}/check"))

    assert "Payment received" in page.main


def test_the_provider_is_not_asked_without_end(paying, world):
    form = paying.reader.get(paying.path).form_to(f"{paying.path}/check")
    for _ in range(ASKS.count):
        paying.reader.send(form)
    paying.card.pay()

    page = paying.comes_back()

    assert "please do not pay again meanwhile" in page.text
    assert "No payment confirmed yet" in page.main  # nobody was asked, and nothing false is said


def test_the_waiting_page_learns_that_something_changed(paying):
    before = paying.reader.raw(f"{paying.path}/state").json["version"]
    paying.card.pay()
    paying.comes_back()

    after = paying.reader.raw(f"{paying.path}/state").json["version"]

    assert before != after


def test_pressing_twice_pays_once(reader, invoice_id):
    form = chosen(reader, invoice_id).form_to("/payments")

    first, second = reader.send(form), reader.send(form)

    assert first.location == second.location


def test_the_same_page_with_another_amount_is_refused_with_what_was_typed(reader, invoice_id):
    form = chosen(reader, invoice_id).form_to("/payments")
    reader.send(form)

    page = reader.submit(form, {amount_of(invoice_id): "5"}, status=409)

    assert "Nothing new was started" in page.main
    assert page.form_to("/payments").values[amount_of(invoice_id)] == ["5"]


def test_too_little_for_a_card_is_told_above_the_form(reader, invoice_id):
    form = chosen(reader, invoice_id).form_to("/payments")

    page = reader.submit(form, {amount_of(invoice_id): "0.01"}, status=409)

    assert "By card we take from" in page.main


def test_a_basket_that_changed_is_shown_again_before_anything_is_paid(
    world, reader, acme, invoice_id
):
    form = chosen(reader, invoice_id).form_to("/payments")
    another = world.invoice(acme, 5_000, number="INV-2")
    chosen(reader, another)

    page = reader.submit(form, {amount_of(invoice_id): "7"}, status=409)

    assert "Your basket has changed meanwhile." in page.main
    assert page.form_to("/payments").values[amount_of(invoice_id)] == ["7"]
    assert "No payment begun yet" in reader.get("/payments?kind=card").main


def test_colleagues_see_that_somebody_is_paying(world, acme, paying, invoice_id):
    colleague = world.colleague(acme)
    reader = world.reader(colleague)

    home, basket = reader.get("/"), chosen(reader, invoice_id)

    assert "Payments not finished" in home.main
    assert "Somebody else is paying some of these invoices already." in basket.main
    assert "€600.00 of it is being paid already" in basket.main


def test_who_chose_another_company_meanwhile_comes_back_to_the_one_that_pays(world, acme, paying):
    other = world.customer(name="Brightwell Ltd")
    with world.transaction() as session:
        add_contact(
            session,
            customer_id=other.customer_id,
            person_id=acme.person_id,
            role=ContactRole.PAYER,
            deed=other.deed(world.clock.now()),
        )
    choice = paying.reader.get("/accounts")
    brightwell = next(f for f in choice.forms_to("/accounts") if "Brightwell" in f.element.text)
    paying.reader.submit(brightwell)
    paying.card.pay()

    page = paying.comes_back()

    assert "Payment received" in page.main
    assert "Acme SA" in paying.reader.get("/").main


def test_what_is_at_another_of_the_readers_companies_leads_there(world, acme, paying, invoice_id):
    other = world.customer(name="Brightwell Ltd")
    with world.transaction() as session:
        add_contact(
            session,
            customer_id=other.customer_id,
            person_id=acme.person_id,
            role=ContactRole.PAYER,
            deed=other.deed(world.clock.now()),
        )
    reader = world.reader(replace(acme, customer_id=other.customer_id))

    told = [reader.get(path, status=404) for path in (paying.path, f"/invoices/{invoice_id}")]
    page = reader.submit(told[-1].form_to("/accounts"))

    assert all("on the account of Acme SA" in one.text for one in told)
    assert page.heading == "Invoice INV-1"


def test_an_own_page_that_waits_for_a_card_is_no_warning_of_paying_twice(paying, world, invoice_id):
    paying.card.decline()
    paying.comes_back()

    basket = chosen(paying.reader, invoice_id).main

    assert "paying some of these invoices already" not in basket
    assert "is being paid already" not in basket


def test_who_may_not_pay_is_told_who_can_finish(world, acme, paying):
    viewer = world.colleague(acme, role="viewer")

    page = world.reader(viewer).get(paying.path).main

    assert "can finish there or cancel this payment" in page


@pytest.mark.parametrize("part", ["", "/state", "/return"])
def test_a_strangers_payment_is_as_absent_as_one_that_never_was(world, paying, part):
    stranger = world.customer()
    reader = world.reader(stranger)

    foreign = reader.raw(paying.path + part)
    missing = reader.raw(f"/payments/{uuid.uuid4()}{part}")

    assert foreign.status_code == 404
    assert foreign.data == missing.data


def test_a_strangers_receipt_is_as_absent_as_one_that_never_was(world, paying):
    paying.card.pay()
    links = paying.comes_back().links
    path = next(href for href in links.values() if href.startswith("/receipts/"))
    stranger = world.customer()
    reader = world.reader(stranger)

    foreign = reader.raw(path.removesuffix(".pdf"))
    missing = reader.raw(f"/receipts/{uuid.uuid4()}")

    assert foreign.status_code == 404
    assert foreign.data == missing.data


def test_a_viewer_sees_payments_but_cannot_begin_or_cancel_one(world, acme, paying):
    viewer = world.colleague(acme, role="viewer")
    reader = world.reader(viewer)

    page = reader.get(paying.path)

    assert not page.forms_to(f"{paying.path}/cancellation")
    assert reader.raw("/basket").status_code == 403


def test_lists_without_payments_say_what_will_appear(reader):
    assert "No payment yet" in reader.get("/payments").main
    assert "No payment begun yet" in reader.get("/payments?kind=card").main
