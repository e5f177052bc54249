"""A ledger from day to day: items open, payments come, what they settle is open no more.

Whoever walks says what was settled: our own certain decisions, or the truth where it is known.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from matching.commands.ledgers import Ledger
from matching.engine import Index, build_index
from matching.values import Claim, OpenItem, Payment

ALWAYS: Final = dt.date.min  # an item that does not say since when it is open


class Standing:
    """What is open in one ledger on the day that was reached; days only go forward."""

    def __init__(self, ledger: Ledger) -> None:
        first = min((payment.paid_on for payment in ledger.payments), default=ALWAYS)
        self._since = ledger.open_from
        self._coming = sorted(ledger.items, key=self._opening, reverse=True)
        self.open: dict[str, OpenItem] = {}  # as they were when they opened
        self.left: dict[str, int] = {}  # minor units still open, by item id
        self._of_customer: dict[str, set[str]] = {}
        self._repriced: dict[str, int] = {}
        self._closed: list[str] = []
        self.index: Index = build_index(self._opened(first), ledger.customers, ledger.closed)

    def reach(self, day: dt.date) -> Index:
        """Open what opens until that day and forget what was settled before."""
        opened = self._opened(day)
        if opened or self._closed or self._repriced:
            self.index = self.index.with_changes(
                added=opened, closed=tuple(self._closed), repriced=self._repriced
            )
            self._closed, self._repriced = [], {}
        return self.index

    def settle(self, claims: Sequence[Claim]) -> None:
        """Take the claims off their items; an item of which nothing is left is closed.

        A claim on an item that is not open, or no longer, changes nothing.
        """
        for claim in claims:
            if claim.item_id not in self.left:
                continue
            left = self.left[claim.item_id] - claim.amount_minor
            if left:
                self.left[claim.item_id] = self._repriced[claim.item_id] = left
            else:
                self._repriced.pop(claim.item_id, None)
                self._closed.append(claim.item_id)
                del self.left[claim.item_id]
                item = self.open.pop(claim.item_id)
                self._of_customer[item.customer_id].discard(item.id)

    def of_customer(self, customer_id: str) -> list[OpenItem]:
        """The open items of one customer, as they were when they opened."""
        return [self.open[item_id] for item_id in sorted(self._of_customer.get(customer_id, ()))]

    def _opened(self, day: dt.date) -> list[OpenItem]:
        opened: list[OpenItem] = []
        while self._coming and self._opening(self._coming[-1])[0] <= day:
            item = self._coming.pop()
            opened.append(item)
            self.open[item.id], self.left[item.id] = item, item.open_minor
            self._of_customer.setdefault(item.customer_id, set()).add(item.id)
        return opened

    def _opening(self, item: OpenItem) -> tuple[dt.date, str]:
        return self._since.get(item.id, ALWAYS), item.id


def days_of(ledger: Ledger) -> Iterator[tuple[dt.date, list[Payment]]]:
    """The payments by day, both ascending."""
    ordered = sorted(ledger.payments, key=_coming)
    for day, payments in groupby(ordered, key=_paid_on):
        yield day, list(payments)


def _coming(payment: Payment) -> tuple[dt.date, str]:
    return payment.paid_on, payment.id


def _paid_on(payment: Payment) -> dt.date:
    return payment.paid_on
