"""CSV in and out: UTF-8, plain or gzipped; every bad value told by file, line and column.

A file is taken whole or refused whole. What is written can be opened in a spreadsheet: a text that
would be read as a formula gets an apostrophe in front, and loses it again when it is read here.
"""

import csv
import datetime as dt
import gzip
import io
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from foundation.currency import CURRENCIES
from matching.cells import guarded, minor_of, shown, unguarded

PROBLEMS_MAX: Final = 50  # sentences about one file that are told one by one
FILE_BYTES_MAX: Final = 2_000_000_000  # unpacked; 1,000,000 open items are about 100 MB
CELL_CHARACTERS_MAX: Final = 131_072

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_GZIP: Final = b"\x1f\x8b"

Tick = Callable[[int], None]  # called with the number of rows done


class FileRefused(Exception):
    """A file that is not taken, with a sentence for everything that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.told()))

    def told(self) -> list[str]:
        """The first problems, and how many more there are."""
        more = len(self.problems) - PROBLEMS_MAX
        ending = [f"and {more:,} more of this kind."] if more > 0 else []
        return [*self.problems[:PROBLEMS_MAX], *ending]


@dataclass(slots=True)
class Row:
    """One row of a table; a bad cell is noted in `problems`, its answer is harmless."""

    file: Path
    line: int
    cells: Sequence[str]
    places: dict[str, int]
    problems: list[str] = field(repr=False)

    def complain(self, column: str, sentence: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(self.told(column, sentence))

    def told(self, column: str, sentence: str) -> str:
        """The sentence with file, line and column in front."""
        return f"{self.file}, line {self.line}, column {column}: {sentence}"

    def text(self, column: str) -> str:
        """The cell without a spreadsheet's guard; empty without the column."""
        place = self.places.get(column)
        cell = "" if place is None else self.cells[place]
        return unguarded(cell) if cell[:1] == "'" else cell

    def needed(self, column: str) -> str:
        """The cell, which must not be empty."""
        text = self.text(column)
        if not text or text.isspace():
            self.complain(column, "is empty, and nothing can be done without it.")
        return text

    def currency(self, default: str) -> str:
        """An ISO code that our table knows; the default only where the file has no such column."""
        if "currency" not in self.places:
            return default
        code = self.text("currency")
        if code not in CURRENCIES:
            self.complain("currency", f"{shown(code)} is no currency code like EUR.")
            return default
        return code

    def day(self, column: str) -> dt.date | None:
        """A calendar day, or None where the cell is empty."""
        text = self.text(column)
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text if _DAY.fullmatch(text) else "")
        except ValueError:
            self.complain(column, f"{shown(text)} is no day like 2026-03-31.")
            return None

    def minor(self, column: str, currency: str) -> int:
        """An amount as minor units of the currency."""
        sentence, minor = minor_of(self.text(column), currency)
        if sentence:
            self.complain(column, sentence)
        return minor


def read_rows(
    file: Path, needed: Iterable[str], problems: list[str], tick: Tick | None = None
) -> Iterator[Row]:
    """Every row below the header; what is wrong goes to `problems`, for `settle` to raise.

    Raises FileRefused at once where the file cannot be read as CSV with the columns needed.
    """
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    records = _records(file, reader)
    header = next(records, (1, []))[1]
    places = _places(file, header, list(needed))
    for count, (line, cells) in enumerate(records, start=1):
        if len(cells) != len(header):
            problems.append(
                f"{file}, line {line}, column {_first_odd(header, cells)}: the row has "
                f"{len(cells)} cells, the header names {len(header)} columns."
            )
            continue
        yield Row(file, line, cells, places, problems)
        if tick is not None and count % 1000 == 0:
            tick(count)


def settle(problems: Sequence[str]) -> None:
    """Raise FileRefused if anything was wrong."""
    if problems:
        raise FileRefused(problems)


def write_rows(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the whole table or nothing: text quoted and guarded, numbers bare; `.gz` is packed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    content = text.getvalue().encode()
    write_whole(file, gzip.compress(content, mtime=0) if file.suffix == ".gz" else content)


def write_whole(file: Path, content: bytes) -> None:
    """Put the content in place in one step, so that nobody meets half a file.

    Raises FileRefused where it cannot be put there.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        raise FileRefused([f"{file}: cannot be written ({error.strerror})."]) from error
    finally:
        beside.unlink(missing_ok=True)


def _cell(value: object) -> object:
    if isinstance(value, (int, Decimal)):
        return value
    return guarded(str(value))


def _text(file: Path) -> str:
    content = _content(file)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        start = content.rfind(b"\n", 0, error.start) + 1
        column = content.count(b",", start, error.start) + 1
        raise FileRefused(
            [
                f"{file}, line {line}, column {column}: byte 0x{content[error.start]:02X} is not "
                "UTF-8; save the file as CSV in UTF-8."
            ]
        ) from error


def _content(file: Path) -> bytes:
    try:
        packed = file.read_bytes()
        if not packed.startswith(_GZIP):
            return packed
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
            content = stream.read(FILE_BYTES_MAX + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileRefused([f"{file}: is not a whole gzip file."]) from error
    except OSError as error:
        raise FileRefused([f"{file}: cannot be read ({error.strerror})."]) from error
    if len(content) > FILE_BYTES_MAX:
        raise FileRefused([f"{file}: is more than {FILE_BYTES_MAX:,} bytes when unpacked."])
    return content


def _records(file: Path, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it starts; empty lines are none."""
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused([f"{file}, line {line}, column 1: {_why(error)}"]) from error
        if cells:
            yield line, cells
        line = reader.line_num + 1  # type: ignore[attr-defined]  # csv's reader has it


def _why(error: csv.Error) -> str:
    words = str(error)
    if "unexpected end" in words:
        return "a quotation mark that opens on this line is never closed."
    if "field larger" in words:
        return f"a cell has more than {CELL_CHARACTERS_MAX:,} characters."
    return f"the row cannot be read as CSV ({words})."


def _places(file: Path, header: Sequence[str], needed: Sequence[str]) -> dict[str, int]:
    names = [name.strip() for name in header]
    problems = [
        f"{file}, line 1, column {name}: is there {count} times."
        for name, count in Counter(names).items()
        if count > 1 and name
    ]
    missing = [name for name in needed if name not in names]
    if missing:
        problems.append(f"{file}, line 1, column {missing[0]}: is missing; {_wanted(needed)}")
    settle(problems)
    return {name: place for place, name in enumerate(names)}


def _wanted(needed: Sequence[str]) -> str:
    return f"the first line must name the columns {', '.join(needed)}."


def _first_odd(header: Sequence[str], cells: Sequence[str]) -> str:
    return header[len(cells)] if len(cells) < len(header) else str(len(header) + 1)
