"""Files to take away: tables for a spreadsheet, documents to read."""

import io
from typing import Final

from flask import flash, send_file
from flask.typing import ResponseReturnValue
from werkzeug.utils import secure_filename

from foundation.i18n import gettext as _
from foundation.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_table, xlsx_table
from foundation.web.requests import wiring
from receivables.documents.statement_tables import Table

PDF_TYPE: Final = "application/pdf"
TABLE_ROWS_MAX: Final = 100_000


def sent(content: bytes, kind: str, name: str) -> ResponseReturnValue:
    """The file, to be kept under that name."""
    clean = secure_filename(name) or "file"
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=clean)


def table_file(ending: str, *, title: str, name: str, table: Table) -> ResponseReturnValue:
    """The table as "csv" or "xlsx", named with today's business day."""
    today = wiring().clock.today()
    made = csv_table(*table) if ending == "csv" else xlsx_table(title, *table)
    kind = CSV_TYPE if ending == "csv" else XLSX_TYPE
    return sent(made, kind, f"{name}-{today.isoformat()}.{ending}")


def refused_as_too_long(table: Table, most: int) -> bool:
    """Whether there are more rows than that; then the reader is told so on the next page."""
    if len(table[1]) <= most:
        return False
    flash(
        _("This is more than %(most)s lines. Choose fewer, or take a spreadsheet.", most=most),
        "refused",
    )
    return True
