"""The lists of the portal as tables to take away, in the language spoken."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from foundation.i18n import gettext as _
from foundation.i18n import pgettext
from foundation.spreadsheets import Cell
from receivables.documents.credit_note import REASONS
from receivables.documents.methods import method_name
from receivables.documents.statement_tables import Table
from receivables.queries.credit_notes import CreditSettlement
from receivables.queries.invoices import InvoiceRow
from receivables.queries.settlements import Settlement
from receivables.words import INVOICE_KINDS

T = TypeVar("T")


def invoices_table(invoices: Iterable[InvoiceRow]) -> Table:
    """A row an invoice."""
    head = [
        _("Invoice"),
        _("What"),
        _("Your reference"),
        _("Issued by"),
        _("Issued"),
        _("Due"),
        _("Days overdue"),
        _("Currency"),
        _("Total"),
        _("Still open"),
        _("Early-payment discount"),
        _("if paid by"),
    ]
    rows: Iterable[list[Cell]] = (
        [
            invoice.number,
            str(INVOICE_KINDS[invoice.kind]),
            invoice.purchase_order,
            invoice.ledger_name,
            invoice.issued_on,
            invoice.due_on,
            invoice.days_overdue if invoice.days_overdue > 0 and not invoice.is_settled else None,
            invoice.total.currency,
            invoice.total,
            invoice.still_open,
            invoice.discount,
            invoice.discount_until,
        ]
        for invoice in invoices
    )
    return head, rows


def settlements_table(settlements: Iterable[Settlement]) -> Table:
    """A row an invoice that a receipt settles; the receipt's own amounts stand on its first row."""
    head = [
        _("Receipt"),
        _("Date"),
        _("How"),
        _("Currency"),
        _("Amount received"),
        _("Kept as credit"),
        pgettext("amount", "Otherwise"),
        _("Invoice"),
        _("Used for this invoice"),
    ]
    rows: Iterable[list[Cell]] = (
        [
            one.receipt_number,
            one.received_on,
            method_name(one.method),
            one.amount.currency,
            one.amount if is_first else None,
            one.credit if is_first else None,
            one.otherwise if is_first else None,
            one.invoice_number,
            one.settled,
        ]
        for one, is_first in _with_firsts(settlements, lambda one: one.receipt_number)
    )
    return head, rows


def credit_notes_table(settlements: Iterable[CreditSettlement]) -> Table:
    """A row an invoice that a credit note settles; its own amounts stand on its first row."""
    head = [
        _("Credit note"),
        _("For invoice"),
        _("Why"),
        pgettext("credit note", "Issued by"),
        pgettext("credit note", "Issued"),
        _("Currency"),
        _("Total"),
        _("Left to use"),
        _("Invoice"),
        _("Used for this invoice"),
    ]
    rows: Iterable[list[Cell]] = (
        [
            one.note.number,
            one.note.invoice_number,
            str(REASONS[one.note.reason]),
            one.note.ledger_name,
            one.note.issued_on,
            one.note.total.currency,
            -one.note.total if is_first else None,
            -one.note.left if is_first else None,
            one.invoice_number,
            one.settled,
        ]
        for one, is_first in _with_firsts(settlements, lambda one: one.note.number)
    )
    return head, rows


def _with_firsts(
    settlements: Iterable[T], number_of: Callable[[T], str]
) -> Iterator[tuple[T, bool]]:
    """Each with whether it is the first row of its document; those of one stand together."""
    before = None
    for one in settlements:
        yield one, number_of(one) != before
        before = number_of(one)
