"""Money that came short, in dollars, or waits: what its receipt and its invoice say of that."""

import csv
import io
import uuid
from decimal import Decimal

import pytest

from foundation.money import Money
from receivables.actions.differences import settle_with_difference
from receivables.actions.exchanges import exchange_receipt, undo_exchange
from receivables.actions.receipts import receive_transfer
from receivables.actions.write_offs import write_off
from receivables.models import AdjustmentKind, WriteOffReason
from tests.access.reading import pdf_text


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


def received(session, world, account, minor, currency="EUR"):
    return receive_transfer(
        session,
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        amount=Money(minor, currency),
        deed=account.deed(world.clock.now()),
    )


def settled(session, world, account, receipt, invoice, kind):
    settle_with_difference(
        session,
        receipt_id=receipt,
        invoice_id=invoice,
        kind=kind,
        operation_id=uuid.uuid4(),
        deed=account.deed(world.clock.now()),
    )


def told(page):
    return " ".join(page.main.split())


def test_the_fee_a_bank_kept_is_ours_and_the_receipt_adds_up(world, acme, reader):
    invoice = world.invoice(acme, 100_000, number="INV-1")
    with world.transaction() as session:
        receipt = received(session, world, acme, 98_500)
        settled(session, world, acme, receipt, invoice, AdjustmentKind.BANK_FEE)

    page = reader.get(f"/receipts/{receipt}")
    text = " ".join(pdf_text(reader.raw(page.links["Download PDF"]).data).split())

    assert "Paid by bank transfer" in told(page)
    assert "€1,000.00 Bank fee we bear −€15.00 Received in all €985.00" in told(page)
    assert "Bank fee we bear −€15.00" in text
    assert "Bank fee we bear" in told(reader.get("/statement?kind=movements"))


def test_dollars_lead_to_the_euros_they_became_and_back(world, acme, reader):
    invoice = world.invoice(acme, 100_000, number="INV-1")
    with world.transaction() as session:
        dollars = received(session, world, acme, 108_000, "USD")
        euros = exchange_receipt(
            session,
            receipt_id=dollars,
            into="EUR",
            rate=Decimal("0.925"),
            deed=acme.deed(world.clock.now()),
        )
        settled(session, world, acme, euros, invoice, AdjustmentKind.FX_DIFFERENCE)

    of_dollars, of_euros = reader.get(f"/receipts/{dollars}"), reader.get(f"/receipts/{euros}")
    of_invoice = told(reader.get(f"/invoices/{invoice}"))

    assert "Exchanged into €999.00 at 0.925" in told(of_dollars)
    assert f"/receipts/{euros}" in of_dollars.links.values()
    assert "$1,080.00 came in; we exchanged it at 0.925." in told(of_euros)
    assert f"/receipts/{dollars}" in of_euros.links.values()
    assert "Exchange-rate difference of €1.00" in of_invoice


def pdf_of(reader, page):
    return " ".join(pdf_text(reader.raw(page.links["Download PDF"]).data).split())


def exchanged(world, acme):
    with world.transaction() as session:
        deed = acme.deed(world.clock.now())
        dollars = received(session, world, acme, 108_000, "USD")
        return dollars, exchange_receipt(
            session, receipt_id=dollars, into="EUR", rate=Decimal("0.925"), deed=deed
        )


def test_the_document_of_exchanged_money_adds_up_and_names_what_it_was(world, acme, reader):
    _, euros = exchanged(world, acme)

    text = pdf_of(reader, reader.get(f"/receipts/{euros}"))
    rows = list(csv.DictReader(io.StringIO(reader.raw("/receipts/table.csv").text[1:])))

    assert "$1,080.00 at 0.925" in text
    assert "Credit on your account €999.00 Amount received €999.00" in text
    assert {(row["Amount received"], row["Otherwise"]) for row in rows} == {
        ("1080.00", "1080.00"),
        ("999.00", "0.00"),
    }


def test_money_exchanged_back_is_said_to_be_where_it_came_from(world, acme, reader):
    dollars, euros = exchanged(world, acme)
    with world.transaction() as session:
        deed = acme.deed(world.clock.now())
        undo_exchange(session, receipt_id=euros, reason="the rate was wrong", deed=deed)

    page = reader.get(f"/receipts/{euros}")

    assert "it was exchanged back, and counts on the receipt it came from" in told(page)
    assert "Exchanged back €999.00 Received in all €999.00" in told(page)
    assert "Exchanged back €999.00 Amount received €999.00" in pdf_of(reader, page)
    assert "xchanged" not in told(reader.get(f"/receipts/{dollars}"))


def test_what_is_written_off_need_not_be_paid_and_is_said(world, acme, reader):
    invoice = world.invoice(acme, 100_000, number="INV-1")
    with world.transaction() as session:
        write_off(
            session,
            invoice_id=invoice,
            reason=WriteOffReason.GOODWILL,
            deed=acme.deed(world.clock.now()),
        )

    page = reader.get(f"/invoices/{invoice}")
    moved = told(reader.get("/statement?kind=movements&start=2026-11-01&end=2026-11-12"))

    assert "€1,000.00 written off: nobody needs to pay it" in told(page)
    assert not page.forms_to("/basket")
    assert "Written off" in told(reader.get("/invoices?state=paid"))
    assert "Written off" in moved
