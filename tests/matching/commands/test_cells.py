"""What a spreadsheet would run is written as text, and read back as what it was."""

import csv
import gzip
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.cells import decimal_of, guarded, unguarded
from matching.files import FileRefused, read_rows, write_rows

ODD_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://example.com")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\0=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "'=1",
    ],
)
def test_a_formula_gets_an_apostrophe_and_loses_it_again(text):
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "INV 1", "'t Veer BV", "a=b", "1-2", "''"])
def test_other_text_stays_as_it_is(text):
    assert guarded(text) == unguarded(text) == text


@settings(deadline=None)
@given(text=ODD_TEXT)
def test_guarding_can_always_be_undone(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in {*"=+-@\t\r\0"}


@settings(deadline=None)  # it writes files
@given(cells=st.lists(ODD_TEXT, min_size=2, max_size=2))
def test_a_table_is_read_as_it_was_written(tmp_path_factory, cells):
    file = tmp_path_factory.mktemp("cells") / "table.csv"
    write_rows(file, ["one", "two"], [[*cells]])

    problems = []
    rows = [[row.text("one"), row.text("two")] for row in read_rows(file, ["one"], problems)]

    assert rows == [cells]
    assert problems == []


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (-1250, "EUR", "-12.50"),
        (5, "EUR", "0.05"),
        (0, "EUR", "0.00"),
        (700, "JPY", "700"),
        (-1, "KWD", "-0.001"),
        (10**18 - 1, "EUR", "9999999999999999.99"),
        (1, "EUR", "0.01"),
    ],
)
def test_amounts_are_written_as_bare_numbers_with_their_decimals(
    tmp_path, minor, currency, written
):
    file = tmp_path / "table.csv"

    write_rows(file, ["amount", "text"], [[decimal_of(minor, currency), "x"]])

    assert file.read_text() == f'"amount","text"\n{written},"x"\n'


def test_a_packed_table_is_the_same_bytes_each_time(tmp_path):
    one, other = tmp_path / "one.csv.gz", tmp_path / "other.csv.gz"
    for file in (one, other):
        write_rows(file, ["a"], [["b"], [Decimal("1.50")]])

    assert one.read_bytes() == other.read_bytes()
    assert gzip.decompress(one.read_bytes()) == b'"a"\n"b"\n1.50\n'


def test_nothing_is_left_behind_where_a_table_cannot_be_put_in_place(tmp_path):
    taken = tmp_path / "table.csv"
    taken.mkdir()

    with pytest.raises(FileRefused, match="cannot be written"):
        write_rows(taken, ["a"], [["b"]])

    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_line_breaks_and_quotes_within_a_cell_come_back(tmp_path):
    file = tmp_path / "table.csv"
    text = 'first "quoted", line\r\nsecond\nthird'

    write_rows(file, ["text"], [[text]])

    with file.open(newline="") as opened:
        assert list(csv.DictReader(opened)) == [{"text": text}]
    assert [row.text("text") for row in read_rows(file, ["text"], [])] == [text]
