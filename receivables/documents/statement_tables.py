"""A statement's rows, the same in its spreadsheet and its PDF, in the language spoken."""

from collections.abc import Iterable, Mapping
from typing import Final

from babel.support import LazyProxy

from foundation.i18n import gettext as _
from foundation.i18n import lazy_gettext as _l
from foundation.spreadsheets import Cell
from receivables.queries.account_activity import Movement
from receivables.queries.standing import StandingItem
from receivables.words import INVOICE_KINDS

Table = tuple[list[str], Iterable[list[Cell]]]  # head, rows; the rows are read once

ITEMS: Final[Mapping[str, LazyProxy]] = {
    **INVOICE_KINDS,
    "receipt": _l("Credit of a payment"),
    "credit_note": _l("Credit note"),
}
MOVEMENTS: Final[Mapping[str, LazyProxy]] = {
    "invoice_issued": _l("Invoice"),
    "credit_note_issued": _l("Credit note"),
    "receipt": _l("Payment received"),
    "refund_requested": _l("Refund to you"),
    "refund_undone": _l("Refund that did not arrive"),
    "dispute_lost": _l("Payment taken back by the bank"),
    "dispute_won_late": _l("Payment given back by the bank"),
    "late_fee_charged": _l("Late fee"),
    "interest_charged": _l("Late-payment interest"),
    "charge_cancelled": _l("Late charge cancelled"),
    "write_off": _l("Written off"),
    "write_off_reversed": _l("Write-off taken back"),
    "bank_fee": _l("Bank fee we bear"),
    "bank_fee_reversed": _l("Bank fee no longer borne by us"),
    "tolerance": _l("Small difference waived"),
    "tolerance_reversed": _l("Small difference no longer waived"),
    "fx_difference": _l("Exchange-rate difference"),
    "fx_difference_reversed": _l("Exchange-rate difference taken back"),
    "exchanged_into": _l("Exchanged from another currency"),
    "exchanged_out": _l("Exchanged into another currency"),
    "discount": _l("Early-payment discount"),
    "discount_reversed": _l("Early-payment discount taken back"),
    "paid_for_another": _l("Used for another account"),
    "paid_by_another": _l("Paid from another account"),
    "no_longer_for_another": _l("No longer used for another account"),
    "no_longer_by_another": _l("No longer paid from another account"),
}
# Of the age buckets, short enough to stand above figures side by side.
AGES: Final[Mapping[str, LazyProxy]] = {
    "current": _l("Not yet due"),
    "1_30": _l("1 to 30 days"),
    "31_60": _l("31 to 60 days"),
    "61_90": _l("61 to 90 days"),
    "over_90": _l("Over 90 days"),
}


def items_table(items: Iterable[StandingItem]) -> Table:
    """A row a document that is open: words first, its amounts last."""
    head = [
        _("Document"),
        _("Number"),
        _("Your reference"),
        _("Issued"),
        _("Due"),
        _("Days overdue"),
        _("Currency"),
        _("Total"),
        _("Still open"),
    ]
    rows: Iterable[list[Cell]] = (
        [
            str(ITEMS[item.kind]),
            item.number,
            item.reference,
            item.issued_on,
            None if item.is_credit else item.due_on,
            item.days_overdue if item.days_overdue > 0 else None,
            item.total.currency,
            item.total,
            item.still_open,
        ]
        for item in items
    )
    return head, rows


def movements_table(movements: Iterable[Movement]) -> Table:
    """A row a movement; what raises what is owed and what lowers it in columns of their own."""
    head = [
        _("Date"),
        _("What"),
        _("Number"),
        _("Currency"),
        _("Charged"),
        _("Paid or credited"),
        _("Balance"),
    ]
    rows: Iterable[list[Cell]] = (
        [
            movement.on,
            str(MOVEMENTS[movement.kind]),
            movement.number,
            movement.change.currency,
            None if movement.change.is_negative else movement.change,
            -movement.change if movement.change.is_negative else None,
            movement.balance,
        ]
        for movement in movements
    )
    return head, rows
