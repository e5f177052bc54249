"""What the portal says of a bank debit at each stage, of refunds and disputes, also by mail."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from foundation.i18n import LANGUAGES
from jobs.news import NEWS, mail_news
from jobs.work import Work
from payments.card.gateway import StripeGateway
from payments.card.sync_afterwards import sync_charge
from sandbox.mail_sink import MailSink
from sandbox.mailbox import Mailbox
from sandbox.stripe import disputes, refunds
from tests.factories.books import a_deed, open_minor
from tests.factories.work import a_desk, bare_settings
from tests.portal.test_basket import amount_of, chosen
from tests.portal.test_payments import Paying


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def invoice_id(world, acme):
    return world.invoice(acme, 100_000, number="INV-1")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


@pytest.fixture
def paying(world, reader, invoice_id):
    form = chosen(reader, invoice_id).form_to("/payments")
    return Paying(world, reader, reader.send(form, {amount_of(invoice_id): "1000"}))


def ask_afterwards(world):
    """What a message of the provider makes our worker do."""
    charge = world.stripe.books()[-1].charge_id
    deed = a_deed(at=world.clock.now())
    gateway = StripeGateway(world.stripe.client(), webhook_secrets=[])
    sync_charge(world.transaction, gateway, charge_ref=charge, deed=deed)
    return charge


def test_nothing_is_said_to_be_paid_before_the_bank_has_answered(
    world, acme, paying, reader, invoice_id
):
    paying.card.debit()
    page = paying.comes_back()
    colleague = world.reader(world.colleague(acme))

    assert page.heading == "Bank debit, €1,000.00"
    assert "The debit is on its way" in page.main
    assert "Your basket is empty" in reader.get("/basket").main
    assert "received" not in page.main.lower().replace("we received", "")
    assert "Debit on its way, not paid yet" in reader.get("/payments?kind=card").main
    assert "Bank debit of" in colleague.get("/").main
    assert "Being paid already" in colleague.get(f"/invoices/{invoice_id}").main
    assert "€1,000.00 of it is being paid already" in chosen(colleague, invoice_id).main


def test_what_a_running_debit_pays_is_not_offered_again(world, acme, paying, reader, invoice_id):
    late = world.invoice(acme, 20_000, number="INV-2", due_on=dt.date(2026, 11, 1))
    paying.card.debit()
    paying.comes_back()

    home, listed = reader.get("/"), reader.get("/invoices")
    basket = reader.submit(home.form_to("/basket"), button="Pay overdue €200.00")
    again = chosen(reader, invoice_id)
    refused = reader.submit(again.form_to("/payments"), {amount_of(late): "1"}, status=409)

    assert "Pay overdue €200.00" in home.main
    assert "€1,000.00 of what is overdue is being paid already" in home.main
    assert listed.main.count("Being paid already") == 1
    assert amount_of(late) in basket.form_to("/payments").values
    assert amount_of(invoice_id) not in basket.form_to("/payments").values
    assert "Until it is settled they cannot be paid again" in again.main
    assert "may still go through. Nothing new was started" in refused.main
    assert "paid twice" not in again.main


def test_a_debit_that_is_not_carried_out_says_why_and_that_nothing_was_taken(
    world, paying, reader, invoice_id
):
    paying.card.debit("sepa_fails")
    paying.comes_back()
    world.stripe.catch_up()
    page = paying.comes_back()

    assert "Your bank did not carry out the debit" in page.main
    assert "There was not enough money on the account. Nothing was taken" in page.main
    assert "Debit not carried out, nothing taken" in reader.get("/payments?kind=card").main
    assert "Being paid already" not in reader.get(f"/invoices/{invoice_id}").main


def test_a_returned_debit_is_told_in_plain_words_wherever_it_shows(
    world, paying, reader, invoice_id
):
    paying.card.debit()
    paying.comes_back()
    world.stripe.catch_up()
    paid = paying.comes_back()
    receipt = next(href for href in paid.links.values() if href.startswith("/receipts/"))
    receipt = receipt.removesuffix(".pdf")
    assert "Payment received" in paid.main

    world.stripe.give_back(world.stripe.books()[-1].charge_id)
    ask_afterwards(world)
    page = reader.get(paying.path)

    assert "The bank has taken this payment back" in page.main
    assert "There was not enough money on the account." in page.main
    assert "What happened afterwards Returned by the bank" in page.main
    assert "You still owe Still open, EUR €1,000.00" in page.main
    assert "Returned by the bank" in reader.get("/payments?kind=card").main
    assert "€1,000.00 of it went back" in reader.get("/payments").main
    assert "No invoice any more: the money went back." in reader.get(receipt).main
    assert reader.raw(f"{receipt}.pdf").mimetype == "application/pdf"
    assert "Payment of €1,000.00 taken back" in reader.get(f"/invoices/{invoice_id}").main
    assert "Payment taken back by the bank" in reader.get("/statement?kind=movements").main
    assert open_minor(world.transaction, invoice_id) == 100_000


def test_a_contested_payment_and_a_refund_are_told_as_they_stand(world, paying, reader):
    paying.card.pay()
    paying.comes_back()
    dispute = disputes.open_one(world.stripe.account, world.stripe.books()[-1].charge_id)
    charge = ask_afterwards(world)
    contested = reader.get(paying.path).main
    disputes.decide(world.stripe.account, dispute["id"], is_won=True)
    ask_afterwards(world)
    won = reader.get(paying.path).main
    refunds.create(world.stripe.account, charge, 25_000, is_pending=True)
    ask_afterwards(world)
    refunded = reader.get(paying.path).main

    assert "This payment is contested at the bank" in contested
    assert "Payment received" in won
    assert "Contested, the payment stands" in won
    assert "€250.00 of this payment is refunded" in refunded
    assert "on its way back to where it came from" in refunded


@pytest.fixture
def post(world):
    """A worker with a mail server beside it."""
    mailbox = Mailbox()
    sink = MailSink(mailbox)
    sink.start()
    settings = replace(bare_settings(), smtp_url=f"smtp://localhost:{sink.port}")
    gateway = StripeGateway(world.stripe.client(), webhook_secrets=[])
    yield a_desk(world.clock, world.transaction, gateway, settings), mailbox
    sink.stop()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_of_news_is_a_letter_in_the_readers_language(
    world, acme, paying, post, language
):
    desk, mailbox = post
    paying.card.debit("sepa_returned")
    paying.comes_back()
    tell = "UPDATE person SET language = :language WHERE id = :id"
    find = (
        "SELECT id, topic, payload, request_id FROM outbox_message"
        " WHERE topic = 'payment.mail' AND customer_id = :customer"
    )
    with world.transaction() as session:
        session.execute(sa.text(tell), {"language": language, "id": acme.person_id})
        [row] = session.execute(sa.text(find), {"customer": acme.customer_id}).all()

    for kind in NEWS:
        payload = {**row.payload, "news": kind}
        mail_news(desk, Work(id=row.id, topic=row.topic, payload=payload, request_id="news"))

    letters = list(mailbox.newest_first())
    assert len({letter.subject for letter in letters}) == len(NEWS)
    for letter in letters:
        assert "INV-1" in letter.body("plain")
        assert "1,000.00" in letter.body("html") or "1\u202f000,00" in letter.body("html")
        assert f"http://localhost:8000{paying.path}" in letter.body("plain")


def test_a_debit_answered_before_its_letter_went_is_told_by_the_answer_only(
    world, acme, paying, post
):
    desk, mailbox = post
    paying.card.debit()
    paying.comes_back()
    world.stripe.catch_up()
    paying.comes_back()
    payload = {
        "news": "debit_underway",
        "payment_id": paying.path.rpartition("/")[2],
        "customer_id": str(acme.customer_id),
        "person_id": str(acme.person_id),
        "ref": "",
    }

    work = Work(id=acme.person_id, topic="payment.mail", payload=payload, request_id="late")
    mail_news(desk, work)

    assert list(mailbox.newest_first()) == []
