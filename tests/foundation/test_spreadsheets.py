"""Tables for a spreadsheet: what a cell holds comes back, and nothing is calculated."""

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.money import Money
from foundation.spreadsheets import harmless, plain, write_csv, write_xlsx

VALUE = re.compile("<v>([^<]*)</v>")
DAY = dt.date(2026, 11, 12)


def written_by(write, *what):
    out = io.BytesIO()
    write(out, *what)
    return out.getvalue()


def sheet(rows):
    made = written_by(write_xlsx, "Sheet", ["Head"], rows)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        return parts.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(123_450, "EUR"), "1234.50"),
        (Money(-5, "EUR"), "-0.05"),
        (Money(1_500, "JPY"), "1500"),
        (Money(1_500_250, "KWD"), "1500.250"),
    ],
)
def test_an_amount_is_a_number_with_the_decimals_of_its_currency(amount, written):
    assert plain(amount) == written
    assert [Decimal(cell) for cell in VALUE.findall(sheet([[amount]]))][-1] == Decimal(written)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x;=1+1", "x;'=1+1"),
        ('x"\t=1', "x\"\t'=1"),
        ("\t=1", "'\t'=1"),
        ("a, -5", "a, '-5"),
        ("a-b", "a-b"),
    ],
)
def test_no_sign_that_parts_cells_somewhere_lets_a_formula_begin(text, shown):
    assert harmless(text) == shown


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t1", "\r1", "＝1", "|x", "%x"])
def test_text_that_would_be_calculated_is_only_shown(text):
    assert harmless(text) == f"'{text}"
    assert "<f>" not in sheet([[text]])


def test_an_amount_no_double_holds_is_written_as_text():
    most = Money(2**53 + 1, "EUR")

    assert "<v>9007199254740" not in sheet([[most]])


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=4))
def test_any_text_comes_back_from_csv_and_never_begins_a_formula(rows):
    made = written_by(write_csv, ["One", "Two"], rows)
    read = csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""))

    found = list(read)[1:]
    assert found == [[harmless(cell) for cell in row] for row in rows]
    assert not [cell for row in found for cell in row if cell.startswith(tuple("=+-@"))]


def test_the_same_rows_are_the_same_bytes():
    rows = [["INV-1", DAY, Money(1, "EUR"), 3, None]]

    first, second = (written_by(write_xlsx, "Sheet", ["a"], rows) for _ in range(2))

    assert first == second
