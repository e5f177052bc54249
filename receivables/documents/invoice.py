"""An invoice as a PDF of ours: a copy of what the seller issued, marked as one."""

from collections.abc import Sequence
from pathlib import Path

from foundation.amounts import format_amount, format_day, format_money
from foundation.documents import typeset
from foundation.i18n import gettext as _
from foundation.i18n import speaking
from receivables.queries.customers import Account
from receivables.queries.invoice_detail import InvoiceDetail, InvoiceDetailLine
from receivables.words import INVOICE_KINDS, TAKEN_OFF, title_words


def invoice_copy(
    invoice: InvoiceDetail,
    account: Account,
    *,
    seller_name: str,
    language: str,
    fonts: Sequence[Path] = (),
) -> bytes:
    """The lines, the tax and what is open today, under a title that says it is a copy."""
    with speaking(language):
        return typeset("invoice", _data(invoice, account, seller_name, language), fonts)


def _data(
    invoice: InvoiceDetail, account: Account, seller_name: str, language: str
) -> dict[str, object]:
    row = invoice.row
    facts = [
        [str(INVOICE_KINDS[row.kind]), row.number],
        [_("Issued"), format_day(row.issued_on, language)],
        [_("Due"), format_day(row.due_on, language)],
    ]
    if invoice.charged_for:
        facts.append([_("For invoice"), invoice.charged_for.number])
    if row.purchase_order:
        facts.append([_("Your reference"), row.purchase_order])
    if row.discount and row.discount_until:
        facts.append([_("Early-payment discount"), format_money(row.discount, language)])
        facts.append([_("if paid by"), format_day(row.discount_until, language)])
    return {
        "language": language,
        "title": _("%(document)s, copy", document=title_words(row.kind, row.number)),
        "seller": {"name": seller_name, "lines": [row.ledger_name]},
        "customer": {
            "label": _("For"),
            "name": account.name,
            "lines": [_("Customer number %(number)s", number=account.number)],
        },
        "facts": [*facts, [_("Currency"), row.total.currency]],
        "amount": {"label": _("Total"), "value": format_money(row.total, language)},
        "table": lines_table(invoice.lines, language),
        "sums": _sums(invoice, language),
        "note": _("This charge bears no tax. Write to us if you do not agree with it.")
        if invoice.charged_for
        else _(
            "A copy for your records. The invoice that counts for tax is the one you were sent."
        ),
        "page": _("Page {page} of {pages}"),
    }


def lines_table(lines: Sequence[InvoiceDetailLine], language: str) -> dict[str, object]:
    """What was delivered or taken back, a row a line."""
    rows = [
        [
            line.description,
            f"{line.quantity} {line.unit}".strip(),
            format_amount(line.net, language),
            format_amount(line.tax, language),
            format_amount(line.gross, language),
        ]
        for line in lines
    ]
    head = [_("Description"), _("Quantity"), _("Net"), _("Tax"), _("With tax")]
    return {"title": _("What it is for"), "head": head, "rows": rows}


def _sums(invoice: InvoiceDetail, language: str) -> list[list[str]]:
    row = invoice.row
    sums = [
        [_("Net"), format_money(invoice.net, language)],
        [_("Tax"), format_money(invoice.tax, language)],
        [_("Total"), format_money(row.total, language)],
    ]
    if row.still_open == row.total:
        return sums
    if not invoice.paid.is_zero:
        sums.append([_("Paid so far"), format_money(invoice.paid, language)])
    if not invoice.credited.is_zero:
        sums.append([_("Credited"), format_money(invoice.credited, language)])
    for kind, amount in invoice.taken_off.items():
        sums.append([str(TAKEN_OFF[kind]), format_money(amount, language)])
    return [*sums, [_("Still open"), format_money(row.still_open, language)]]
