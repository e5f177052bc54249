"""The lists of the portal as tables to take away, in the language spoken."""

from collections.abc import Sequence

from foundation.i18n import gettext as _
from foundation.spreadsheets import Cell
from receivables.documents.methods import method_name
from receivables.documents.statement_tables import Table
from receivables.queries.invoices import InvoiceRow
from receivables.queries.settlements import Settlement


def invoices_table(invoices: Sequence[InvoiceRow]) -> Table:
    """A row an invoice."""
    head = [
        _("Invoice"),
        _("Your reference"),
        _("Issued by"),
        _("Issued"),
        _("Due"),
        _("Days overdue"),
        _("Currency"),
        _("Total"),
        _("Still open"),
    ]
    rows: list[list[Cell]] = [
        [
            invoice.number,
            invoice.purchase_order,
            invoice.ledger_name,
            invoice.issued_on,
            invoice.due_on,
            invoice.days_overdue if invoice.days_overdue > 0 and invoice.state != "paid" else None,
            invoice.total.currency,
            invoice.total,
            invoice.still_open,
        ]
        for invoice in invoices
    ]
    return head, rows


def settlements_table(settlements: Sequence[Settlement]) -> Table:
    """A row an invoice that a receipt settles; the receipt's own amounts stand on its first row."""
    head = [
        _("Receipt"),
        _("Date"),
        _("How"),
        _("Currency"),
        _("Amount received"),
        _("Kept as credit"),
        _("Invoice"),
        _("Used for this invoice"),
    ]
    rows: list[list[Cell]] = [
        [
            one.receipt_number,
            one.received_on,
            method_name(one.method),
            one.amount.currency,
            one.amount if is_first else None,
            one.credit if is_first else None,
            one.invoice_number,
            one.settled,
        ]
        for one, is_first in zip(settlements, _firsts(settlements), strict=True)
    ]
    return head, rows


def _firsts(settlements: Sequence[Settlement]) -> list[bool]:
    """Whether each is the first row of its receipt; those of a receipt stand together."""
    numbers = [one.receipt_number for one in settlements]
    return [at == 0 or numbers[at - 1] != number for at, number in enumerate(numbers)]
