"""Which invoice each file is of, and what is wrong with files, in words."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from foundation.files import PDF_BYTES_MAX, Files, is_pdf
from foundation.i18n import gettext as _
from receivables.imports.fields import Fields
from receivables.imports.report import NO_LINE, Problem
from receivables.imports.table import FILE_BYTES_MAX, open_table, without
from receivables.models.original import FILE_NAME_LENGTH_MAX
from receivables.queries.originals import Numbered

INDEX: Final = "index.csv"
COLUMNS: Final = ("file", "invoice_number", "ledger")
NUMBER_MAX, LEDGER_MAX = 32, 16
PASSED_OVER: Final = ("__MACOSX", ".")  # what systems put beside files without being asked


class Named(NamedTuple):
    """A file and the number of its invoice; without a ledger only one may have the number."""

    name: str
    number: str
    ledger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A real PDF of an invoice of the books."""

    name: str
    invoice: Numbered
    sha256: str
    size: int


def named_files(files: Files, ledgers: Collection[str], problems: list[Problem]) -> list[Named]:
    """Every file with the invoice it says it is of, by the index where there is one."""
    names = sorted(name for name in files.names() if not _is_passed_over(name))
    if INDEX in names:
        return _indexed(files, [name for name in names if name != INDEX], problems)
    if not names:
        problems.append(_of_file(INDEX, _("There are no files here.")))
    folders = {name: PurePosixPath(name).parent.name for name in names}
    return [
        Named(name, PurePosixPath(name).stem, folder if folder in ledgers else "")
        for name, folder in folders.items()
    ]


def trouble_with(content: bytes | None) -> str:
    """Why this is nothing to keep; empty where it is a PDF."""
    if content is None:
        return _("This cannot be read: it is encrypted, damaged or gone.")
    if len(content) > PDF_BYTES_MAX:
        return _("This is larger than %(most)s MB.", most=PDF_BYTES_MAX // 1024**2)
    return "" if is_pdf(content) else _("This is no whole PDF.")


def matched(named: Named, invoices: Sequence[Numbered], sha256: str) -> tuple[Numbered | None, str]:
    """The invoice it is of, or why there is none."""
    those = [one for one in invoices if named.ledger in ("", one.ledger)]
    if len(named.name) > FILE_NAME_LENGTH_MAX:
        return None, _("This name is too long.")
    if not those:
        return None, _("There is no invoice %(number)s.", number=named.number)
    if len(those) > 1:
        words = _(
            "Several ledgers have an invoice %(number)s: put the file into a folder named for its"
            " ledger, or name the ledger in index.csv.",
            number=named.number,
        )
        return None, words
    [invoice] = those
    if invoice.sha256 not in (None, sha256):
        words = _("Another original of this invoice is kept already; it is never replaced.")
        return None, words
    return invoice, ""


def twice(wanted: Sequence[Wanted]) -> Iterator[Problem]:
    """Files that are of the same invoice."""
    first: dict[object, str] = {}
    for one in wanted:
        name = first.setdefault(one.invoice.id, one.name)
        if name != one.name:
            words = _("%(file)s is of the same invoice.", file=name)
            yield _of_file(one.name, words)


def _indexed(files: Files, names: Sequence[str], problems: list[Problem]) -> list[Named]:
    told: list[Problem] = []
    table = open_table(files.read(INDEX, FILE_BYTES_MAX) or b"", COLUMNS, told)
    told += without(table, COLUMNS[:2]) if table else []
    named: dict[str, Named] = {}
    if table and not told:
        for row in table.rows(told):
            one = _index_line(Fields(row, told), names)
            if one and one.name in named:
                told.append(
                    Problem(line=row.line, column="file", sentence=_("It stands here twice."))
                )
            elif one:
                named[one.name] = one
    problems += [_of_file(INDEX, str(problem)) for problem in told]
    if not told:
        words = _("index.csv does not name this file.")
        problems += [_of_file(name, words) for name in names if name not in named]
    return [named[name] for name in sorted(named)]


def _index_line(fields: Fields, names: Sequence[str]) -> Named | None:
    name = fields.text("file", FILE_NAME_LENGTH_MAX)
    number = fields.number("invoice_number", NUMBER_MAX)
    ledger = fields.number("ledger", LEDGER_MAX, may_lack=True)
    if name and name not in names:
        fields.refuse("file", _("There is no such file here."))
    return Named(name, number, ledger) if fields.is_clean else None


def _is_passed_over(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(PASSED_OVER) for part in parts) or parts[-1] == "Thumbs.db"


def _of_file(name: str, sentence: str) -> Problem:
    return Problem(line=NO_LINE, column=name, sentence=sentence)
