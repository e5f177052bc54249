"""The statement of account as a PDF: what is open on a day, or what happened over some days."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from foundation.amounts import format_amount, format_day, format_money
from foundation.documents import typeset
from foundation.i18n import gettext as _
from foundation.i18n import speaking
from foundation.money import Money
from foundation.spreadsheets import Cell
from receivables.documents.statement_tables import AGES, Table, items_table, movements_table
from receivables.models import InvoiceKind
from receivables.queries.account_activity import Movement
from receivables.queries.aging import Aged
from receivables.queries.standing import Standing, StandingItem

NO_BREAK: Final = "\u00a0"
ROWS_MAX: Final = 2_000  # of a document that is read; longer ones are for a spreadsheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes to whom, in which language and currency."""

    seller_name: str
    ledger_name: str
    customer_name: str
    customer_number: str
    currency: str
    language: str
    fonts: Sequence[Path] = ()


def open_items_document(
    head: Letterhead, *, on: dt.date, standing: Standing, items: Sequence[StandingItem]
) -> bytes:
    """What is open at the end of a day, with its age; at most ROWS_MAX items."""
    with speaking(head.language):
        facts = [[_("As of"), format_day(on, head.language)]]
        shown = {
            "amount": _owed(standing.owed, head.language),
            "aging": _aging(standing.aging, head.language),
            "table": _table(_("Open documents"), _on_paper(items), words=4, grows=1, head=head),
            "sums": _open_sums(standing, head.language),
        }
        letter = _letter(head, _("Statement of account"), facts, shown)
        return typeset("statement", letter, head.fonts)


def activity_document(
    head: Letterhead,
    *,
    start: dt.date,
    end: dt.date,
    opening: Money,
    closing: Money,
    movements: Sequence[Movement],
) -> bytes:
    """What happened between two days, both included; at most ROWS_MAX movements."""
    with speaking(head.language):
        facts = [
            [_("From"), format_day(start, head.language)],
            [_("To"), format_day(end, head.language)],
            [_("Balance before"), format_money(opening, head.language)],
        ]
        shown = {
            "amount": _amount(_("Balance after"), closing, head.language),
            "aging": None,
            "table": _table(
                _("Movements"), movements_table(movements), words=3, grows=2, head=head
            ),
            "sums": [
                [_("Balance before"), format_money(opening, head.language)],
                [_("Balance after"), format_money(closing, head.language)],
            ],
        }
        letter = _letter(head, _("Statement of account"), facts, shown)
        return typeset("statement", letter, head.fonts)


def _letter(
    head: Letterhead, title: str, facts: list[list[str]], shown: Mapping[str, object]
) -> dict[str, object]:
    return {
        "language": head.language,
        "title": title,
        "seller": {"name": head.seller_name, "lines": [head.ledger_name]},
        "customer": {
            "label": _("For"),
            "name": head.customer_name,
            "lines": [_("Customer number %(number)s", number=head.customer_number)],
        },
        "facts": [*facts, [_("Currency"), head.currency]],
        "page": _("Page {page} of {pages}"),
        "note": _(
            "An overview, not an invoice. Write to us if something here differs from your books."
        ),
        **shown,
    }


def _amount(label: str, amount: Money, language: str) -> dict[str, str]:
    return {"label": label, "value": format_money(amount, language)}


def _owed(owed: Money, language: str) -> dict[str, str]:
    if owed.is_negative:
        return _amount(_("Paid ahead that day"), -owed, language)
    return _amount(_("You owed that day"), owed, language)


def _aging(aging: Sequence[Aged], language: str) -> dict[str, object]:
    return {
        "title": _("Days past due"),
        "head": [str(AGES[bucket.code]) for bucket in aging],
        "row": [format_amount(bucket.amount, language) for bucket in aging],
    }


def _on_paper(items: Sequence[StandingItem]) -> Table:
    """A narrower table: what kind a document is stands where an invoice has its reference."""
    head, rows = items_table(items)
    narrow = [
        [row[1], row[2] if item.kind == InvoiceKind.INVOICE else row[0], *row[3:]]
        for item, row in zip(items, rows, strict=True)
    ]
    return [head[1], head[2], *head[3:]], narrow


def _open_sums(standing: Standing, language: str) -> list[list[str]]:
    sums = [[_("Open invoices"), format_money(standing.still_open, language)]]
    if not standing.credit.is_zero:
        sums.append([_("Credit on your account"), format_money(-standing.credit, language)])
    return [*sums, [_("Owed"), format_money(standing.owed, language)]]


def _table(
    title: str, table: Table, *, words: int, grows: int, head: Letterhead
) -> dict[str, object]:
    """The columns that hold anything: `words` of words and days first; `grows` takes the room.

    Paper is narrow: the currency stands above the table, not beside each amount.
    """
    names, rows = table[0], list(table[1])
    used = [
        place
        for place, name in enumerate(names)
        if name != _("Currency") and any(row[place] is not None for row in rows)
    ]
    shown = [[_written(row[place], head.language) for place in used] for row in rows]
    return {
        "title": _("%(title)s, in %(currency)s", title=title, currency=head.currency),
        "head": [names[place] for place in used],
        "rows": shown,
        "left": sum(place < words for place in used),
        "wide": used.index(grows) if grows in used else 0,
    }


def _written(cell: Cell, language: str) -> str:
    if isinstance(cell, Money):
        return format_amount(cell, language)
    if isinstance(cell, dt.date):
        return format_day(cell, language).replace(" ", NO_BREAK)
    return "" if cell is None else str(cell)
