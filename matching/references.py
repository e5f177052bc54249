"""Which open items a text names: every token of every text looked up at once, the longest first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

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


@dataclass(frozen=True, slots=True)
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


Bits = npt.NDArray[np.uint8]
_FULL, _SERIAL, _PO, _WAS_FULL, _WAS_SERIAL = 1, 2, 4, 8, 16


def name_items(
    index: Index, payments: Sequence[Payment], readings: Sequence[Reading]
) -> list[Naming]:
    """For each payment what its text names, in its currency."""
    bits = _bits(index, readings)
    found = []
    at = 0
    for payment, reading in zip(payments, readings, strict=True):
        count = len(reading.tokens)
        found.append(_naming(index, payment, reading, bits[at : at + count]))
        at += count
    return found


def _bits(index: Index, readings: Sequence[Reading]) -> list[int]:
    """For each token of each text in which columns its key occurs."""
    compacts = [token.compact for reading in readings for token in reading.tokens]
    keys = np.fromiter(map(key_of, compacts), np.int64, len(compacts))
    bits = np.zeros(len(keys), np.uint8)
    ledger, closed = index.ledger, index.closed
    columns = (ledger.full, ledger.serial, ledger.po, closed.full, closed.serial)
    for place, column in enumerate(columns):
        if len(column.keys):
            at = np.minimum(column.keys.searchsorted(keys), len(column.keys) - 1)
            bits |= (column.keys[at] == keys).astype(np.uint8) << np.uint8(place)
    for layer in index.layers:
        for place, held in enumerate((layer.full, layer.serial, layer.po)):
            hits = [key in held for key in keys.tolist()]
            bits |= np.array(hits, np.uint8).reshape(-1) << np.uint8(place)
    return [int(bit) for bit in bits.tolist()]


def _naming(index: Index, payment: Payment, reading: Reading, bits: Sequence[int]) -> Naming:
    naming = Naming()
    hits = [
        hit
        for token, bit in zip(reading.tokens, bits, strict=True)
        if bit
        for hit in _hits(index, payment, token, bit)
    ]
    hits.sort(key=lambda hit: (-hit[0], hit[1].start - hit[1].end, hit[1].start))
    taken: list[tuple[int, int]] = []
    for strength, token, items, closed in hits:
        if _is_inside(token, taken):
            continue
        taken.append((token.start, token.end))
        naming.closed.extend(closed)
        naming.shared += len({item.customer_id for item in items}) > 1
        for item in items[:NAMED_MAX]:
            naming.add(Named(item, strength, token.start, token.end))
    _remain(index, payment, reading, naming, taken)
    return naming


Hit = tuple[Strength, Token, list[OpenItem], list[ClosedItem]]


def _hits(index: Index, payment: Payment, token: Token, bit: int) -> list[Hit]:
    key = key_of(token.compact)
    found: list[Hit] = []
    is_serial = token.compact.isdigit() and len(token.compact) >= (
        JOINED_SERIAL_MIN if token.is_joined else SERIAL_MIN
    )
    if bit & (_FULL | _WAS_FULL):
        open_items = _in_currency(index.numbered(key, "full"), payment)
        closed = index.settled(key, "full") if bit & _WAS_FULL else []
        if len(token.compact) > KEY_CHARACTERS_MAX:
            open_items = [i for i in open_items if _is_whole(token, i.number)]
            closed = [i for i in closed if _is_whole(token, i.number)]
        if open_items or closed:
            found.append((Strength.FULL, token, open_items, closed))
    if bit & _PO and len(token.compact) >= LOOSE_DIGITS_MIN:
        ordered = _in_currency(index.numbered(key, "po"), payment)
        if ordered:
            found.append((Strength.ORDER, token, ordered, []))
    if is_serial and bit & (_SERIAL | _WAS_SERIAL) and len(token.compact) <= KEY_CHARACTERS_MAX:
        open_items = _in_currency(index.numbered(key, "serial"), payment)
        closed = index.settled(key, "serial") if bit & _WAS_SERIAL else []
        strength = Strength.FULL if token.is_rf else Strength.SERIAL
        if open_items or closed:
            found.append((strength, token, open_items, closed))
    return found


def _is_whole(token: Token, number: str) -> bool:
    """Whether a token longer than a key is this number, and not only ends like it."""
    return compacted(number).lstrip("0") == token.compact.lstrip("0")


def _in_currency(items: list[OpenItem], payment: Payment) -> list[OpenItem]:
    return [item for item in items if item.currency == payment.currency]


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
    for token in reading.tokens:
        if token.is_joined or token.end == ends_cut:
            continue
        digits = sum(map(str.isdigit, token.compact))
        if digits >= SERIAL_MIN and not any(a < token.end and token.start < b for a, b in taken):
            naming.loose.append(token)
            shapes = index.ledger.shapes
            if not shapes or shape_of(token.compact) in shapes:
                naming.shaped.append(token)
            elif 0 < index.ledger.foreign_length <= len(token.compact):
                naming.foreign.append(token)
