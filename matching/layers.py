"""What changed since an index was built, in layers that double in size: adding one item costs
little, looking one up asks few layers, and an older index stays as it was."""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from matching.numbers import compacted, key_of, serial_of
from matching.values import OpenItem

Changes = dict[str, OpenItem | None]  # by item id; None: no longer open


class _Unchanged(enum.Enum):
    """That no layer speaks of an item."""

    UNCHANGED = enum.auto()


UNCHANGED: Final = _Unchanged.UNCHANGED
State = OpenItem | None | _Unchanged


@dataclass(slots=True)
class Layer:
    """Some changes, by customer, and where the keys of new items lead. Never altered once built."""

    by_customer: dict[str, Changes] = field(default_factory=dict)
    customer_of: dict[str, str] = field(default_factory=dict)  # by item id
    full: dict[int, tuple[OpenItem, ...]] = field(default_factory=dict)
    serial: dict[int, tuple[OpenItem, ...]] = field(default_factory=dict)
    po: dict[int, tuple[OpenItem, ...]] = field(default_factory=dict)
    amounts: dict[int, tuple[OpenItem, ...]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many items it speaks of."""
        return len(self.customer_of)

    def put(self, item: OpenItem, serial_position: int) -> None:
        """This item is open, as it is here."""
        self.by_customer.setdefault(item.customer_id, {})[item.id] = item
        self.customer_of[item.id] = item.customer_id
        _file(self.full, key_of(compacted(item.number)), item)
        _file(self.serial, key_of(serial_of(item.number, serial_position)), item)
        _file(self.amounts, item.open_minor, item)
        if item.po:
            _file(self.po, key_of(compacted(item.po)), item)

    def close(self, item_id: str, customer_id: str) -> None:
        """This item is open no more."""
        self.by_customer.setdefault(customer_id, {})[item_id] = None
        self.customer_of[item_id] = customer_id


def _file(where: dict[int, tuple[OpenItem, ...]], key: int, item: OpenItem) -> None:
    where[key] = (*where.get(key, ()), item)


def merged(older: Layer, newer: Layer) -> Layer:
    """Both as one; the newer wins. Costs the size of both."""
    whole = Layer(
        by_customer={customer: dict(found) for customer, found in older.by_customer.items()},
        customer_of={**older.customer_of, **newer.customer_of},
    )
    for customer, changes in newer.by_customer.items():
        whole.by_customer.setdefault(customer, {}).update(changes)
    for name in ("full", "serial", "po", "amounts"):
        together = dict(getattr(older, name))
        for key, items in getattr(newer, name).items():
            together[key] = (*together.get(key, ()), *items)
        setattr(whole, name, together)
    return whole


def stacked(layers: tuple[Layer, ...], newest: Layer) -> tuple[Layer, ...]:
    """The layers with one more; small ones are merged, so that there are few."""
    below = list(layers)
    while below and below[-1].size <= 2 * newest.size:
        newest = merged(below.pop(), newest)
    return (*below, newest)


def state(layers: tuple[Layer, ...], item_id: str, customer_id: str) -> State:
    """The item as it is now, None when closed, UNCHANGED when no layer speaks of it."""
    for layer in reversed(layers):
        found: State = layer.by_customer.get(customer_id, {}).get(item_id, UNCHANGED)
        if found is not UNCHANGED:
            return found
    return UNCHANGED


def changes_of(layers: tuple[Layer, ...], customer_id: str) -> Changes:
    """All that changed with this customer."""
    whole: Changes = {}
    for layer in layers:
        whole.update(layer.by_customer.get(customer_id, {}))
    return whole


def found(layers: tuple[Layer, ...], name: str, key: int) -> Iterator[OpenItem]:
    """Items of the layers with this key that are still open, as they are now, each once."""
    seen: set[str] = set()
    for layer in layers:
        for item in getattr(layer, name).get(key, ()):
            now = state(layers, item.id, item.customer_id)
            if now == item and item.id not in seen:
                seen.add(item.id)
                yield item


def owners(layers: Iterable[Layer], item_id: str) -> str | None:
    """The customer of an item some layer speaks of."""
    for layer in reversed(tuple(layers)):
        if item_id in layer.customer_of:
            return layer.customer_of[item_id]
    return None
