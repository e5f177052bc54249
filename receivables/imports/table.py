"""A CSV file as lines of named fields. What cannot be read is told, and the rest is still read."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from foundation.i18n import gettext as _
from receivables.imports.report import Problem

FILE_BYTES_MAX: Final = 64 * 1024 * 1024
ROWS_MAX: Final = 200_000
_DELIMITERS: Final = ",;\t"
_NOT_UTF8: Final = (b"\xff\xfe", b"\xfe\xff")  # marks that UTF-16 begins with


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line of the file it begins on, and its fields without outer blanks."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file whose header we understood."""

    content: bytes
    delimiter: str
    columns: tuple[str, ...]

    def rows(self, problems: list[Problem]) -> Iterator[Row]:
        """Every record that has the header's fields; what is wrong with others goes to `problems`.

        Broken quoting ends the reading: nobody can tell where the next record begins.
        """
        reader = csv.reader(_lines(self.content), delimiter=self.delimiter, strict=True)
        next(reader)  # the header
        count = 0
        while True:
            line = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error:
                problems.append(Problem(line=line, column=None, sentence=_broken()))
                return
            count += any(fields)
            if count > ROWS_MAX:
                problems.append(Problem(line=line, column=None, sentence=_too_many()))
                return
            if any(fields) and (values := self._values(line, fields, problems)):
                yield Row(line, values)

    def _values(self, line: int, fields: list[str], problems: list[Problem]) -> dict[str, str]:
        words = None
        if len(fields) != len(self.columns):
            words = _(
                "This line has %(found)s fields, the header names %(wanted)s.",
                found=len(fields),
                wanted=len(self.columns),
            )
        elif not all(map(_is_text, fields)):
            words = _("This line is not UTF-8. Save the file as CSV UTF-8.")
        if words:
            problems.append(Problem(line=line, column=None, sentence=words))
            return {}
        return dict(zip(self.columns, (f.strip(" ") for f in fields), strict=True))


def open_table(content: bytes, known: Sequence[str], problems: list[Problem]) -> Table | None:
    """Recognise delimiter and header; None, and why in `problems`, when the file is unreadable."""
    words = _unreadable(content)
    if words is None:
        delimiter, columns = _header(content, known)
        words = _header_words(columns, known)
    if words:
        problems.append(Problem(line=1, column=None, sentence=words))
        return None
    if not content.endswith((b"\n", b"\r")):  # "100.0" may have been "100.05"
        words = _("The last line has no line end: the file may be cut off. Save it anew.")
        problems.append(Problem(line=content.count(b"\n") + 1, column=None, sentence=words))
    return Table(content=content, delimiter=delimiter, columns=columns)


def without(table: Table, wanted: Sequence[str]) -> list[Problem]:
    """A problem for each wanted column that the header does not name."""
    words = _("This column is missing from the header.")
    return [
        Problem(line=1, column=name, sentence=words) for name in wanted if name not in table.columns
    ]


def _lines(content: bytes) -> io.TextIOWrapper:
    """What is not UTF-8 becomes lone surrogates, so that each such line can be named."""
    return io.TextIOWrapper(
        io.BytesIO(content), encoding="utf-8-sig", errors="surrogateescape", newline=""
    )


def _is_text(field: str) -> bool:
    return field.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in field)


def _unreadable(content: bytes) -> str | None:
    if len(content) > FILE_BYTES_MAX:
        return _(
            "The file is larger than %(most)s MB. Split it and import the parts.",
            most=FILE_BYTES_MAX // 1024**2,
        )
    if content.startswith(_NOT_UTF8):
        return _("The file is UTF-16. Save it as CSV UTF-8.")
    return None if content.strip(b"\xef\xbb\xbf \t\r\n") else _("The file is empty.")


def _header(content: bytes, known: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The delimiter that yields most of the names we know, and the names it yields."""
    first = _lines(content).readline()
    read = {delimiter: _names(first, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: len(set(read[delimiter]) & set(known)))
    return best, read[best]


def _names(first: str, delimiter: str) -> tuple[str, ...]:
    try:
        fields = next(csv.reader([first], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return ()
    return tuple(field.strip().lower() for field in fields)


def _header_words(columns: Sequence[str], known: Sequence[str]) -> str | None:
    unknown = [name for name in columns if name not in known]
    double = sorted({name for name in columns if columns.count(name) > 1})
    if len(unknown) == len(columns):
        return _(
            "The first line names none of our columns, which are: %(known)s.",
            known=", ".join(known),
        )
    if unknown:
        return _(
            "We do not know the column %(name)s. Ours are: %(known)s.",
            name=unknown[0] or '""',
            known=", ".join(known),
        )
    return _("The column %(name)s stands twice.", name=double[0]) if double else None


def _broken() -> str:
    return _(
        "The quotation marks on this line do not pair up, or a field is very long. "
        "The file was not read any further."
    )


def _too_many() -> str:
    return _("The file has more than %(most)s lines. Split it and import the parts.", most=ROWS_MAX)
