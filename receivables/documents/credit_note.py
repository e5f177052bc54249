"""A credit note as a PDF of ours: a copy of what the seller issued, marked as one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from babel.support import LazyProxy

from foundation.amounts import format_day, format_money
from foundation.documents import typeset
from foundation.i18n import gettext as _
from foundation.i18n import lazy_gettext as _l
from foundation.i18n import pgettext, speaking
from receivables.documents.invoice import lines_table
from receivables.queries.credit_notes import CreditNoteDetail
from receivables.queries.customers import Account
from receivables.queries.invoice_detail import InvoiceDetailLine

REASONS: Final[Mapping[str, LazyProxy]] = {
    "goods_returned": _l("Goods returned"),
    "price_corrected": _l("Price corrected"),
    "other": _l("Credit"),
}


def credit_note_copy(
    note: CreditNoteDetail,
    account: Account,
    *,
    seller_name: str,
    language: str,
    fonts: Sequence[Path] = (),
) -> bytes:
    """The lines, the tax and what is left to use today, under a title that says it is a copy."""
    with speaking(language):
        return typeset("invoice", _data(note, account, seller_name, language), fonts)


def _data(
    note: CreditNoteDetail, account: Account, seller_name: str, language: str
) -> dict[str, object]:
    row = note.row
    facts = [
        [_("Credit note"), row.number],
        [pgettext("credit note", "Issued"), format_day(row.issued_on, language)],
        [_("Why"), str(REASONS[row.reason])],
    ]
    if row.invoice_number:
        facts.append([_("For invoice"), row.invoice_number])
    return {
        "language": language,
        "title": _("Credit note %(number)s, copy", number=row.number),
        "seller": {"name": seller_name, "lines": [row.ledger_name]},
        "customer": {
            "label": _("For"),
            "name": account.name,
            "lines": [_("Customer number %(number)s", number=account.number)],
        },
        "facts": [*facts, [_("Currency"), row.total.currency]],
        "amount": {"label": _("Total"), "value": format_money(-row.total, language)},
        "table": {
            **lines_table([_taken_off(line) for line in note.lines], language),
            "title": _("What was credited"),
        },
        "sums": _sums(note, language),
        "note": _(
            "A copy for your records. The credit note that counts for tax is the one you were sent."
        ),
        "page": _("Page {page} of {pages}"),
    }


def _taken_off(line: InvoiceDetailLine) -> InvoiceDetailLine:
    """The line as it lowers what is owed."""
    return replace(line, net=-line.net, tax=-line.tax, gross=-line.gross)


def _sums(note: CreditNoteDetail, language: str) -> list[list[str]]:
    row = note.row
    sums = [
        [_("Net"), format_money(-note.net, language)],
        [_("Tax"), format_money(-note.tax, language)],
        [_("Total"), format_money(-row.total, language)],
    ]
    used = [
        [_("Used for %(number)s", number=use.number), format_money(use.amount, language)]
        for use in note.used
    ]
    if not used:
        return sums
    return [*sums, *used, [_("Left to use"), format_money(-row.left, language)]]
