"""Bad files are refused whole, with file, line and column of everything that is wrong."""

import gzip

import pytest

from matching.commands.ledgers import Sources, read_claims, read_ledgers
from matching.files import PROBLEMS_MAX, FileRefused
from tests.matching.commands.papers import invoices, payments, table

INVOICES_HEADER = "invoice_id,invoice_number,customer_id,amount,currency"


def refusal(folder, **files):
    """Why these files are not taken, without the folder."""
    sources = Sources(
        invoices=files.get("invoices") or invoices(folder, {}),
        payments=files.get("payments") or payments(folder, {}),
        closed=files.get("closed"),
    )
    with pytest.raises(FileRefused) as refused:
        read_ledgers(sources)
    return [told.replace(f"{folder}/", "") for told in refused.value.told()]


@pytest.mark.parametrize(
    ("change", "column", "sentence"),
    [
        ({"amount": "12,50"}, "amount", '"12,50" is no amount like 1234.50 (a point, no groups).'),
        ({"amount": ""}, "amount", '"" is no amount like 1234.50 (a point, no groups).'),
        ({"amount": "1e3"}, "amount", '"1e3" is no amount like 1234.50 (a point, no groups).'),
        ({"amount": "NaN"}, "amount", '"NaN" is no amount like 1234.50 (a point, no groups).'),
        ({"amount": "+5.00"}, "amount", '"+5.00" is no amount like 1234.50 (a point, no groups).'),
        ({"amount": "٣"}, "amount", '"٣" is no amount like 1234.50 (a point, no groups).'),
        ({"amount": " 5.00"}, "amount", '" 5.00" is no amount like 1234.50 (a point, no groups).'),
        ({"amount": "1.234"}, "amount", '"1.234" has 3 decimals, EUR has 2.'),
        ({"amount": "1.000"}, "amount", '"1.000" has 3 decimals, EUR has 2.'),
        (
            {"amount": "99999999999999999.00"},
            "amount",
            '"99999999999999999.00" is more than the 18 digits we can count.',
        ),
        ({"amount": "5.50", "currency": "JPY"}, "amount", '"5.50" has 2 decimals, JPY has 0.'),
        ({"currency": "EURO"}, "currency", '"EURO" is no currency code like EUR.'),
        ({"currency": "eur"}, "currency", '"eur" is no currency code like EUR.'),
        ({"currency": ""}, "currency", '"" is no currency code like EUR.'),
        ({"due_date": "31.03.2026"}, "due_date", '"31.03.2026" is no day like 2026-03-31.'),
        ({"due_date": "2026-02-30"}, "due_date", '"2026-02-30" is no day like 2026-03-31.'),
        ({"open_from": "20260301"}, "open_from", '"20260301" is no day like 2026-03-31.'),
        (
            {"document_date": "2026-03-01T00:00:00"},
            "document_date",
            '"2026-03-01T00:00:00" is no day like 2026-03-31.',
        ),
        ({"invoice_id": ""}, "invoice_id", "is empty, and nothing can be done without it."),
        ({"customer_id": "  "}, "customer_id", "is empty, and nothing can be done without it."),
        ({"doc_type": "credit_note"}, "amount", "a credit note has a negative amount."),
        (
            {"discount_amount": "5.00", "discount_until": ""},
            "discount_until",
            "a discount needs the last day on which it may be taken.",
        ),
        (
            {"discount_amount": "-5.00", "discount_until": "2026-03-12"},
            "discount_amount",
            "a discount is more than nothing.",
        ),
        (
            {"amount": "1\x1b[2J"},
            "amount",
            "'1\\x1b[2J' is no amount like 1234.50 (a point, no groups).",
        ),
    ],
)
def test_a_bad_value_of_an_invoice_is_told(tmp_path, change, column, sentence):
    told = refusal(tmp_path, invoices=invoices(tmp_path, {}, change))

    assert told == [f"invoices.csv, line 3, column {column}: {sentence}"]


@pytest.mark.parametrize(
    ("change", "column", "sentence"),
    [
        ({"date": ""}, "date", "is empty, and a payment has a day."),
        ({"date": "yesterday"}, "date", '"yesterday" is no day like 2026-03-31.'),
        ({"amount": "--5"}, "amount", '"--5" is no amount like 1234.50 (a point, no groups).'),
        ({"currency": "XXX"}, "currency", '"XXX" is no currency code like EUR.'),
        ({"payment_id": ""}, "payment_id", "is empty, and nothing can be done without it."),
        ({"payment_id": "P1"}, "payment_id", '"P1" is on line 2 already.'),
    ],
)
def test_a_bad_value_of_a_payment_is_told(tmp_path, change, column, sentence):
    told = refusal(tmp_path, payments=payments(tmp_path, {}, change))

    assert told == [f"payments.csv, line 3, column {column}: {sentence}"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "line 1, column invoice_id: is missing; the first line must name the columns"),
        (b"\n\n", "line 1, column invoice_id: is missing; the first line must name the columns"),
        (b"invoice_id,amount\n", "line 1, column invoice_number: is missing; the first line"),
        (b"amount,amount\n", "line 1, column amount: is there 2 times."),
        (b"invoice_id;amount\n", "line 1, column invoice_id: is missing"),
        (
            b"a,b\nx,\xe9\n",
            "line 2, column 2: byte 0xE9 is not UTF-8; save the file as CSV in UTF-8.",
        ),
        (b"\xff\xfea\x00", "line 1, column 1: byte 0xFF is not UTF-8"),
        (b'%s\nI1,1,K1,"5.00,EUR\n', "line 2, column 1: a quotation mark that opens on this line"),
        (b'%s\nI1,"1"2,K1,5.00,EUR\n', "line 2, column 1: the row cannot be read as CSV"),
        (b"%s\nI1,1,K1\n", "line 2, column amount: the row has 3 cells, the header names 5"),
        (b"%s\nI1,1,K1,5.00,EUR,x\n", "line 2, column 6: the row has 6 cells, the header names 5"),
        (b"%s\n" + b"x" * 200_000, "line 2, column 1: a cell has more than 131,072 characters."),
    ],
)
def test_a_file_that_is_no_table_is_told(tmp_path, content, sentence):
    file = tmp_path / "invoices.csv"
    file.write_bytes(content.replace(b"%s", INVOICES_HEADER.encode()))

    told = refusal(tmp_path, invoices=file)

    assert told[0].startswith(f"invoices.csv, {sentence}")


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b", gzip.compress(b"a" * 1000, mtime=0)[:-9], b"\x1f\x8b\x08garbage"]
)
def test_half_a_gzip_file_is_told(tmp_path, content):
    file = tmp_path / "invoices.csv.gz"
    file.write_bytes(content)

    told = refusal(tmp_path, invoices=file)

    assert told == ["invoices.csv.gz: is not a whole gzip file."]


def test_a_file_that_is_not_there_is_told(tmp_path):
    told = refusal(tmp_path, invoices=tmp_path / "none.csv")

    assert told == ["none.csv: cannot be read (No such file or directory)."]


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    file = invoices(tmp_path, {"amount": "x"}, {}, {"due_date": "y", "currency": "Z"})

    told = refusal(tmp_path, invoices=file)

    assert [sentence.partition(": ")[0] for sentence in told] == [
        "invoices.csv, line 2, column amount",
        "invoices.csv, line 4, column currency",
        "invoices.csv, line 4, column due_date",
    ]


def test_what_is_wrong_everywhere_is_told_a_number_of_times(tmp_path):
    file = invoices(tmp_path, *[{"amount": "x"}] * (PROBLEMS_MAX + 1_200))

    told = refusal(tmp_path, invoices=file)

    assert len(told) == PROBLEMS_MAX + 1
    assert told[-1] == "and 1,200 more of this kind."


def test_the_line_is_the_one_where_the_row_begins(tmp_path):
    file = payments(tmp_path, {"remittance_text": "one\ntwo\r\nthree"}, {"amount": "x"})

    told = refusal(tmp_path, payments=file)

    assert told[0].startswith("payments.csv, line 5, column amount: ")


def test_an_invoice_that_is_there_twice_is_told(tmp_path):
    file = invoices(tmp_path, {}, {}, {"invoice_id": "I1"})

    told = refusal(tmp_path, invoices=file)

    assert told == ['invoices.csv, line 4, column invoice_id: "I1" is on line 2 already.']


def test_a_closed_number_must_be_one(tmp_path):
    closed = {"invoice_number": "", "customer_id": "K1", "amount": "5.00", "currency": "EUR"}

    told = refusal(tmp_path, closed=table(tmp_path / "closed.csv", closed))

    assert told == [
        "closed.csv, line 2, column invoice_number: is empty, and nothing can be done without it."
    ]


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ({"payment_id": "P9"}, 'payment_id: "P9" is not among the payments.'),
        ({"invoice_id": "I9"}, 'invoice_id: "I9" is not among the invoices.'),
        ({"amount": "x"}, 'amount: "x" is no amount like 1234.50 (a point, no groups).'),
        ({"ledger": "L7"}, 'payment_id: "P1" is not among the payments.'),
    ],
)
def test_a_review_of_what_is_not_there_is_told(tmp_path, claim, sentence):
    ledgers = read_ledgers(
        Sources(invoices=invoices(tmp_path, {}), payments=payments(tmp_path, {}))
    )
    usual = {"ledger": "L1", "payment_id": "P1", "invoice_id": "I1", "amount": "5.00"}
    file = table(tmp_path / "reviewed.csv", {**usual, **claim})

    with pytest.raises(FileRefused) as refused:
        read_claims(file, ledgers)

    assert refused.value.told()[0] == f"{file}, line 2, column {sentence}"


def test_an_item_claimed_twice_by_a_payment_is_told(tmp_path):
    ledgers = read_ledgers(
        Sources(invoices=invoices(tmp_path, {}), payments=payments(tmp_path, {}))
    )
    claim = {"payment_id": "P1", "invoice_id": "I1", "amount": "5.00"}
    file = table(tmp_path / "reviewed.csv", claim, claim)

    with pytest.raises(FileRefused, match='line 3, column invoice_id: "I1" is on line 2 already'):
        read_claims(file, ledgers)


def test_a_payment_of_two_ledgers_needs_to_say_which(tmp_path):
    ledgers = read_ledgers(
        Sources(
            invoices=invoices(tmp_path, {}, {"ledger": "L2"}),
            payments=payments(tmp_path, {}, {"ledger": "L2", "payment_id": "P1"}),
        )
    )
    file = table(
        tmp_path / "reviewed.csv", {"payment_id": "P1", "invoice_id": "I1", "amount": "5.00"}
    )

    with pytest.raises(FileRefused, match="is in several ledgers; a column ledger must say which"):
        read_claims(file, ledgers)
