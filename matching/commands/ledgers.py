"""Ledgers as CSV files tell them: open items, customers, closed numbers and payments, as values.

A ledger is a world of its own: what is in one is never seen by another. Every key below is
therefore (ledger, id).
"""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from matching.cells import shown
from matching.files import Row, Tick, read_rows, settle
from matching.values import Claim, ClosedItem, Customer, Discount, OpenItem, Payment

INVOICES: Final = ("invoice_id", "invoice_number", "customer_id", "amount")
PAYMENTS: Final = ("payment_id", "date", "amount")
CLOSED: Final = ("invoice_number", "customer_id", "amount")
REVIEWED: Final = ("payment_id", "invoice_id", "amount")
CREDIT_NOTE: Final = "credit_note"


@dataclass(slots=True)
class Ledger:
    """One world: its items with the day from which each is open, its customers, its payments."""

    name: str
    items: list[OpenItem] = field(default_factory=list)
    open_from: dict[str, dt.date] = field(default_factory=dict)  # by item id, where it is told
    customers: list[Customer] = field(default_factory=list)
    closed: list[ClosedItem] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    @property
    def is_dated(self) -> bool:
        """Whether some item was not yet open when some payment came."""
        first = min((payment.paid_on for payment in self.payments), default=dt.date.max)
        return any(day > first for day in self.open_from.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The files of one run, and the currency of those that do not name one."""

    invoices: Path
    payments: Path
    closed: Path | None = None
    currency: str = "EUR"


def read_ledgers(sources: Sources, tick: Tick | None = None) -> dict[str, Ledger]:
    """Every ledger of the files by its name. Raises FileRefused for the first file that is bad.

    A payment whose ledger has no item still gets one, so that it is answered.
    """
    ledgers: dict[str, Ledger] = {}
    _read_invoices(sources, ledgers, tick)
    _read_payments(sources, ledgers, tick)
    if sources.closed is not None:
        _read_closed(sources.closed, sources.currency, ledgers, tick)
    return dict(sorted(ledgers.items()))


def read_claims(
    file: Path, ledgers: dict[str, Ledger], *, is_whole: bool = True
) -> dict[tuple[str, str], list[Claim]]:
    """What people say a payment settled, by (ledger, payment id). Raises FileRefused.

    The form of allocations.csv: a row an item. A row without an item says the payment settles none.
    Our own decisions file is of that form too; of its rows everything counts. `is_whole`: whether
    an item or payment that the other files do not have is refused; otherwise the item is claimed
    all the same, and of the payment nothing is kept.
    """
    payments, items = _payments(ledgers), _open_items(ledgers)
    claims: dict[tuple[str, str], list[Claim]] = {}
    seen: dict[tuple[str, ...], int] = {}
    problems: list[str] = []
    for row in read_rows(file, REVIEWED, problems):
        home = _home_of(row, payments, problems if is_whole else [])
        if home is None:
            continue
        ledger, payment = home
        found = claims.setdefault((ledger, payment.id), [])
        item_id = row.text("invoice_id")
        if item_id and is_whole and (ledger, item_id) not in items:
            row.complain("invoice_id", f"{shown(item_id)} is not among the invoices.")
        elif item_id:
            _once(row, "invoice_id", seen, (ledger, payment.id, item_id))
            minor = row.minor("amount", payment.currency)
            found.append(Claim(item_id=item_id, amount_minor=minor))
    settle(problems)
    return {key: sorted(found, key=_item_id) for key, found in sorted(claims.items())}


def _read_invoices(sources: Sources, ledgers: dict[str, Ledger], tick: Tick | None) -> None:
    problems: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    names: dict[tuple[str, str], dict[str, None]] = {}
    for row in read_rows(sources.invoices, INVOICES, problems, tick):
        ledger = ledgers.setdefault(row.text("ledger"), Ledger(row.text("ledger")))
        item = _item(row, sources.currency)
        _once(row, "invoice_id", seen, (ledger.name, item.id))
        ledger.items.append(item)
        opened = row.day("open_from")
        if opened is not None:
            ledger.open_from[item.id] = opened
        spellings = names.setdefault((ledger.name, item.customer_id), {})
        if row.text("customer_name").strip():
            spellings[row.text("customer_name")] = None
    settle(problems)
    for (ledger_name, customer_id), found in sorted(names.items()):
        customer = Customer(id=customer_id, names=tuple(sorted(found)))
        ledgers[ledger_name].customers.append(customer)


def _item(row: Row, default: str) -> OpenItem:
    currency = row.currency(default)
    minor = row.minor("amount", currency)
    if row.text("doc_type") == CREDIT_NOTE and minor > 0:
        row.complain("amount", "a credit note has a negative amount.")
    return OpenItem(
        id=row.needed("invoice_id"),
        number=row.text("invoice_number"),
        customer_id=row.needed("customer_id"),
        open_minor=minor,
        currency=currency,
        issued_on=row.day("document_date"),
        due_on=row.day("due_date"),
        discount=_discount(row, currency),
        po=row.text("po_number"),
    )


def _discount(row: Row, currency: str) -> Discount | None:
    """Both columns or none: an amount without its last day would never be late."""
    if not row.text("discount_amount") and not row.text("discount_until"):
        return None
    until = row.day("discount_until")
    if until is None:
        row.complain("discount_until", "a discount needs the last day on which it may be taken.")
        return None
    minor = row.minor("discount_amount", currency)
    if minor <= 0:
        row.complain("discount_amount", "a discount is more than nothing.")
    return Discount(amount_minor=minor, until=until)


def _read_payments(sources: Sources, ledgers: dict[str, Ledger], tick: Tick | None) -> None:
    problems: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in read_rows(sources.payments, PAYMENTS, problems, tick):
        ledger = ledgers.setdefault(row.text("ledger"), Ledger(row.text("ledger")))
        payment = _payment(row, sources.currency)
        _once(row, "payment_id", seen, (ledger.name, payment.id))
        ledger.payments.append(payment)
    settle(problems)


def _payment(row: Row, default: str) -> Payment:
    currency = row.currency(default)
    paid_on = row.day("date")
    if paid_on is None and not row.text("date"):
        row.complain("date", "is empty, and a payment has a day.")
    return Payment(
        id=row.needed("payment_id"),
        paid_on=paid_on or dt.date.min,
        amount_minor=row.minor("amount", currency),
        currency=currency,
        payer_name=row.text("payer_name"),
        payer_account=row.text("payer_account"),
        text=row.text("remittance_text"),
    )


def _read_closed(file: Path, default: str, ledgers: dict[str, Ledger], tick: Tick | None) -> None:
    problems: list[str] = []
    for row in read_rows(file, CLOSED, problems, tick):
        ledger = ledgers.setdefault(row.text("ledger"), Ledger(row.text("ledger")))
        currency = row.currency(default)
        ledger.closed.append(
            ClosedItem(
                number=row.needed("invoice_number"),
                customer_id=row.needed("customer_id"),
                amount_minor=row.minor("amount", currency),
                currency=currency,
                closed_on=row.day("closed_on"),
            )
        )
    settle(problems)


def _once(row: Row, column: str, seen: dict[tuple[str, ...], int], key: tuple[str, ...]) -> None:
    first = seen.setdefault(key, row.line)
    if first != row.line:
        row.complain(column, f"{shown(row.text(column))} is on line {first} already.")


def _payments(ledgers: dict[str, Ledger]) -> dict[str, list[tuple[str, Payment]]]:
    """The payments of an id, each with its ledger."""
    found: dict[str, list[tuple[str, Payment]]] = {}
    for ledger in ledgers.values():
        for payment in ledger.payments:
            found.setdefault(payment.id, []).append((ledger.name, payment))
    return found


def _open_items(ledgers: dict[str, Ledger]) -> set[tuple[str, str]]:
    return {(ledger.name, item.id) for ledger in ledgers.values() for item in ledger.items}


def _home_of(
    row: Row, payments: dict[str, list[tuple[str, Payment]]], problems: list[str]
) -> tuple[str, Payment] | None:
    """The payment of the ledger the row names, else the only one of that id."""
    payment_id, named = row.needed("payment_id"), row.text("ledger")
    fitting = [home for home in payments.get(payment_id, []) if named in ("", home[0])]
    if len(fitting) == 1:
        return fitting[0]
    several = "is in several ledgers; a column ledger must say which"
    reason = several if fitting else "is not among the payments"
    problems.append(row.told("payment_id", f"{shown(payment_id)} {reason}."))
    return None


def _item_id(claim: Claim) -> str:
    return claim.item_id
