"""One customer's open items made ready: sums of what belongs together, and all small sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from matching.columns import NO_DAY, Ledger
from matching.combinations import Sums, exact_sets
from matching.numbers import compacted, serial_of
from matching.values import OpenItem

RUNS_MAX: Final = 5_000  # items among which runs of neighbours are looked for
GROUPS_MAX: Final = 5_000  # items for which groups are summed at all
STRUCTURED_MAX: Final = 6  # sets that belong together, for one sum
PER_SUM_MAX: Final = 4  # sets kept for one sum

Rows = tuple[int, ...]


@dataclass(slots=True)
class View:
    """Items of one customer and currency, in the order they fall due, with their sums."""

    customer_id: str
    items: list[OpenItem]
    opens: list[int]
    dues: list[int]  # ordinal days; NO_DAY where none
    places: dict[str, int]  # by item id
    grid: int
    serial_position: int
    total: int
    groups: dict[int, list[Rows]] = field(default_factory=dict)  # structured sets, by sum
    group_count: int = 0
    sums: Sums = field(default_factory=Sums)
    _serials: list[str] = field(default_factory=list)
    _compacts: list[str] = field(default_factory=list)
    _orders: list[tuple[Sequence[int], Any, Any]] = field(default_factory=list)
    _is_grouped: bool = False
    _has_discounts: bool | None = None

    def __len__(self) -> int:
        return len(self.items)

    def has_discounts(self) -> bool:
        """Whether a discount is or was to be had on any item."""
        if self._has_discounts is None:
            self._has_discounts = any(item.discount is not None for item in self.items)
        return self._has_discounts

    def belongs_together(self, rows: Rows) -> bool:
        """Whether these, two or more, are all, all but one, neighbours, or share day or order."""
        if len(rows) < 2:
            return False
        if rows[-1] - rows[0] + 1 == len(rows) or len(rows) >= len(self.items) - 1:
            return True
        first = self.items[rows[0]]
        others = [self.items[row] for row in rows[1:]]
        if first.due_on is not None and all(o.due_on == first.due_on for o in others):
            return True
        if first.po and all(o.po == first.po for o in others):
            return True
        return self._are_numbered_on(rows)

    def _are_numbered_on(self, rows: Rows) -> bool:
        """Whether no other item's running number lies between those of the rows."""
        serials = self.serials()
        ends = sorted((len(serials[row]), serials[row]) for row in rows)
        low, high = ends[0], ends[-1]
        return sum(low <= (len(s), s) <= high for s in serials) == len(rows)

    def serials(self) -> list[str]:
        """The running number of each item, as digits."""
        if not self._serials:
            self._serials = [serial_of(item.number, self.serial_position) for item in self.items]
        return self._serials

    def compacts(self) -> list[str]:
        """The letters and digits of each item's number."""
        if not self._compacts:
            self._compacts = [compacted(item.number) for item in self.items]
        return self._compacts

    def structured(self, target: int) -> list[Rows]:
        """Sets that belong together (all, due the same day, neighbours) of exactly this sum."""
        if len(self.items) < 2:
            return []
        if not self._is_grouped:
            self._group()
        found = [*self.groups.get(target, ())]
        if len(self.items) <= RUNS_MAX:
            for order, sums, ascending in self._orders:
                found += neighbours(order, sums, ascending, target)
            missing = self.total - target
            if missing in self.opens and len(self.items) > 2:
                gone = self.opens.index(missing)
                found.append(tuple(row for row in range(len(self.items)) if row != gone))
        return list(dict.fromkeys(found))[:STRUCTURED_MAX]

    def exact(self, target: int) -> tuple[list[Rows], int]:
        """Any sets of exactly this sum, and how many there are: 0 if nobody can count them."""
        return exact_sets(self.sums, self.opens, target)

    def _group(self) -> None:
        self._is_grouped = True
        count = len(self.items)
        if count > GROUPS_MAX:
            return
        for rows in self._belonging():
            kept = self.groups.setdefault(sum(map(self.opens.__getitem__, rows)), [])
            if len(kept) < PER_SUM_MAX and rows not in kept:
                kept.append(rows)
            self.group_count += 1
        if count <= RUNS_MAX:
            serials = self.serials()
            numbered = sorted(range(count), key=lambda row: (len(serials[row]), serials[row]))
            for order in (range(count), numbered):
                sums = np.zeros(count + 1, np.int64)
                np.cumsum([self.opens[row] for row in order], out=sums[1:])
                self._orders.append((order, sums, np.sort(sums)))
            self.group_count += count * count

    def _belonging(self) -> Iterable[Rows]:
        whole = tuple(range(len(self.items)))
        yield whole
        yield from _alike([item.due_on for item in self.items])
        yield from _alike([item.issued_on for item in self.items])
        yield from _alike([item.po or None for item in self.items])
        invoices = tuple(row for row in whole if self.opens[row] > 0)
        if 0 < len(invoices) < len(whole):
            yield invoices


def runs(values: Sequence[int], order: Sequence[int], target: int) -> list[Rows]:
    """Neighbours in this order, two or more, of exactly this sum."""
    sums = np.zeros(len(order) + 1, np.int64)
    np.cumsum([values[row] for row in order], out=sums[1:])
    return neighbours(order, sums, np.sort(sums), target)


def neighbours(order: Sequence[int], sums: Any, ascending: Any, target: int) -> list[Rows]:
    """The same from running sums, as they come and in ascending order."""
    at = np.minimum(ascending.searchsorted(sums - target), len(sums) - 1)
    found: list[Rows] = []
    for end in np.flatnonzero(ascending[at] == sums - target).tolist():
        starts = np.flatnonzero(sums[: max(end - 1, 0)] == sums[end] - target)
        found += [tuple(sorted(order[start:end])) for start in starts[-2:].tolist()]
    return found


def _alike(labels: Sequence[object]) -> Iterable[Rows]:
    """Rows that share a label, two or more."""
    together: dict[object, list[int]] = {}
    for row, label in enumerate(labels):
        if label is not None:
            together.setdefault(label, []).append(row)
    return (tuple(rows) for rows in together.values() if len(rows) > 1)


def view_of(customer_id: str, items: list[OpenItem], ledger: Ledger) -> View:
    """Make items ready that are in the order of `due_order`; sums are made when first asked."""
    opens = [item.open_minor for item in items]
    return View(
        customer_id=customer_id,
        items=items,
        opens=opens,
        dues=[item.due_on.toordinal() if item.due_on else NO_DAY for item in items],
        places={item.id: row for row, item in enumerate(items)},
        grid=ledger.grid,
        serial_position=ledger.serial_position,
        total=sum(opens),
    )


def due_order(item: OpenItem) -> tuple[int, int, str]:
    """By due day, then issue day, then id; what has no day comes first."""
    due = item.due_on.toordinal() if item.due_on else NO_DAY
    return due, item.issued_on.toordinal() if item.issued_on else NO_DAY, item.id
