"""Credit notes on the portal: beside the invoices, whole, used at the basket, taken away."""

import csv
import io
import uuid

import pytest

from foundation.money import Money
from receivables.actions.allocation import Claim
from receivables.actions.credit import apply_credit_note
from receivables.models import CreditReason
from tests.access.reading import pdf_text
from tests.factories.books import a_credit_note, open_minor, unapplied_minor
from tests.portal.test_basket import chosen


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


def credited(world, account, minor, **wanted):
    with world.transaction() as session:
        return a_credit_note(session, account, minor, **wanted)


def applied(world, account, note, invoice, minor):
    with world.transaction() as session:
        apply_credit_note(
            session,
            credit_note_id=note,
            claims=[Claim(invoice_id=invoice, amount=Money(minor, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=account.deed(world.clock.now()),
        )


def told(page):
    return " ".join(page.main.split())


def test_from_the_invoices_one_comes_to_the_credit_notes_and_to_each(world, acme, reader):
    invoice = world.invoice(acme, 100_000, number="INV-1")
    credited(world, acme, 25_000, number="CN-1", invoice_id=invoice)

    listed = reader.get(reader.get("/invoices").links["Credit notes"])
    page = reader.get(listed.links["CN-1"])

    assert "Goods returned" in told(listed)
    assert "−€250.00" in told(listed)
    assert "Goods 1" in told(page)
    assert page.links["INV-1"] == f"/invoices/{invoice}"
    assert "all of it is credit on your account" in told(page)


def test_what_it_was_used_for_is_told_on_both_documents(world, acme, reader):
    invoice = world.invoice(acme, 100_000, number="INV-1")
    note = credited(world, acme, 25_000, number="CN-1", reason=CreditReason.PRICE_CORRECTED)
    applied(world, acme, note, invoice, 20_000)

    of_note, of_invoice = reader.get(f"/credit-notes/{note}"), reader.get(f"/invoices/{invoice}")

    assert "−€50.00" in told(of_note)
    assert "Partly used" in told(of_note)
    assert of_note.links["INV-1"] == f"/invoices/{invoice}"
    assert "€200.00 credited" in told(of_invoice)
    assert of_invoice.links["Credit note CN-1"] == f"/credit-notes/{note}"
    assert "Credited €200.00 Still open €800.00" in told(of_invoice)


def test_the_credit_of_the_home_page_and_the_basket_counts_them(world, acme, reader):
    invoice = world.invoice(acme, 100_000, number="INV-1")
    credited(world, acme, 25_000, number="CN-1")

    assert "less €250.00 of credit on your account" in told(reader.get("/"))
    page = reader.submit(
        chosen(reader, invoice).form_to("/payments"), button="Use the credit first"
    )

    assert "€250.00 of your credit was used for 1 invoice." in told(page)
    assert "Pay €750.00" in page.form_to("/payments").buttons
    assert open_minor(world.transaction, invoice) == 75_000
    assert unapplied_minor(world.transaction, acme.customer_id) == 0


def test_the_list_may_show_only_those_with_something_left(world, acme, reader):
    invoice = world.invoice(acme, 100_000)
    spent = credited(world, acme, 1_000, number="CN-SPENT")
    applied(world, acme, spent, invoice, 1_000)
    credited(world, acme, 2_000, number="CN-FREE")

    page = reader.get(reader.get("/credit-notes").links["With something left"])

    assert "CN-FREE" in told(page)
    assert "CN-SPENT" not in told(page)


def test_a_long_list_has_pages(world, acme, reader):
    for number in range(51):
        credited(world, acme, 1_000, number=f"CN-{number:03}")

    first = reader.get("/credit-notes")
    second = reader.get(first.links["Next"])

    numbers = [f"CN-{number:03}" for number in range(51)]
    assert sum(number in first.links for number in numbers) == 50
    assert sum(number in second.links for number in numbers) == 1
    assert reader.raw("/credit-notes?after=bent").location == "/credit-notes"


def test_it_is_taken_away_as_a_copy_that_says_so(world, acme, reader):
    invoice = world.invoice(acme, 100_000, number="INV-1")
    note = credited(world, acme, 25_000, number="CN/7", invoice_id=invoice)
    applied(world, acme, note, invoice, 20_000)

    answer = reader.raw(reader.get(f"/credit-notes/{note}").links["Download PDF"])

    text = " ".join(pdf_text(answer.data).split())
    for said in ("Credit note CN/7, copy", "Acme SA", "−€250.00", "Used for INV-1", "−€50.00"):
        assert said in text
    assert answer.headers["Content-Disposition"] == "attachment; filename=CN_7.pdf"


def test_the_list_is_taken_away_with_what_each_settles(world, acme, reader):
    first, second = (world.invoice(acme, 10_000, number=f"INV-{n}") for n in (1, 2))
    note = credited(world, acme, 25_000, number="CN-1", invoice_id=first)
    applied(world, acme, note, first, 10_000)
    applied(world, acme, note, second, 2_500)
    credited(world, acme, 500, number="CN-2")

    answer = reader.raw(reader.get("/credit-notes").links["CSV"])
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))

    assert {
        (r["Credit note"], r["Total"], r["Left to use"], r["Invoice"], r["Used for this invoice"])
        for r in rows
    } == {
        ("CN-1", "-250.00", "-125.00", "INV-1", "100.00"),
        ("CN-1", "", "", "INV-2", "25.00"),
        ("CN-2", "-5.00", "-5.00", "", ""),
    }


def test_the_statement_lists_it_as_open_and_as_a_movement(world, acme, reader):
    world.invoice(acme, 100_000, number="INV-1")
    note = credited(world, acme, 25_000, number="CN-1")

    open_items = reader.get("/statement")
    moved = reader.get("/statement?kind=movements&start=2026-10-01&end=2026-10-31")

    assert "Owed on 12 Nov 2026 €750.00" in told(open_items)
    assert open_items.links["CN-1"] == f"/credit-notes/{note}"
    assert moved.links["CN-1"] == f"/credit-notes/{note}"
    assert "−€250.00" in told(moved)
    for ending in ("pdf", "csv", "xlsx"):
        assert reader.raw(f"/statement.{ending}").status_code == 200
        assert reader.raw(f"/statement.{ending}?kind=movements").status_code == 200


def test_in_french_it_is_an_avoir(world, acme):
    note = credited(world, acme, 25_000, number="CN-1")

    page = world.reader(world.colleague(acme, language="fr")).get(f"/credit-notes/{note}")

    assert "Avoir CN-1" in page.text
    assert "Retour de marchandise" in page.text
