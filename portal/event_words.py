"""The history of an invoice in words, an event a line."""

from collections.abc import Callable
from datetime import date
from typing import Final

from flask import url_for

from foundation import templating
from foundation.i18n import gettext as _
from receivables.queries.invoice_history import InvoiceEvent
from receivables.words import title_words

Told = tuple[str, date, str, str | None, str | None]  # tone, day, words, link, words of the link
Words = Callable[[str], str]  # of an amount

# Events that name no other document, with their tone.
PLAIN: Final[dict[str, tuple[str, Words]]] = {
    "issued": ("info", lambda a: _("Issued for %(amount)s", amount=a)),
    "discount": ("good", lambda a: _("%(amount)s early-payment discount", amount=a)),
    "discount_reversed": (
        "wait",
        lambda a: _("Early-payment discount of %(amount)s taken back", amount=a),
    ),
    "write_off": ("off", lambda a: _("%(amount)s written off: nobody needs to pay it", amount=a)),
    "write_off_reversed": ("wait", lambda a: _("Write-off of %(amount)s taken back", amount=a)),
    "tolerance": ("good", lambda a: _("Small difference of %(amount)s waived", amount=a)),
    "tolerance_reversed": (
        "wait",
        lambda a: _("Small difference of %(amount)s no longer waived", amount=a),
    ),
    "fx_difference": ("good", lambda a: _("Exchange-rate difference of %(amount)s", amount=a)),
    "fx_difference_reversed": (
        "wait",
        lambda a: _("Exchange-rate difference of %(amount)s taken back", amount=a),
    ),
    "charge_cancelled": ("off", lambda a: _("Cancelled: %(amount)s need not be paid", amount=a)),
}


def event_words(event: InvoiceEvent) -> Told:
    """One line of an invoice's history."""
    amount = templating.money(event.amount)
    if event.kind in PLAIN:
        tone, words = PLAIN[event.kind]
        return tone, event.on, words(amount), None, None
    if event.charge_id:
        return _charge_event(event, amount)
    if event.credit_note_id:
        return _credit_event(event, amount)
    tone, told = (
        ("good", _("%(amount)s paid", amount=amount))
        if event.kind == "paid"
        else ("wait", _("Payment of %(amount)s taken back", amount=amount))
    )
    link = url_for("receipts.show", receipt_id=event.receipt_id) if event.receipt_id else None
    return tone, event.on, told, link, _("Receipt %(number)s", number=event.receipt_number or "")


def _charge_event(event: InvoiceEvent, amount: str) -> Told:
    words = (
        _("Late fee of %(amount)s charged", amount=amount)
        if event.kind == "late_fee_charged"
        else _("Late-payment interest of %(amount)s charged", amount=amount)
    )
    link = url_for("invoices.show", invoice_id=event.charge_id)
    kind = event.kind.removesuffix("_charged")
    return "bad", event.on, words, link, title_words(kind, event.charge_number or "")


def _credit_event(event: InvoiceEvent, amount: str) -> Told:
    tone, words = (
        ("good", _("%(amount)s credited", amount=amount))
        if event.kind == "credited"
        else ("wait", _("Credit of %(amount)s taken back", amount=amount))
    )
    link = url_for("credit_notes.show", credit_note_id=event.credit_note_id)
    return tone, event.on, words, link, _("Credit note %(number)s", number=event.credit_note_number)
