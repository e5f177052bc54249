"""The receipt of payment as a document, in its reader's language."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from foundation.amounts import format_day, format_money, format_number
from foundation.documents import typeset
from foundation.i18n import gettext as _
from foundation.i18n import pgettext, speaking
from foundation.money import Money
from receivables.documents.methods import method_name
from receivables.queries.receipts import ReceiptDetail


def receipt_document(
    receipt: ReceiptDetail, *, seller_name: str, language: str, fonts: Sequence[Path] = ()
) -> bytes:
    """The PDF of a receipt: what came in, what it paid, what is left as credit."""
    with speaking(language):
        data = _data(receipt, seller_name, language)
    return typeset("receipt", data, fonts)


def _data(receipt: ReceiptDetail, seller_name: str, language: str) -> dict[str, object]:
    amount = format_money(receipt.amount, language)
    facts = [
        [_("Receipt number"), receipt.number],
        [_("Received on"), format_day(receipt.received_on, language)],
        [_("Paid by"), method_name(receipt.method)],
        *_origin(receipt, language),
    ]
    return {
        "language": language,
        "title": _("Receipt %(number)s", number=receipt.number),
        "seller": {"name": seller_name, "lines": [receipt.ledger_name]},
        "customer": {
            "label": _("Received from"),
            "name": receipt.customer_name,
            "lines": []
            if receipt.is_in_part
            else [_("Customer number %(number)s", number=receipt.customer_number)],
        },
        "facts": facts,
        "amount": {"label": _("Amount received"), "value": amount},
        "table": _table(receipt, language),
        "sums": _sums(receipt, language),
        "note": " ".join(
            [_thanks(receipt), _("This receipt confirms a payment. It is not a tax invoice.")]
        ),
        "page": _("Page {page} of {pages}"),
    }


def _origin(receipt: ReceiptDetail, language: str) -> Iterator[list[str]]:
    """What exchanged money was made of: a fact beside the sums, for it came in as another sum."""
    for one in receipt.exchanges:
        if not one.is_away:
            given, rate = format_money(one.given, language), format_number(one.rate, language)
            words = _("%(given)s at %(rate)s", given=given, rate=rate)
            yield [_("Exchanged from receipt %(number)s", number=one.other_number), words]


def _thanks(receipt: ReceiptDetail) -> str:
    if receipt.is_undone:
        return _("This money was exchanged back since: it counts on the receipt it came from.")
    if receipt.gone_back.is_positive:
        return _("Part or all of this payment has gone back since: see the sums above.")
    return _("Thank you for your payment.")


def _table(receipt: ReceiptDetail, language: str) -> dict[str, object]:
    rows = [
        [
            line.number,
            *([] if receipt.is_in_part else [format_money(line.still_open, language)]),
            format_money(line.amount, language),
        ]
        for line in receipt.allocated
    ]
    left_open = [] if receipt.is_in_part else [_("Left open")]
    head = [_("Invoice"), *left_open, pgettext("amount", "Paid")]
    return {"title": _("What it paid"), "head": head, "rows": rows}


def _sums(receipt: ReceiptDetail, language: str) -> list[list[str]]:
    applied = Money.total((line.amount for line in receipt.allocated), receipt.amount.currency)
    sums = [[_("Applied to invoices"), format_money(applied, language)]]
    if receipt.credit.is_positive:
        words = (
            _("Kept as credit on the customer's account")
            if receipt.is_in_part
            else _("Credit on your account")
        )
        sums.append([words, format_money(receipt.credit, language)])
    if receipt.gone_back.is_positive:
        sums.append([_("Gone back since"), format_money(receipt.gone_back, language)])
    sums.extend(_parts(receipt, language))
    return [*sums, [_("Amount received"), format_money(receipt.amount, language)]]


def _parts(receipt: ReceiptDetail, language: str) -> Iterator[list[str]]:
    """What became of the money besides, so that the sums come to what came in."""
    for one in receipt.exchanges:
        if one.is_away:
            got, rate = format_money(one.got, language), format_number(one.rate, language)
            words = _("Exchanged into %(got)s at %(rate)s", got=got, rate=rate)
            yield [words, format_money(one.given, language)]
        elif one.is_undone:
            yield [_("Exchanged back"), format_money(one.got, language)]
    if not receipt.waived.is_zero:
        yield [_("Small difference let go"), format_money(receipt.waived, language)]
    if not receipt.fee.is_zero:
        yield [_("Bank fee we bear"), format_money(-receipt.fee, language)]
