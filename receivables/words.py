"""What rights and documents are called, on pages, in letters and in files."""

from collections.abc import Mapping
from typing import Final

from babel.support import LazyProxy

from foundation.i18n import gettext as _
from foundation.i18n import lazy_gettext as _l
from receivables.models import ContactRole, InvoiceKind

# Each may all that stands before it.
RIGHTS: Final = {
    ContactRole.VIEWER.value: _l("May look"),
    ContactRole.PAYER.value: _l("May look and pay"),
    ContactRole.ADMIN.value: _l("May pay and manage people"),
}
# The same, said to whoever has the right.
YOURS: Final = {
    ContactRole.VIEWER.value: _l("You may look."),
    ContactRole.PAYER.value: _l("You may look and pay."),
    ContactRole.ADMIN.value: _l("You may pay and manage people."),
}
INVOICE_KINDS: Final[Mapping[str, LazyProxy]] = {
    InvoiceKind.INVOICE.value: _l("Invoice"),
    InvoiceKind.LATE_FEE.value: _l("Late fee"),
    InvoiceKind.INTEREST.value: _l("Late-payment interest"),
}
# What makes an invoice less without money or a credit note.
TAKEN_OFF: Final[Mapping[str, LazyProxy]] = {
    "discount": _l("Early-payment discount"),
    "write_off": _l("Written off"),
    "tolerance": _l("Small difference waived"),
    "fx_difference": _l("Exchange-rate difference"),
    "charge_cancelled": _l("Cancelled"),
}


def right_words(role: str) -> str:
    """The right, to whoever has it, in their language."""
    return str(YOURS[role])


def charge_words(kind: str) -> str:
    """What a charge is called; nothing of an invoice, which needs no word."""
    return "" if kind == InvoiceKind.INVOICE else str(INVOICE_KINDS[kind])


def title_words(kind: str, number: str) -> str:
    """The document with its number, as a title."""
    if kind == InvoiceKind.LATE_FEE:
        return _("Late fee %(number)s", number=number)
    if kind == InvoiceKind.INTEREST:
        return _("Late-payment interest %(number)s", number=number)
    return _("Invoice %(number)s", number=number)
