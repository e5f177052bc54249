"""What can be taken away: a copy of an invoice, the lists as tables."""

import csv
import datetime as dt
import io
import uuid
from decimal import Decimal

import pytest

from foundation.money import Money
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.receipts import receive_card
from tests.access.reading import pdf_text, sheet_text
from tests.factories.books import an_original


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def paid(world, account, invoice_id, *, received, settled):
    """Card money of so many cents, some of it for the invoice."""
    with world.transaction() as session:
        deed = account.deed(world.clock.now())
        receipt_id = receive_card(
            session,
            ledger_id=account.ledger_id,
            customer_id=account.customer_id,
            amount=Money(received, "EUR"),
            deed=deed,
        ).receipt_id
        allocate_up_to(
            session,
            receipt_id=receipt_id,
            claims=[Claim(invoice_id=invoice_id, amount=Money(settled, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=deed,
        )


def test_the_sellers_own_pdf_is_sent_as_it_came_and_to_its_customer_alone(world, acme, reader):
    invoice_id, without = world.invoice(acme, 1_000, number="INV/7"), world.invoice(acme, 1_000)
    with world.transaction() as session:
        content = an_original(session, acme, invoice_id, text="as it was printed")
    stranger = world.reader(world.customer(name="Bruno SA"))

    page = reader.get(f"/invoices/{invoice_id}")
    answer = reader.raw(page.links["Original PDF"])
    copy = reader.raw(page.links["Copy as PDF"])

    assert answer.data == content
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=INV_7-original.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "copy" in " ".join(pdf_text(copy.data).split())
    assert "Original PDF" not in reader.get(f"/invoices/{without}").links
    assert reader.raw(f"/invoices/{without}/original.pdf").status_code == 404
    assert stranger.raw(f"/invoices/{invoice_id}/original.pdf").status_code == 404


def test_an_invoice_can_be_taken_away_as_a_copy_that_says_so(world, acme, reader):
    invoice_id = world.invoice(acme, 123_450, number="INV/2026-7", purchase_order="PO 77")
    paid(world, acme, invoice_id, received=23_450, settled=23_450)

    page = reader.get(f"/invoices/{invoice_id}")
    answer = reader.raw(page.links["Download PDF"])

    text = " ".join(pdf_text(answer.data).split())
    for said in (
        "Invoice INV/2026-7, copy",
        "Acme SA",
        "PO 77",
        "€1,234.50",
        "€1,000.00",
        "Goods 1",
    ):
        assert said in text
    assert "A copy for your records." in text
    assert answer.headers["Content-Disposition"] == "attachment; filename=INV_2026-7.pdf"


def test_the_list_is_taken_away_as_it_is_filtered_and_whole(world, acme, reader):
    for number in range(55):
        world.invoice(acme, number=f"INV-{number:02}", due_on=dt.date(2026, 10, 1))
    world.invoice(acme, number="OTHER-1")

    page = reader.get("/invoices?search=inv")
    rows = rows_of(reader.raw(page.links["CSV"]))

    assert len(rows) == 55
    assert sum(Decimal(row["Still open"]) for row in rows) == Decimal("5500.00")
    assert {row["Days overdue"] for row in rows} == {"42"}


def test_each_payment_is_taken_away_with_what_it_settled(world, acme, reader):
    invoice_id = world.invoice(acme, 50_000, number="INV-1")
    paid(world, acme, invoice_id, received=30_000, settled=20_000)
    paid(world, acme, world.invoice(acme, number="INV-2"), received=1_000, settled=0)

    rows = rows_of(reader.raw(reader.get("/payments").links["CSV"]))

    told = {(row["Amount received"], row["Invoice"], row["Used for this invoice"]) for row in rows}
    assert told == {("300.00", "INV-1", "200.00"), ("10.00", "", "")}
    assert {row["Kept as credit"] for row in rows} == {"100.00", "10.00"}


def test_a_payment_of_several_invoices_is_added_up_once(world, acme, reader):
    ids = [world.invoice(acme, 10_000) for _ in range(3)]
    with world.transaction() as session:
        deed = acme.deed(world.clock.now())
        receipt_id = receive_card(
            session,
            ledger_id=acme.ledger_id,
            customer_id=acme.customer_id,
            amount=Money(30_000, "EUR"),
            deed=deed,
        ).receipt_id
        allocate_up_to(
            session,
            receipt_id=receipt_id,
            claims=[Claim(invoice_id=one, amount=Money(10_000, "EUR")) for one in ids],
            operation_id=uuid.uuid4(),
            deed=deed,
        )

    rows = rows_of(reader.raw("/receipts/table.csv"))

    assert sum(Decimal(row["Amount received"] or 0) for row in rows) == Decimal("300.00")
    assert sum(Decimal(row["Used for this invoice"]) for row in rows) == Decimal("300.00")


def test_excel_gets_the_same_list(world, acme, reader):
    world.invoice(acme, 12_345, number="INV-X")

    text = sheet_text(reader.raw(reader.get("/invoices").links["Excel"]).data)

    assert "INV-X" in text
    assert "123.45</v>" in text


def test_an_empty_list_offers_nothing_to_take_away(reader):
    page = reader.get("/invoices")

    assert "CSV" not in page.links


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/invoices/table.csv?state=all", "/invoices?state=all&sort=-issued"),
        ("/receipts/table.xlsx", "/payments"),
        ("/statement.csv?on=2026-11-12", "/statement?on=2026-11-12"),
        ("/statement.xlsx?kind=movements", "/statement?kind=movements"),
    ],
)
def test_more_lines_than_a_file_may_have_are_told_on_the_page(
    world, acme, reader, monkeypatch, path, back
):
    for _ in range(3):
        paid(world, acme, world.invoice(acme, 1_000), received=500, settled=500)
    monkeypatch.setattr("portal.files.TABLE_ROWS_MAX", 2)

    answer = reader.raw(path)

    assert answer.location == back
    assert "more than the 2 lines of a file" in reader.get(back).text


@pytest.mark.parametrize("path", ["/invoices/table.{}", "/receipts/table.{}", "/statement.{}"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_table_says_its_currency_and_how_long_it_is(world, acme, reader, path, ending):
    paid(world, acme, world.invoice(acme, 1_000), received=700, settled=500)

    answer = reader.raw(path.format(ending))

    shown = answer.data.decode("utf-8-sig") if ending == "csv" else sheet_text(answer.data)
    assert "Currency" in shown
    assert "EUR" in shown
    assert answer.content_length == len(answer.data)
