"""Open items as sorted columns: what a whole ledger costs is arrays, not dictionaries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.numbers import (
    NO_KEY,
    Keys,
    column_compacted,
    column_keys,
    column_of_texts,
    column_serials,
    foreign_length,
    serial_position,
    usual_shapes,
)
from matching.values import ClosedItem, OpenItem

Rows = npt.NDArray[np.int32]
NO_DAY: Final = 0
WHOLE_SHARE_MIN: Final = 0.97  # of the amounts, for a ledger to count as one of whole units


@dataclass(frozen=True, slots=True)
class Column:
    """Keys in ascending order and the row of each."""

    keys: Keys
    rows: Rows

    def bounds(self, keys: Keys) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where the rows of each key begin and end."""
        return np.searchsorted(self.keys, keys, "left"), np.searchsorted(self.keys, keys, "right")

    def of(self, key: int) -> Sequence[int]:
        """The rows of one key."""
        low, high = self.keys.searchsorted(key, "left"), self.keys.searchsorted(key, "right")
        found: Sequence[int] = self.rows[low:high].tolist() if low < high else ()
        return found

    def of_all(self, keys: Keys) -> dict[int, list[int]]:
        """The rows of each of these keys, which ascend, that occurs."""
        if not len(self.keys):
            return {}
        lows = np.minimum(self.keys.searchsorted(keys), len(self.keys) - 1)
        occurs = self.keys[lows] == keys
        lows, keys = lows[occurs], keys[occurs]
        highs = self.keys.searchsorted(keys, "right")
        bounds = zip(keys.tolist(), lows.tolist(), highs.tolist(), strict=True)
        return {key: self.rows[low:high].tolist() for key, low, high in bounds}


def column_of(keys: Keys) -> Column:
    """Sort keys; rows without a key are left out."""
    order = np.argsort(keys, kind="stable").astype(np.int32)
    ordered = keys[order]
    first = int(np.searchsorted(ordered, NO_KEY, "right"))
    return Column(ordered[first:], order[first:])


@dataclass(frozen=True, slots=True)
class Ledger:
    """Open items of one ledger, by customer, then due day; `starts` bounds each customer."""

    items: list[OpenItem]
    customer_ids: list[str]
    places: dict[str, int]  # of the customers, by id
    starts: npt.NDArray[np.int64]
    owners: Rows  # by item, the place of its customer
    open_minor: Keys
    full: Column
    serial: Column
    po: Column
    amounts: Column
    dues: Rows  # by item, ordinal days; NO_DAY where none
    issued: Rows
    discounted: npt.NDArray[np.bool_]  # by item, whether a discount is or was to be had
    compacts: pl.Series  # by item, the letters and digits of its number
    serials: pl.Series  # by item, the digits of its running number
    serial_position: int
    currencies: list[str]  # by customer, of all its items; empty where they differ
    has_orders: bool  # whether any item has a purchase order
    shapes: frozenset[tuple[int, str]]  # length and beginning of usual numbers
    foreign_length: int  # of numbers that cannot be ours; 0: any can
    grid: int  # 100 where nearly all amounts are whole units, else 1

    def rows_of(self, customer_id: str) -> range:
        """The rows of one customer's items."""
        place = self.places.get(customer_id)
        if place is None:
            return range(0)
        return range(int(self.starts[place]), int(self.starts[place + 1]))

    def is_all_in(self, customer_id: str, currency: str) -> bool:
        """Whether all of the customer's items are in this currency."""
        place = self.places.get(customer_id)
        return place is not None and self.currencies[place] == currency


def ledger_of(items: Iterable[OpenItem]) -> Ledger:
    """Build the columns; for a million items some 3 s of CPU, and at most 300 MB above them."""
    ordered, days = _ordered(list(items))
    numbers = [item.number for item in ordered]
    position = serial_position(numbers)
    ids = [item.customer_id for item in ordered]
    customer_ids, owners = _codes(ids)
    open_minor = np.fromiter([i.open_minor for i in ordered], np.int64, len(ordered))
    pos = [item.po for item in ordered]
    has_orders = any(pos)
    compacts, serials = column_compacted(numbers), column_serials(numbers, position)
    starts = np.searchsorted(owners, np.arange(len(customer_ids) + 1))
    return Ledger(
        items=ordered,
        customer_ids=customer_ids,
        places={customer: place for place, customer in enumerate(customer_ids)},
        starts=starts,
        owners=owners,
        open_minor=open_minor,
        full=column_of(column_keys(compacts)),
        serial=column_of(column_keys(serials)),
        po=column_of(column_keys(column_compacted(pos)) if has_orders else np.empty(0, np.int64)),
        amounts=_by_amount(open_minor),
        dues=days.get_column("due").to_numpy(),
        issued=days.get_column("issued").to_numpy(),
        discounted=np.fromiter([i.discount is not None for i in ordered], np.bool_, len(ordered)),
        compacts=compacts,
        serials=serials,
        serial_position=position,
        currencies=_currencies([item.currency for item in ordered], starts),
        has_orders=has_orders,
        shapes=(shapes := usual_shapes(numbers)),
        foreign_length=foreign_length(numbers, shapes),
        grid=_grid(open_minor),
    )


def _ordered(items: list[OpenItem]) -> tuple[list[OpenItem], pl.DataFrame]:
    """The items by customer and due day, and their days in the same order."""
    days = [i.due_on.toordinal() if i.due_on else NO_DAY for i in items]
    issued = [i.issued_on.toordinal() if i.issued_on else NO_DAY for i in items]
    table = pl.DataFrame(
        {
            "customer": column_of_texts(i.customer_id for i in items),
            "due": pl.Series(days, dtype=pl.Int32),
            "issued": pl.Series(issued, dtype=pl.Int32),
            "id": column_of_texts(i.id for i in items),
        }
    ).with_row_index("row")
    ordered = table.sort("customer", "due", "issued", "id").select("row", "due", "issued")
    return [items[row] for row in ordered.get_column("row").to_list()], ordered


def _codes(ids: list[str]) -> tuple[list[str], Rows]:
    """Distinct customers of rows that are already in their order, and a code for each row."""
    if not ids:
        return [], np.empty(0, np.int32)
    column = column_of_texts(ids)
    codes = (column != column.shift(1)).fill_null(value=False).cum_sum().to_numpy()
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    return [ids[start] for start in starts], codes.astype(np.int32)


def _currencies(of_items: list[str], starts: npt.NDArray[np.int64]) -> list[str]:
    """By customer the currency of all its items; empty where they have several."""
    if not of_items:
        return []
    names = sorted(set(of_items))
    codes = {name: code for code, name in enumerate(names)}
    coded = np.fromiter(map(codes.__getitem__, of_items), np.int32, len(of_items))
    least = np.minimum.reduceat(coded, starts[:-1])
    most = np.maximum.reduceat(coded, starts[:-1])
    return [
        names[code] if code >= 0 else "" for code in np.where(least == most, least, -1).tolist()
    ]


def _by_amount(open_minor: Keys) -> Column:
    order = np.argsort(open_minor, kind="stable").astype(np.int32)
    return Column(open_minor[order], order)


def _grid(open_minor: Keys) -> int:
    whole = np.count_nonzero(open_minor % 100 == 0)
    return 100 if len(open_minor) and whole / len(open_minor) >= WHOLE_SHARE_MIN else 1


@dataclass(frozen=True, slots=True)
class Closed:
    """Numbers settled before."""

    items: list[ClosedItem]
    full: Column
    serial: Column


def closed_of(items: Iterable[ClosedItem], position: int) -> Closed:
    """Build the columns of closed numbers, read by the open items' scheme."""
    ordered = sorted(items, key=lambda i: (i.customer_id, i.number, i.amount_minor, i.currency))
    numbers = [item.number for item in ordered]
    return Closed(
        items=ordered,
        full=column_of(column_keys(column_compacted(numbers))),
        serial=column_of(column_keys(column_serials(numbers, position))),
    )
