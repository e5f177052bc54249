"""What files of the usual form become."""

import datetime as dt
import gzip

import pytest

from matching.commands.ledgers import Sources, read_claims, read_ledgers
from matching.values import Claim, ClosedItem, Customer, Discount, OpenItem, Payment
from tests.matching.commands.papers import invoices, payments, table


def test_every_column_arrives(tmp_path):
    change = {"discount_amount": "25.00", "discount_until": "2026-03-12", "po_number": "PO-7"}
    sources = Sources(invoices=invoices(tmp_path, change), payments=payments(tmp_path, {}))

    ledger = read_ledgers(sources)["L1"]

    assert ledger.items == [
        OpenItem(
            id="I1",
            number="20260417",
            customer_id="K1",
            open_minor=125_000,
            currency="EUR",
            issued_on=dt.date(2026, 3, 2),
            due_on=dt.date(2026, 4, 1),
            discount=Discount(amount_minor=2_500, until=dt.date(2026, 3, 12)),
            po="PO-7",
        )
    ]
    assert ledger.open_from == {"I1": dt.date(2026, 3, 2)}
    assert ledger.customers == [Customer(id="K1", names=("Harbour Ropes Ltd",))]
    assert ledger.payments == [
        Payment(
            id="P1",
            paid_on=dt.date(2026, 3, 30),
            amount_minor=125_000,
            currency="EUR",
            payer_name="Harbour Ropes Ltd",
            text="INV 20260417",
        )
    ]


def test_only_the_needed_columns_are_needed(tmp_path):
    few = table(
        tmp_path / "invoices.csv",
        {"invoice_id": "I1", "invoice_number": "7", "customer_id": "K1", "amount": "5"},
    )
    came = table(
        tmp_path / "payments.csv", {"payment_id": "P1", "date": "2026-03-30", "amount": "5"}
    )

    ledgers = read_ledgers(Sources(invoices=few, payments=came, currency="JPY"))

    assert [(item.open_minor, item.currency) for item in ledgers[""].items] == [(5, "JPY")]
    assert ledgers[""].payments[0].currency == "JPY"
    assert ledgers[""].open_from == {}


def test_what_a_spreadsheet_saves_is_read(tmp_path):
    file = invoices(tmp_path, {"customer_name": 'Ropes "Sea"\r\nand more, Ltd'})
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes() + b"\r\n\r\n")
    packed = tmp_path / "payments.csv.gz"
    packed.write_bytes(gzip.compress(payments(tmp_path, {}).read_bytes()))

    ledger = read_ledgers(Sources(invoices=file, payments=packed))["L1"]

    assert b"\r\n" in file.read_bytes()
    assert ledger.customers[0].names == ('Ropes "Sea"\r\nand more, Ltd',)
    assert [payment.id for payment in ledger.payments] == ["P1"]


def test_two_ledgers_do_not_mix(tmp_path):
    twin = {"ledger": "L2", "invoice_id": "I1", "customer_name": "Harbour Rope Co"}
    sources = Sources(
        invoices=invoices(tmp_path, {}, twin),
        payments=payments(tmp_path, {"ledger": "L2"}, {"ledger": "L3"}),
    )

    ledgers = read_ledgers(sources)

    assert {name: [item.id for item in one.items] for name, one in ledgers.items()} == {
        "L1": ["I1"],
        "L2": ["I1"],
        "L3": [],
    }
    assert [customer.names for customer in ledgers["L2"].customers] == [("Harbour Rope Co",)]
    assert [len(one.payments) for one in ledgers.values()] == [0, 1, 1]


def test_every_spelling_of_a_customer_is_kept_once(tmp_path):
    names = ["Harbour Ropes Ltd", "HARBOUR ROPES", "", "Harbour Ropes Ltd"]
    file = invoices(tmp_path, *({"customer_name": name} for name in names))

    ledger = read_ledgers(Sources(invoices=file, payments=payments(tmp_path, {})))["L1"]

    assert ledger.customers == [Customer(id="K1", names=("HARBOUR ROPES", "Harbour Ropes Ltd"))]


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("0", "EUR", 0),
        ("-0.01", "EUR", -1),
        ("12.5", "EUR", 1_250),
        ("0012.50", "EUR", 1_250),
        ("12.5000", "EUR", 1_250),
        ("100.00", "JPY", 100),
        ("1.234", "KWD", 1_234),
        ("9999999999999999.99", "EUR", 10**18 - 1),
    ],
)
def test_an_amount_is_read_to_the_last_minor_unit(tmp_path, amount, currency, minor):
    file = invoices(tmp_path, {"amount": amount, "currency": currency})

    ledger = read_ledgers(Sources(invoices=file, payments=payments(tmp_path, {})))["L1"]

    assert ledger.items[0].open_minor == minor


def test_closed_numbers_are_read(tmp_path):
    row = {
        "ledger": "L1",
        "invoice_number": "20260101",
        "customer_id": "K1",
        "amount": "9.90",
        "currency": "EUR",
        "closed_on": "2026-01-31",
    }
    sources = Sources(
        invoices=invoices(tmp_path, {}),
        payments=payments(tmp_path, {}),
        closed=table(tmp_path / "closed.csv", row),
    )

    ledger = read_ledgers(sources)["L1"]

    assert ledger.closed == [
        ClosedItem(
            number="20260101",
            customer_id="K1",
            amount_minor=990,
            currency="EUR",
            closed_on=dt.date(2026, 1, 31),
        )
    ]


def test_reviewed_claims_are_kept_by_payment_in_order(tmp_path):
    ledgers = read_ledgers(
        Sources(invoices=invoices(tmp_path, {}, {}), payments=payments(tmp_path, {}, {}))
    )
    rows = [
        {"payment_id": "P1", "invoice_id": "I2", "amount": "100.00"},
        {"payment_id": "P2", "invoice_id": "", "amount": ""},
        {"payment_id": "P1", "invoice_id": "I1", "amount": "-25.50"},
    ]

    claims = read_claims(table(tmp_path / "reviewed.csv", *rows), ledgers)

    assert claims == {
        ("L1", "P1"): [
            Claim(item_id="I1", amount_minor=-2_550),
            Claim(item_id="I2", amount_minor=10_000),
        ],
        ("L1", "P2"): [],
    }


def test_claims_on_what_we_do_not_have_are_kept_where_the_files_need_not_be_whole(tmp_path):
    ledgers = read_ledgers(
        Sources(invoices=invoices(tmp_path, {}), payments=payments(tmp_path, {}))
    )
    rows = [
        {"payment_id": "P1", "invoice_id": "I9", "amount": "100.00"},
        {"payment_id": "P9", "invoice_id": "I1", "amount": "100.00"},
    ]

    claims = read_claims(table(tmp_path / "reviewed.csv", *rows), ledgers, is_whole=False)

    assert claims == {("L1", "P1"): [Claim(item_id="I9", amount_minor=10_000)]}


@pytest.mark.parametrize(
    ("opened", "is_dated"), [("2026-03-30", False), ("2026-03-31", True), ("", False)]
)
def test_a_ledger_is_dated_where_an_item_opens_after_the_first_payment(tmp_path, opened, is_dated):
    sources = Sources(
        invoices=invoices(tmp_path, {"open_from": opened}), payments=payments(tmp_path, {})
    )

    assert read_ledgers(sources)["L1"].is_dated is is_dated
