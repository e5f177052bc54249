"""One customer's open items made ready: sums of what belongs together, and all small sums."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from matching.columns import NO_DAY, Ledger
from matching.combinations import Sums
from matching.lines import Lines, lines_of
from matching.numbers import compacted, serial_of
from matching.runs import alike_rows, by_length, neighbours
from matching.values import Discount, OpenItem

RUNS_MAX: Final = 5_000  # items among which runs of neighbours are looked for
GROUPS_MAX: Final = 5_000  # items for which groups are summed at all
STRUCTURED_MAX: Final = 6  # sets that belong together, for one sum
SCANNED_MAX: Final = 40  # items among which one is looked for from its due day on
PER_SUM_MAX: Final = 4  # sets kept for one sum

Rows = tuple[int, ...]


@dataclass(slots=True)
class View:
    """Items of one customer and currency, in the order they fall due, with their sums."""

    customer_id: str
    items: list[OpenItem]
    opens: list[int]
    dues: list[int]  # ordinal days; NO_DAY where none
    ledger: Ledger
    has_discounts: bool  # whether a discount is or was to be had on any item
    start: int = -1  # row of the first item in the ledger, where all are as they were built
    group_count: int = 0
    sums: Sums = field(default_factory=Sums)
    _total: int | None = None
    _places: dict[str, int] | None = None
    _issued: list[int] | None = None
    _serials: list[str] | None = None
    _compacts: list[str] | None = None
    _discounts: list[tuple[int, Discount]] | None = None
    _last_discount: dt.date | None = None
    _lines: Lines | None = None
    _groups: list[tuple[int, list[int]]] | None = None  # structured sets with their sums
    _orders: tuple[Sequence[int], ...] | None = None
    _in_order: list[list[int]] | None = None

    def __len__(self) -> int:
        return len(self.items)

    @property
    def grid(self) -> int:
        """100 in a ledger of whole units, else 1."""
        return self.ledger.grid

    @property
    def total(self) -> int:
        """What is open of all items."""
        if self._total is None:
            self._total = sum(self.opens)
        return self._total

    @property
    def places(self) -> dict[str, int]:
        """The row of each item, by its id."""
        if self._places is None:
            self._places = {item.id: row for row, item in enumerate(self.items)}
        return self._places

    @property
    def issued(self) -> list[int]:
        """Ordinal days of issue; NO_DAY where none."""
        if self._issued is None:
            self._issued = (
                self.ledger.issued[self.start : self.start + len(self.items)].tolist()
                if self.start >= 0
                else [i.issued_on.toordinal() if i.issued_on else NO_DAY for i in self.items]
            )
        return self._issued

    def serials(self) -> list[str]:
        """The running number of each item, as digits."""
        if self._serials is None:
            position = self.ledger.serial_position
            self._serials = (
                self.ledger.serials.slice(self.start, len(self.items)).to_list()
                if self.start >= 0
                else [serial_of(item.number, position) for item in self.items]
            )
        return self._serials

    def compacts(self) -> list[str]:
        """The letters and digits of each item's number."""
        if self._compacts is None:
            self._compacts = (
                self.ledger.compacts.slice(self.start, len(self.items)).to_list()
                if self.start >= 0
                else [compacted(item.number) for item in self.items]
            )
        return self._compacts

    def lines(self) -> Lines:
        """The numbers made ready for damaged ones to be looked up in."""
        if self._lines is None:
            self._lines = lines_of(self.compacts(), self.serials())
        return self._lines

    def discounts(self) -> list[tuple[int, Discount]]:
        """Rows with a discount that leaves something to pay, and that discount."""
        if self._discounts is None:
            self._discounts = [
                (row, item.discount)
                for row, item in enumerate(self.items)
                if item.discount is not None and item.open_minor > item.discount.amount_minor
            ]
        return self._discounts

    def last_discount(self) -> dt.date:
        """The last day on which one of the discounts may be taken."""
        if self._last_discount is None:
            days = [off.until for _row, off in self.discounts()]
            self._last_discount = max(days, default=dt.date.min)
        return self._last_discount

    def row_of(self, item: OpenItem) -> int:
        """The row of an item, -1 where it is not among these."""
        if len(self.items) > SCANNED_MAX:
            return self.places.get(item.id, -1)
        due = item.due_on.toordinal() if item.due_on else NO_DAY
        for row in range(bisect_left(self.dues, due), len(self.items)):
            if self.items[row].id == item.id:
                return row
        return -1

    def belongs_together(self, rows: Rows) -> bool:
        """Whether these, two or more, are all, all but one, neighbours, or share day or order."""
        if len(rows) < 2:
            return False
        if rows[-1] - rows[0] + 1 == len(rows) or len(rows) >= len(self.items) - 1:
            return True
        due, dues = self.dues[rows[0]], self.dues
        if due != NO_DAY and all(dues[row] == due for row in rows):
            return True
        po = self.items[rows[0]].po
        if po and all(self.items[row].po == po for row in rows):
            return True
        return self._are_numbered_on(rows)

    def _are_numbered_on(self, rows: Rows) -> bool:
        """Whether no other item's running number lies between those of the rows."""
        serials = self.serials()
        ends = sorted((len(serials[row]), serials[row]) for row in rows)
        low, high = ends[0], ends[-1]
        return sum(low <= (len(s), s) <= high for s in serials) == len(rows)

    def orders(self) -> tuple[Sequence[int], ...]:
        """Rows as they fall due, and as they are numbered; none where there are very many."""
        if self._orders is None:
            count = len(self.items)
            is_ordered = 2 <= count <= RUNS_MAX
            self._orders = (range(count), by_length(self.serials())) if is_ordered else ()
        return self._orders

    def in_order(self) -> list[list[int]]:
        """What is open of the items in each of the orders."""
        if self._in_order is None:
            self._in_order = [[*map(self.opens.__getitem__, rows)] for rows in self.orders()]
        return self._in_order

    def structured(self, target: int, may_run: Sequence[bool]) -> list[Rows]:
        """Sets that belong together (all, due the same day, neighbours) of exactly this sum;
        neighbours only in the orders that may have some."""
        count = len(self.items)
        if count < 2:
            return []
        groups = self._group() if self._groups is None else self._groups
        alike = dict.fromkeys([tuple(rows) for amount, rows in groups if amount == target])
        found = [*alike][:PER_SUM_MAX]
        if count <= RUNS_MAX:
            for order, may in zip(self.orders(), may_run, strict=True):
                found += neighbours(self.opens, order, target) if may else ()
            missing = self.total - target
            if missing in self.opens and count > 2:
                gone = self.opens.index(missing)
                found.append(tuple(row for row in range(count) if row != gone))
        return list(dict.fromkeys(found))[:STRUCTURED_MAX]

    def _group(self) -> list[tuple[int, list[int]]]:
        self._groups = groups = list[tuple[int, list[int]]]()
        count, opens = len(self.items), self.opens
        if count > GROUPS_MAX:
            return groups
        groups += [(sum(map(opens.__getitem__, rows)), rows) for rows in self._belonging()]
        self.group_count = len(groups) + (count * count if count <= RUNS_MAX else 0)
        return groups

    def _belonging(self) -> Iterable[list[int]]:
        whole = [*range(len(self.items))]
        yield whole
        yield from alike_rows(self.dues, NO_DAY)
        yield from alike_rows(self.issued, NO_DAY)
        if self.start < 0 or self.ledger.has_orders:
            yield from alike_rows([item.po for item in self.items], "")
        invoices = [row for row in whole if self.opens[row] > 0]
        if 0 < len(invoices) < len(whole):
            yield invoices


def built_view(customer_id: str, rows: range, ledger: Ledger) -> View:
    """A customer's items as they were when the ledger was built; all else is made when asked."""
    start, stop = rows.start, rows.stop
    return View(
        customer_id,
        ledger.items[start:stop],
        ledger.open_minor[start:stop].tolist(),
        ledger.dues[start:stop].tolist(),
        ledger,
        bool(ledger.discounted[start:stop].any()),
        start,
    )


def view_of(customer_id: str, items: list[OpenItem], ledger: Ledger) -> View:
    """Make items ready that are in the order of `due_order`, of a ledger that changed since."""
    return View(
        customer_id,
        items,
        [item.open_minor for item in items],
        [item.due_on.toordinal() if item.due_on else NO_DAY for item in items],
        ledger,
        any(item.discount is not None for item in items),
    )


def due_order(item: OpenItem) -> tuple[int, int, str]:
    """By due day, then issue day, then id; what has no day comes first."""
    due = item.due_on.toordinal() if item.due_on else NO_DAY
    return due, item.issued_on.toordinal() if item.issued_on else NO_DAY, item.id
