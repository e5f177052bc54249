"""The statement of account: any past day, any period, as a page and as files one can send on."""

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

SEPTEMBER = "&start=2026-09-01&end=2026-09-30"


def day(text):
    return dt.date.fromisoformat(text)


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


@pytest.fixture
def trade(world, acme):
    """Two invoices of August and September; 700 euro on 20 September, 600 of it for the first."""
    first = world.invoice(
        acme,
        100_000,
        number="INV-1",
        purchase_order="PO 77",
        issued_on=day("2026-08-01"),
        due_on=day("2026-08-31"),
    )
    world.invoice(
        acme, 25_000, number="INV-2", issued_on=day("2026-09-10"), due_on=day("2026-10-10")
    )
    with world.transaction() as session:
        deed = acme.deed(world.clock.now(), on=day("2026-09-20"))
        receipt_id = receive_card(
            session,
            ledger_id=acme.ledger_id,
            customer_id=acme.customer_id,
            amount=Money(70_000, "EUR"),
            deed=deed,
        ).receipt_id
        allocate_up_to(
            session,
            receipt_id=receipt_id,
            claims=[Claim(invoice_id=first, amount=Money(60_000, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=deed,
        )


def rows_of(answer):
    """The lines of a CSV file as dictionaries."""
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.usefixtures("trade")
@pytest.mark.parametrize(
    ("on", "owed", "numbers"),
    [
        ("2026-07-31", "€0.00", set()),
        ("2026-09-19", "€1,250.00", {"INV-1", "INV-2"}),
        ("2026-09-20", "€550.00", {"INV-1", "INV-2"}),
    ],
)
def test_any_day_can_be_asked_for_and_later_payments_do_not_count(reader, on, owed, numbers):
    page = reader.get(f"/statement?kind=open&on={on}")

    assert page.heading == "Statement of account"
    assert owed in page.main
    assert {name for name in page.links if name.startswith("INV-")} == numbers


@pytest.mark.usefixtures("trade")
def test_credit_left_of_a_payment_is_a_document_of_its_own(reader):
    page = reader.get("/statement?kind=open&on=2026-09-20")

    assert "Credit of a payment" in page.main
    assert "−€100.00" in page.main


@pytest.mark.usefixtures("trade")
def test_a_period_leads_from_one_balance_to_the_other(reader):
    page = reader.get(f"/statement?kind=movements{SEPTEMBER}")

    assert "Balance before 1 Sep 2026 €1,000.00" in " ".join(page.main.split())
    assert "Balance after 30 Sep 2026 €550.00" in " ".join(page.main.split())
    assert "Payment received" in page.main


@pytest.mark.usefixtures("trade")
def test_the_spreadsheets_lines_add_up_to_what_is_owed(reader):
    answer = reader.raw("/statement.csv?kind=open&on=2026-09-20")

    rows = rows_of(answer)
    assert rows[0]["Number"] == "INV-1"
    assert sum(Decimal(row["Still open"]) for row in rows) == Decimal("550.00")
    assert answer.headers["Content-Disposition"].endswith("-EUR-2026-09-20.csv")


@pytest.mark.usefixtures("trade")
def test_charged_less_paid_is_the_difference_of_the_balances(reader):
    rows = rows_of(reader.raw(f"/statement.csv?kind=movements{SEPTEMBER}"))

    charged = sum(Decimal(row["Charged"] or 0) for row in rows)
    paid = sum(Decimal(row["Paid or credited"] or 0) for row in rows)
    assert (charged, paid, rows[-1]["Balance"]) == (Decimal("250.00"), Decimal("700.00"), "550.00")


@pytest.mark.usefixtures("trade")
def test_the_pdf_says_what_the_page_says(reader):
    text = " ".join(pdf_text(reader.raw("/statement.pdf?kind=open&on=2026-09-20").data).split())

    for said in ("Statement of account", "Acme SA", "€550.00", "INV-2", "PO 77", "Over 90 days"):
        assert said in text


@pytest.mark.usefixtures("trade")
def test_excel_gets_the_same_lines(reader):
    text = sheet_text(reader.raw(f"/statement.xlsx?kind=movements{SEPTEMBER}").data)

    assert "<v>550" in text
    assert "INV-2" in text


def test_no_text_of_anybody_is_calculated(world, acme, reader):
    world.invoice(acme, number="=1+1", purchase_order="@SUM(A1:A9)")

    [row] = rows_of(reader.raw("/statement.csv"))
    sheet = sheet_text(reader.raw("/statement.xlsx").data)

    assert (row["Number"], row["Your reference"]) == ("'=1+1", "'@SUM(A1:A9)")
    assert "<f>" not in sheet


def test_french_is_read_in_french(world):
    minoterie = world.customer(language="fr")
    world.invoice(minoterie, 123_456)
    reader = world.reader(minoterie)

    page = reader.get("/statement")
    text = " ".join(pdf_text(reader.raw("/statement.pdf").data).split())

    assert page.heading == "Relevé de compte"
    assert "1 234,56 €" in page.main.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Relevé de compte" in text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("kind=open&on=yesterday", "This is not a day."),
        ("kind=open&on=2099-01-01", "Choose a day from 1970 up to today."),
        ("kind=open&on=0001-01-01", "Choose a day from 1970 up to today."),
        ("kind=movements&start=0001-01-01", "Choose a day from 1970 up to today."),
        ("kind=movements&end=9999-12-31", "Choose a day from 1970 up to today."),
        (
            "kind=movements&start=2026-09-30&end=2026-09-01",
            "The first day comes after the last.",
        ),
    ],
)
def test_a_day_that_cannot_be_is_told_at_its_field_with_what_was_typed(
    world, acme, reader, asked, words
):
    world.invoice(acme)

    page = reader.get(f"/statement?{asked}", status=422)

    assert words in page.main
    name, typed = asked.rpartition("&")[2].split("=")
    assert page.form_to("/statement").values[name] == [typed]


@pytest.mark.parametrize("ending", ["pdf", "csv", "xlsx"])
def test_a_file_that_cannot_be_leads_to_the_page_that_says_why(world, acme, reader, ending):
    world.invoice(acme)

    answer = reader.raw(f"/statement.{ending}?kind=open&on=yesterday")

    assert answer.location == "/statement?kind=open&on=yesterday"


def test_an_account_without_any_invoice_is_told_what_will_be_here(reader):
    page = reader.get("/statement")

    assert "No statement yet" in page.main
    assert reader.raw("/statement.pdf").status_code == 302


def test_each_currency_has_a_statement_of_its_own(world, acme, reader):
    world.invoice(acme, 10_000, number="INV-E")
    world.invoice(acme, 500, number="INV-Y", currency="JPY")

    euro = reader.get("/statement")
    yen = reader.get(next(href for name, href in euro.links.items() if name.endswith("JPY")))

    assert ("INV-E" in euro.links, "INV-Y" in euro.links) == (True, False)
    assert "INV-Y" in yen.links


@pytest.mark.parametrize("path", ["/statement", "/statement.pdf", "/statement.csv"])
@pytest.mark.parametrize("account", ["{ledger}.USD", "{nobody}.EUR", "anything"])
def test_an_account_that_is_not_there_is_never_shown_as_another(world, acme, reader, path, account):
    world.invoice(acme, number="INV-OWN")
    world.invoice(world.customer(), currency="USD", number="SECRET-9")

    asked = account.format(ledger=acme.ledger_id, nobody=uuid.uuid4())

    assert reader.raw(f"{path}?account={asked}").status_code == 404


def test_a_long_statement_is_read_by_the_page(world, acme, reader):
    for number in range(55):
        world.invoice(acme, number=f"INV-{number:02}")

    first = reader.get("/statement")
    second = reader.get(first.links["Next"])

    assert len([name for name in second.links if name.startswith("INV-")]) == 5
    assert len(rows_of(reader.raw("/statement.csv"))) == 55
