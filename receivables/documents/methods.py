"""How money came, in one word or two: for documents and tables."""

from collections.abc import Mapping
from typing import Final

from babel.support import LazyProxy

from foundation.i18n import lazy_gettext as _l

METHODS: Final[Mapping[str, LazyProxy]] = {
    "card": _l("Card"),
    "bank_debit": _l("Bank debit"),
    "bank_transfer": _l("Bank transfer"),
    "exchange": _l("Exchanged from another currency"),
}


def method_name(method: str) -> str:
    """The name of a ReceiptMethod in the language spoken."""
    return str(METHODS[method])
