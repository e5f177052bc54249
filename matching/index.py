"""One ledger, ready to be asked: items by number, order, amount and customer; customers by name,
account and number. A change gives a new index and leaves the old one as it was."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from matching.columns import Closed, Ledger, closed_of, ledger_of
from matching.layers import (
    UNCHANGED,
    Layer,
    changes_of,
    found,
    owners,
    stacked,
    state,
)
from matching.names import NameIndex, index_names
from matching.numbers import compacted
from matching.undisturbed import undisturbed
from matching.values import ClosedItem, Customer, OpenItem
from matching.views import View, built_view, due_order, view_of

REBUILD_SHARE: Final = 0.5  # of the ledger changed: time to build it anew
REBUILD_MIN: Final = 4_000
VIEWS_MAX: Final = 16_000  # kept; a view is one customer's items made ready
HITS_MAX: Final = 400  # items one key may lead to; a key that leads to more names nothing


@dataclass(slots=True)
class Parties:
    """Customers by every key there is of them."""

    customers: dict[str, Customer]
    names: NameIndex
    accounts: dict[str, tuple[str, ...]]
    numbers: dict[str, str]  # compacted customer number -> id
    children: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Index:
    """What `propose` and `decide` look things up in."""

    ledger: Ledger
    closed: Closed
    parties: Parties
    layers: tuple[Layer, ...] = ()
    item_ids: dict[str, int] = field(default_factory=dict)  # made when first needed
    views: dict[tuple[str, str], View] = field(default_factory=dict)

    def with_changes(
        self,
        added: Iterable[OpenItem] = (),
        closed: Collection[str] = (),
        repriced: Mapping[str, int] | None = None,
    ) -> "Index":
        """The ledger after these changes; this index stays as it is.

        An id nobody knows is ignored, an added id that is there already replaces the item.
        """
        layer = Layer()
        for item in added:
            layer.put(item, self.ledger.serial_position)
        for item_id in closed:
            customer = self._owner(item_id)
            if customer is not None:
                layer.close(item_id, customer)
        for item_id, open_minor in (repriced or {}).items():
            known = self.item(item_id)
            if known is not None:
                layer.put(_priced(known, open_minor), self.ledger.serial_position)
        return self._above(layer)

    def item(self, item_id: str) -> OpenItem | None:
        """The open item of this id, as it is now."""
        customer = owners(self.layers, item_id)
        if customer is not None:
            now = state(self.layers, item_id, customer)
            return now if isinstance(now, OpenItem) else None
        row = self._ids().get(item_id)
        return None if row is None else self.ledger.items[row]

    def view(self, customer_id: str, currency: str) -> View:
        """One customer's open items in one currency, in the order they fall due."""
        key = (customer_id, currency)
        ready = self.views.get(key)
        if ready is None:
            if len(self.views) >= VIEWS_MAX:
                self.views.clear()
            ready = self.views[key] = self._view(customer_id, currency)
        return ready

    def numbered(self, key: int, kind: str) -> list[OpenItem]:
        """Open items whose `full`, `serial` or `po` key is this; none when it fits too many."""
        return self.numbered_at(getattr(self.ledger, kind).of(key), key, kind)

    def numbered_at(self, rows: Sequence[int], key: int, kind: str) -> list[OpenItem]:
        """The same where it is known in which rows of the ledger the key is."""
        if len(rows) > HITS_MAX:
            return []
        items = [self.ledger.items[row] for row in rows]
        if not self.layers:
            return items
        return [*filter(self._is_unchanged, items), *found(self.layers, kind, key)]

    def priced(self, open_minor: int) -> list[OpenItem]:
        """Open items of exactly this amount; none when there are too many."""
        return self.numbered(open_minor, "amounts")

    def settled_at(self, rows: Sequence[int]) -> list[ClosedItem]:
        """Items settled before that are in these rows; none when there are too many."""
        return [self.closed.items[row] for row in rows] if len(rows) <= HITS_MAX else []

    def _view(self, customer_id: str, currency: str) -> View:
        rows = self.ledger.rows_of(customer_id)
        changes = changes_of(self.layers, customer_id) if self.layers else {}
        if not changes and self.ledger.is_all_in(customer_id, currency):
            return built_view(customer_id, rows, self.ledger)
        items = self.ledger.items[rows.start : rows.stop]
        if changes:
            kept = [item for item in items if item.id not in changes]
            new = [item for item in changes.values() if item is not None]
            items = sorted(kept + new, key=due_order)
        return view_of(customer_id, [i for i in items if i.currency == currency], self.ledger)

    def _is_unchanged(self, item: OpenItem) -> bool:
        return state(self.layers, item.id, item.customer_id) is UNCHANGED

    def _owner(self, item_id: str) -> str | None:
        row = self._ids().get(item_id)
        return owners(self.layers, item_id) or (
            None if row is None else self.ledger.items[row].customer_id
        )

    def _ids(self) -> dict[str, int]:
        if len(self.item_ids) != len(self.ledger.items):
            self.item_ids.update((item.id, row) for row, item in enumerate(self.ledger.items))
        return self.item_ids

    def _above(self, layer: Layer) -> "Index":
        if not layer.size:
            return self
        layers = stacked(self.layers, layer)
        changed = sum(each.size for each in layers)
        above = replace(self, layers=layers, views={})
        if changed > REBUILD_MIN + REBUILD_SHARE * len(self.ledger.items):
            return above._rebuilt()
        return above

    def _rebuilt(self) -> "Index":
        gone: set[str] = set()
        new: dict[str, OpenItem | None] = {}
        for layer in self.layers:
            gone.update(layer.customer_of)
            for changes in layer.by_customer.values():
                new.update(changes)
        items = [item for item in self.ledger.items if item.id not in gone]
        items += [item for item in new.values() if item is not None]
        ledger = ledger_of(items)
        closed = self.closed
        if ledger.serial_position != self.ledger.serial_position:
            closed = closed_of(closed.items, ledger.serial_position)
        return Index(ledger=ledger, closed=closed, parties=self.parties)


def _priced(item: OpenItem, open_minor: int) -> OpenItem:
    """The item with another open amount; `dataclasses.replace` takes ten times as long."""
    return OpenItem(
        id=item.id,
        number=item.number,
        customer_id=item.customer_id,
        open_minor=open_minor,
        currency=item.currency,
        issued_on=item.issued_on,
        due_on=item.due_on,
        discount=item.discount,
        po=item.po,
    )


def build_index(
    items: Iterable[OpenItem], customers: Iterable[Customer], closed: Iterable[ClosedItem] = ()
) -> Index:
    """Make one ledger ready. A zero amount is nothing open; of two items of one id one counts."""
    with undisturbed():
        ledger = ledger_of(_distinct(items))
        known = {customer.id: customer for customer in customers}
        return Index(
            ledger=ledger,
            closed=closed_of(closed, ledger.serial_position),
            parties=_parties(known, ledger),
        )


def _distinct(items: Iterable[OpenItem]) -> Iterable[OpenItem]:
    kept: dict[str, OpenItem] = {}
    for item in items:
        before = kept.get(item.id)
        if item.open_minor and (before is None or repr(before) < repr(item)):
            kept[item.id] = item
    return kept.values()


def account_key(account: str) -> str:
    """An account without blanks and punctuation, as capitals."""
    return compacted(account)


def _parties(customers: dict[str, Customer], ledger: Ledger) -> Parties:
    accounts: dict[str, list[str]] = {}
    children: dict[str, list[str]] = {}
    for customer in sorted(customers.values(), key=lambda c: c.id):
        for account in sorted({account_key(a) for a in customer.accounts} - {""}):
            accounts.setdefault(account, []).append(customer.id)
        if customer.parent_id:
            children.setdefault(customer.parent_id, []).append(customer.id)
    ids = sorted({*customers, *ledger.customer_ids})
    return Parties(
        customers=customers,
        names=index_names(customers.values()),
        accounts={account: tuple(found) for account, found in accounts.items()},
        numbers={compacted(customer): customer for customer in reversed(ids)},
        children={parent: tuple(found) for parent, found in children.items()},
    )
