"""Which open items a text names: every token of every text looked up at once, the longest first."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np

from matching.index import Index
from matching.numbers import KEY_CHARACTERS_MAX, compacted, key_of, shape_of
from matching.reading import Reading, Token
from matching.values import ClosedItem, OpenItem, Payment

LOOSE_DIGITS_MIN: Final = 4  # digits of a token that would name a document if it named anything
SERIAL_MIN: Final = 3  # digits of a running number that may stand alone
JOINED_SERIAL_MIN: Final = 6
NAMED_MAX: Final = 600  # items one payment may name


class Strength(IntEnum):
    """How an item is named."""

    NONE = 0
    NEAR = 1  # misread, cut, or only its end
    SERIAL = 2  # by its running number
    ORDER = 3  # by the customer's purchase order
    FULL = 4  # by its whole number or a creditor reference


@dataclass(slots=True)
class Named:
    """An item a text names, how, and where."""

    item: OpenItem
    strength: Strength
    start: int
    end: int


@dataclass(slots=True)
class Naming:
    """Everything one text names."""

    items: dict[str, dict[str, Named]] = field(default_factory=dict)  # by customer, by item
    closed: list[ClosedItem] = field(default_factory=list)
    loose: list[Token] = field(default_factory=list)  # number-like, and nobody's
    customers: set[str] = field(default_factory=set)  # whose customer number is written
    shaped: list[Token] = field(default_factory=list)  # of the loose, those like our numbers
    foreign: list[Token] = field(default_factory=list)  # of the loose, those that cannot be ours
    shared: int = 0  # tokens that name items of several customers

    def add(self, named: Named) -> None:
        """Keep the strongest naming of each item."""
        found = self.items.setdefault(named.item.customer_id, {})
        known = found.get(named.item.id)
        if known is None or known.strength < named.strength:
            found[named.item.id] = named


Rows = dict[int, list[int]]  # of a column, by key


@dataclass(slots=True)
class Found:
    """Where the keys of all texts together occur: rows of open items, and of settled ones."""

    full: Rows
    serial: Rows
    po: Rows
    was_full: Rows
    was_serial: Rows
    keys: Set[int]  # all that occur anywhere


def name_items(
    index: Index, payments: Sequence[Payment], readings: Sequence[Reading]
) -> list[Naming]:
    """For each payment what its text names, in its currency."""
    keys = [key_of(token[0]) for reading in readings for token in reading.tokens]
    found = _found(index, keys)
    occurs = [*map(found.keys.__contains__, keys)]
    namings = []
    at = 0
    for payment, reading in zip(payments, readings, strict=True):
        after = at + len(reading.tokens)
        hits: list[Hit] = []
        if True in occurs[at:after]:
            for place in range(at, after):
                if occurs[place]:
                    token = reading.tokens[place - at]
                    hits += _hits(index, payment, token, keys[place], found)
        namings.append(_naming(index, payment, reading, hits))
        at = after
    return namings


def _found(index: Index, keys: Sequence[int]) -> Found:
    """Look every key up in every column, each key once."""
    ledger, closed = index.ledger, index.closed
    columns = (ledger.full, ledger.serial, ledger.po, closed.full, closed.serial)
    distinct = np.unique(np.array(keys, np.int64))
    full, serial, po, was_full, was_serial = (column.of_all(distinct) for column in columns)
    for layer in index.layers:
        pairs = ((full, layer.full), (serial, layer.serial), (po, layer.po))
        for rows, held in pairs:
            for key in filter(held.__contains__, distinct.tolist()):
                rows.setdefault(key, [])
    occurring = {*full, *serial, *po, *was_full, *was_serial}
    return Found(full, serial, po, was_full, was_serial, occurring)


def _naming(index: Index, payment: Payment, reading: Reading, hits: list["Hit"]) -> Naming:
    naming = Naming()
    if len(hits) > 1:
        hits.sort(key=lambda hit: (-hit[0], hit[1].start - hit[1].end, hit[1].start))
    taken: list[tuple[int, int]] = []
    for strength, token, items, closed in hits:
        if taken and _is_inside(token, taken):
            continue
        taken.append((token.start, token.end))
        naming.closed.extend(closed)
        if len(items) > 1:
            naming.shared += len({item.customer_id for item in items}) > 1
        for item in items[:NAMED_MAX]:
            naming.add(Named(item, strength, token.start, token.end))
    if reading.tokens:
        _remain(index, payment, reading, naming, taken)
    return naming


Hit = tuple[Strength, Token, list[OpenItem], list[ClosedItem]]


def _hits(index: Index, payment: Payment, token: Token, key: int, where: Found) -> list[Hit]:
    compact = token.compact
    found: list[Hit] = []
    open_rows, closed_rows = where.full.get(key), where.was_full.get(key)
    if open_rows is not None or closed_rows is not None:
        open_items = _open(index, payment, open_rows, key, "full")
        closed = index.settled_at(closed_rows or ())
        if len(compact) > KEY_CHARACTERS_MAX:
            open_items = [i for i in open_items if _is_whole(token, i.number)]
            closed = [i for i in closed if _is_whole(token, i.number)]
        if open_items or closed:
            found.append((Strength.FULL, token, open_items, closed))
    open_rows = where.po.get(key)
    if open_rows is not None and len(compact) >= LOOSE_DIGITS_MIN:
        ordered = _open(index, payment, open_rows, key, "po")
        if ordered:
            found.append((Strength.ORDER, token, ordered, []))
    open_rows, closed_rows = where.serial.get(key), where.was_serial.get(key)
    if (open_rows is not None or closed_rows is not None) and _is_serial(token):
        open_items = _open(index, payment, open_rows, key, "serial")
        closed = index.settled_at(closed_rows or ())
        strength = Strength.FULL if token.is_rf else Strength.SERIAL
        if open_items or closed:
            found.append((strength, token, open_items, closed))
    return found


def _is_serial(token: Token) -> bool:
    """Whether a token may be a running number by itself."""
    least = JOINED_SERIAL_MIN if token.is_joined else SERIAL_MIN
    return least <= len(token.compact) <= KEY_CHARACTERS_MAX and token.compact.isdigit()


def _open(
    index: Index, payment: Payment, rows: list[int] | None, key: int, kind: str
) -> list[OpenItem]:
    """Open items of the key in the payment's currency."""
    if rows is None:
        return []
    currency = payment.currency
    return [item for item in index.numbered_at(rows, key, kind) if item.currency == currency]


def _is_whole(token: Token, number: str) -> bool:
    """Whether a token longer than a key is this number, and not only ends like it."""
    return compacted(number).lstrip("0") == token.compact.lstrip("0")


def _is_inside(token: Token, taken: list[tuple[int, int]]) -> bool:
    """Whether a longer or stronger token holds this place already; the same place is not inside."""
    here = (token.start, token.end)
    return here not in taken and any(a < here[1] and here[0] < b for a, b in taken)


def _remain(
    index: Index,
    payment: Payment,
    reading: Reading,
    naming: Naming,
    taken: list[tuple[int, int]],
) -> None:
    """Customer numbers, and tokens that would name a document if they named anything."""
    numbers = index.parties.numbers
    ends_cut = len(payment.text) if reading.is_cut else -1
    for token in reading.tokens:
        whose = numbers.get(token.compact)
        if whose is not None:
            naming.customers.add(whose)
            taken.append((token.start, token.end))
    shapes = index.ledger.shapes
    for token in reading.tokens:
        compact, start, end, is_joined, _is_rf = token
        if is_joined or end == ends_cut or not _is_number_like(compact):
            continue
        if not any([a < end and start < b for a, b in taken]):
            naming.loose.append(token)
            if not shapes or shape_of(compact) in shapes:
                naming.shaped.append(token)
            elif 0 < index.ledger.foreign_length <= len(compact):
                naming.foreign.append(token)


def _is_number_like(compact: str) -> bool:
    """Whether a token has as many digits as the shortest running number."""
    digits = len(compact) if compact.isdigit() else sum(map(str.isdigit, compact))
    return digits >= SERIAL_MIN
