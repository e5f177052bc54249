"""What somebody wants to see of the invoices, read from the address; nonsense means the default."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from foundation.currency import CURRENCIES
from foundation.i18n import gettext as _
from foundation.i18n import pgettext
from portal.lists import SORT_KEYS
from receivables.queries.balances import CurrencyBalance
from receivables.queries.invoices import InvoiceFilter

SEARCH_MAX: Final = 64
STATES: Final = ("open", "overdue", "due_soon", "not_due", "paid", "all")
_DEFAULT_SORT: Final = {"paid": "-issued", "all": "-issued"}


def wanted_invoices(args: Mapping[str, str]) -> InvoiceFilter:
    """The filter an address asks for."""
    state = args.get("state", "")
    state = state if state in STATES else "open"
    sort = args.get("sort", "")
    currency = args.get("currency", "")
    return InvoiceFilter(
        state=state,
        currency=currency if currency in CURRENCIES else None,
        search=args.get("search", "").replace("\x00", "").strip()[:SEARCH_MAX],
        sort=sort if sort.removeprefix("-") in SORT_KEYS else _DEFAULT_SORT.get(state, "due"),
    )


def state_words() -> dict[str, str]:
    """What each choice of invoices is called."""
    return {
        "open": pgettext("invoices", "Open"),
        "overdue": pgettext("invoices", "Overdue"),
        "due_soon": pgettext("invoices", "Due soon"),
        "not_due": pgettext("invoices", "Not yet due"),
        "paid": pgettext("invoices", "Settled"),
        "all": pgettext("invoices", "All"),
    }


def params_of(wanted: InvoiceFilter) -> dict[str, str | None]:
    """The address that asks for this filter."""
    return {
        "state": wanted.state,
        "currency": wanted.currency,
        "search": wanted.search or None,
        "sort": wanted.sort,
    }


def currency_words(balances: Sequence[CurrencyBalance], wanted: InvoiceFilter) -> dict[str, Any]:
    """One choice for each currency of the account; none where there is only one."""
    codes = sorted({balance.currency for balance in balances} | {wanted.currency or ""} - {""})
    if len(codes) < 2 and not wanted.currency:
        return {}
    return {"": _("All currencies"), **{code: code for code in codes}}
