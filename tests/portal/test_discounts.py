"""Early-payment discount on the portal: offered with its last day, taken when paid in time."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest

from receivables.discounts import DiscountTerms
from tests.access.reading import pdf_text
from tests.factories.books import open_minor, unapplied_minor
from tests.portal.test_basket import amount_of, chosen, pay

TODAY = dt.date(2026, 11, 12)
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


def promising(world, account, *, until=TODAY):
    terms = DiscountTerms(until=until, percent=Decimal(2))
    return world.invoice(account, 100_000, number="INV-1", discount=terms)


def told(page):
    return " ".join(page.main.split())


def test_while_it_may_be_earned_it_is_offered_with_its_last_day(world, acme, reader):
    invoice = promising(world, acme)

    page = reader.get(f"/invoices/{invoice}")
    text = " ".join(pdf_text(reader.raw(page.links["Download PDF"]).data).split())

    assert "if €980.00 reaches us by 12 Nov 2026, €20.00 is taken off" in told(page)
    assert "Discount of €20.00 until 12 Nov 2026" in told(reader.get("/invoices"))
    assert "Early-payment discount €20.00 if paid by 12 Nov 2026" in text


def test_the_basket_asks_for_the_discounted_amount_which_settles_the_invoice_whole(
    world, acme, reader
):
    invoice = promising(world, acme)

    page = chosen(reader, invoice)
    form = page.form_to("/payments")
    assert form.values[amount_of(invoice)] == ["980.00"]
    assert "Pay €980.00" in form.buttons
    assert "Discount of €20.00 until 12 Nov 2026" in told(page)
    pay(world, acme, {invoice: 98_000})

    after = reader.get(f"/invoices/{invoice}")
    assert open_minor(world.transaction, invoice) == 0
    assert unapplied_minor(world.transaction, acme.customer_id) == 0
    assert "€20.00 early-payment discount" in told(after)
    assert "Paid so far €980.00 Early-payment discount €20.00 Still open €0.00" in told(after)


def test_afterwards_it_is_said_that_all_is_due(world, acme, reader):
    invoice = promising(world, acme, until=TODAY - A_DAY)

    page = chosen(reader, invoice)
    pay(world, acme, {invoice: 98_000})

    assert page.form_to("/payments").values[amount_of(invoice)] == ["1,000.00"]
    assert "Its early-payment discount was for payment by" in told(page)
    after = told(reader.get(f"/invoices/{invoice}"))
    assert open_minor(world.transaction, invoice) == 2_000
    assert "A payment made now comes too late for it." in after


def test_who_pays_in_full_paid_in_full(world, acme, reader):
    invoice = promising(world, acme)

    pay(world, acme, {invoice: 100_000})

    assert "discount" not in told(reader.get(f"/invoices/{invoice}")).lower()


def test_the_list_that_is_taken_away_names_it(world, acme, reader):
    promising(world, acme)

    answer = reader.raw(reader.get("/invoices").links["CSV"])
    [row] = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (row["Early-payment discount"], row["if paid by"]) == ("20.00", "2026-11-12")


def test_in_french_it_is_an_escompte(world, acme):
    invoice = promising(world, acme)

    page = world.reader(world.colleague(acme, language="fr")).get(f"/invoices/{invoice}")

    assert "Escompte :" in page.text
