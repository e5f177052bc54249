"""Tables for a spreadsheet: CSV and XLSX. No text of anybody is ever read as a formula.

Amounts are numbers with a point ("1234.50"), days are ISO days: a machine reads them in any
language. Text that a spreadsheet would calculate gets an apostrophe before it (OWASP, "CSV
injection"; money-safety.md 4).
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Final

import xlsxwriter

from foundation.money import Money

Cell = str | Money | dt.date | int | None

CSV_TYPE: Final = "text/csv"  # its charset is said once, by the answer
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# At the beginning, or after what some spreadsheet takes for the beginning of a cell.
_CALCULATED: Final = re.compile('(^|[;,"\t\r\n]\\s*)(?=[=+@|%\t\r\n\x00＝＋－＠-])')
_EXACT_MAX: Final = 10**15  # a spreadsheet keeps 15 digits: beyond, cents would be lost
_SHEET_NAME_MAX: Final = 31
_CREATED: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - as every part of the file says
_WIDTH_MAX: Final = 60


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it and never calculates it, whatever it parts cells by."""
    return _CALCULATED.sub(r"\1'", text)


def plain(amount: Money) -> str:
    """The amount as a number: "-1234.50", no currency, no grouping."""
    whole, part = divmod(abs(amount.minor), 10**amount.exponent)
    sign = "-" if amount.is_negative else ""
    return f"{sign}{whole}.{part:0{amount.exponent}}" if amount.exponent else f"{sign}{whole}"


def write_csv(out: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A CSV file (RFC 4180, UTF-8 with its mark, so that Excel reads it right), row by row."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in head])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    text.detach()  # it would close `out`


def write_xlsx(
    out: IO[bytes], title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """An Excel file of one sheet, its head always in sight. The same rows are the same bytes."""
    options = {
        "constant_memory": True,  # rows go to a temporary file, not into memory
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet(_sheet_name(title))
        formats = _Formats(book)
        for place, name in enumerate(head):
            sheet.set_column(place, place, min(_WIDTH_MAX, max(14, len(name) + 2)))
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(head):
            sheet.write_string(0, place, name, formats.head)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                _write(sheet, line, place, cell, formats)


class _Formats:
    """How cells look; one format each, as a workbook wants it."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._amounts: dict[int, xlsxwriter.format.Format] = {}

    def amount(self, exponent: int) -> xlsxwriter.format.Format:
        """With the decimals of its currency."""
        if exponent not in self._amounts:
            pattern = "#,##0" + ("." + "0" * exponent if exponent else "")
            self._amounts[exponent] = self._book.add_format({"num_format": pattern})
        return self._amounts[exponent]


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, line: int, place: int, cell: Cell, formats: _Formats
) -> None:
    if isinstance(cell, Money) and abs(cell.minor) < _EXACT_MAX:
        sheet.write_number(line, place, Decimal(plain(cell)), formats.amount(cell.exponent))
    elif isinstance(cell, dt.date):
        sheet.write_datetime(line, place, dt.datetime.combine(cell, dt.time()), formats.day)
    elif isinstance(cell, int):
        sheet.write_number(line, place, cell)
    elif cell is not None:
        sheet.write_string(line, place, cell if isinstance(cell, str) else _as_text(cell))


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return plain(cell)
    return harmless(cell) if isinstance(cell, str) else str(cell)


def _sheet_name(title: str) -> str:
    """Excel refuses some characters, and more than 31."""
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:_SHEET_NAME_MAX]
