"""First and last of a row of numbers: which of a customer's items lie between."""

from collections.abc import Mapping
from typing import Final

from matching.reading import Token
from matching.references import Strength
from matching.views import View

RANGE_MAX: Final = 2_000  # numbers from first to last
RANGE_ITEMS_MAX: Final = 5_000  # items of a customer that are looked through


def ranged_rows(
    view: View, ranges: tuple[tuple[Token, Token], ...], named: Mapping[int, Strength]
) -> dict[int, Token]:
    """Rows between two numbers of which at least one is an item of this customer."""
    found: dict[int, Token] = {}
    if not ranges or len(view) > RANGE_ITEMS_MAX:
        return found
    for first, last in ranges:
        bounds = _bounds(view, first, last)
        rows = [row for row, serial in enumerate(view.serials()) if _is_between(serial, bounds)]
        if len(rows) > 1 and any(row in named for row in rows):
            found.update((row, Token("", first.start, last.end)) for row in rows)
    return found


def _bounds(view: View, first: Token, last: Token) -> tuple[int, int]:
    """The running numbers from and to; a last number that was cut down gets the first one's start.

    (1, 0), which holds nothing, when the two make no range.
    """
    start = _digits(view, first.compact)
    end = _digits(view, last.compact)
    if len(end) < len(start):
        end = start[: len(start) - len(end)] + end
    if not start or not end or len(start) > 18 or len(end) > 18:
        return 1, 0
    low, high = int(start), int(end)
    return (low, high) if 0 < high - low <= RANGE_MAX else (1, 0)


def _digits(view: View, compact: str) -> str:
    """The running number in a token: of an item so numbered, else its last digits."""
    for whole, serial in zip(view.compacts(), view.serials(), strict=True):
        if whole == compact:
            return serial
    digits = ""
    for character in reversed(compact):
        if not character.isdigit():
            break
        digits = character + digits
    return digits


def _is_between(serial: str, bounds: tuple[int, int]) -> bool:
    return 0 < len(serial) <= 18 and bounds[0] <= int(serial) <= bounds[1]
