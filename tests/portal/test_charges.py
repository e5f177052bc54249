"""Late fees on the portal: said to be what they are wherever they stand, paid like an invoice."""

import datetime as dt
import re

import pytest

from foundation.money import Money
from receivables.actions.charges import charge_late_fee
from tests.access.reading import pdf_text
from tests.factories.books import open_minor
from tests.portal.test_basket import chosen, pay


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


@pytest.fixture
def fee(world, acme):
    """Of 40 euro, on an invoice that is twelve days late."""
    invoice = world.invoice(acme, 100_000, number="INV-1", due_on=dt.date(2026, 10, 31))
    with world.transaction() as session:
        return charge_late_fee(
            session,
            invoice_id=invoice,
            amount=Money(4_000, "EUR"),
            deed=acme.deed(world.clock.now()),
        )


def told(page):
    return " ".join(page.main.split())


def test_from_home_one_comes_to_a_late_fee_that_says_what_it_is_and_for_what(reader, fee):
    home = reader.get("/")
    number = next(name for name in home.links if name.startswith("LC-"))

    page = reader.get(home.links[number])
    late = reader.get(page.links["INV-1"])
    text = " ".join(pdf_text(reader.raw(page.links["Download PDF"]).data).split())

    assert "Late fee" in told(home)
    assert page.heading == f"Late fee {number}"
    assert "Late fee for invoice INV-1, due 31 Oct 2026" in told(page)
    assert "Late fee of €40.00 charged" in told(late)
    assert late.links[f"Late fee {number}"] == f"/invoices/{fee}"
    assert f"Late fee {number}, copy" in text
    assert "For invoice INV-1" in text


def test_lists_statement_and_files_call_it_a_late_fee(reader, fee):
    assert re.search(r"LC-\d+ Late fee", told(reader.get("/invoices")))
    assert re.search(r"LC-\d+ Late fee", told(reader.get("/statement?kind=movements")))
    assert "Late fee" in reader.raw("/statement.csv").text
    assert "Late fee" in reader.raw("/invoices/table.csv").text


def test_it_is_put_in_the_basket_and_paid_like_an_invoice(world, acme, reader, fee):
    assert "Late fee" in told(chosen(reader, fee))

    pay(world, acme, {fee: 4_000})

    assert open_minor(world.transaction, fee) == 0
