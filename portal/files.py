"""Files to take away: tables for a spreadsheet, documents to read."""

import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Final, TypeVar

from flask import flash, redirect, send_file
from flask.typing import ResponseReturnValue
from werkzeug.utils import secure_filename

from foundation.i18n import gettext as _
from foundation.spreadsheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from foundation.web.requests import wiring
from receivables.documents.statement_tables import Table

PDF_TYPE: Final = "application/pdf"
TABLE_ROWS_MAX: Final = 100_000
MEMORY_MAX: Final = 1_000_000  # bytes of a file that is made; what is larger lies on disk meanwhile

T = TypeVar("T")


class _TooLong(Exception):
    pass


def sent(content: bytes | IO[bytes], kind: str, name: str) -> ResponseReturnValue:
    """The file, to be kept under that name."""
    clean = secure_filename(name) or "file"
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    response = send_file(file, mimetype=kind, as_attachment=True, download_name=clean)
    response.content_length = length
    return response


def table_file(
    ending: str, *, title: str, name: str, table: Table, back: str, day: dt.date | None = None
) -> ResponseReturnValue:
    """The table as "csv" or "xlsx", named with a day: today's business day unless told.

    Rows are written as they are read, so the transaction they come from must still be open. With
    more than TABLE_ROWS_MAX rows the reader is told so at the address `back`.
    """
    out: IO[bytes] = tempfile.SpooledTemporaryFile(MEMORY_MAX)  # noqa: SIM115 - the answer closes it
    head, rows = table
    try:
        if ending == "csv":
            write_csv(out, head, _at_most(rows, TABLE_ROWS_MAX))
        else:
            write_xlsx(out, title, head, _at_most(rows, TABLE_ROWS_MAX))
    except _TooLong:
        out.close()
        flash(
            _("This is more than the %(most)s lines of a file. Choose fewer.", most=TABLE_ROWS_MAX),
            "refused",
        )
        return redirect(back)
    kept = (day or wiring().clock.today()).isoformat()
    return sent(out, CSV_TYPE if ending == "csv" else XLSX_TYPE, f"{name}-{kept}.{ending}")


def _at_most(rows: Iterable[T], most: int) -> Iterator[T]:
    for number, row in enumerate(rows, start=1):
        if number > most:
            raise _TooLong(str(most))
        yield row
