"""Files to import: rows of fields, written as CSV in the dialect a test is about."""

import csv
import io
from collections.abc import Mapping, Sequence

CUSTOMER_COLUMNS = ("number", "name", "country", "language", "terms_days", "parent_number")
LINE_COLUMNS = (
    *("ledger", "number", "customer_number", "issued_on", "due_on", "currency"),
    *("purchase_order", "line_description", "quantity", "unit", "net", "tax"),
)
TOTAL_COLUMNS = (*LINE_COLUMNS[:7], "total")

CUSTOMER = {
    "number": "C1",
    "name": "Durand SA",
    "country": "FR",
    "language": "fr",
    "terms_days": "30",
    "parent_number": "",
}
LINE = {
    "ledger": "FR01",
    "number": "F-1",
    "customer_number": "C1",
    "issued_on": "2026-10-01",
    "due_on": "2026-10-31",
    "currency": "EUR",
    "purchase_order": "",
    "line_description": "Valves",
    "quantity": "3",
    "unit": "pc",
    "net": "100.00",
    "tax": "20.00",
}
TOTAL = {name: LINE.get(name, "120.00") for name in TOTAL_COLUMNS}


def written(
    columns: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    *,
    delimiter: str = ",",
    line_end: str = "\n",
    mark: str = "",
) -> bytes:
    """The rows as a CSV file; a row that lacks a column leaves it empty."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return (mark + text.getvalue()).encode()


def customers(*changes: Mapping[str, str], columns=CUSTOMER_COLUMNS, **dialect) -> bytes:
    """customers.csv with a row for each change of the usual customer."""
    return written(columns, [{**CUSTOMER, **change} for change in changes], **dialect)


def invoices(*changes: Mapping[str, str], columns=LINE_COLUMNS, **dialect) -> bytes:
    """invoices.csv with a row for each change of the usual line."""
    return written(columns, [{**LINE, **change} for change in changes], **dialect)


def totals(*changes: Mapping[str, str], columns=TOTAL_COLUMNS, **dialect) -> bytes:
    """invoices.csv with one record an invoice."""
    return written(columns, [{**TOTAL, **change} for change in changes], **dialect)
