"""What we say of a saved method: which one it is, and whether it pays."""

import datetime as dt
from typing import Final

from babel.dates import format_skeleton

from foundation.i18n import gettext as _
from foundation.i18n import language
from payments.card.saved_queries import SavedMethodRow

BRANDS: Final = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
}


def method_title(method: SavedMethodRow) -> str:
    """The method as its owner knows it again: never more than four digits."""
    if method.is_debit:
        return _("Bank account ending in %(digits)s", digits=method.last_four or "…")
    brand = method.brand or ""
    return _(
        "%(brand)s card ending in %(digits)s",
        brand=BRANDS.get(brand, brand.replace("_", " ").title()),
        digits=method.last_four or "…",
    )


def expiry_words(method: SavedMethodRow, on: dt.date) -> tuple[str, str] | None:
    """Until when a card is good, with the tone of it; None for what has no such day."""
    if method.expiry_month is None or method.expiry_year is None:
        return None
    last = dt.date(method.expiry_year, method.expiry_month, 1)
    month = format_skeleton("yMMM", last, locale=language())
    if method.has_expired(on):
        return "bad", _("Expired %(month)s", month=month)
    return "off", _("Good until %(month)s", month=month)
