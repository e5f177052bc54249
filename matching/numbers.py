"""Document numbers as sortable integers, and which part of them is the running number.

A key reads the last twelve letters and digits in base 36: it fits 63 bits, leading zeros vanish,
and the same key can be made of a whole column at once.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Keys = npt.NDArray[np.int64]

KEY_CHARACTERS_MAX: Final = 12  # 36 ** 12 < 2 ** 63
NO_KEY: Final = -1
SCHEME_SAMPLE_MAX: Final = 20_000  # numbers looked at to infer the scheme
SHAPE_BEGINNING: Final = 2  # characters
SHAPE_SHARE_MIN: Final = 0.01  # of the numbers
REGULAR_SHARE_MIN: Final = 0.95  # of the numbers that have a usual shape
_MANY_DIGITS: Final = re.compile(r"[0-9]+")
_LETTERS_AND_DIGITS: Final = {
    code: chr(code) if chr(code).isalnum() else None for code in range(128)
}
_RF: Final = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")


def key_of(compact: str) -> int:
    """The key of capital ASCII letters and digits; NO_KEY for nothing at all."""
    return int(compact[-KEY_CHARACTERS_MAX:], 36) if compact else NO_KEY


def compacted(number: str) -> str:
    """Only the ASCII letters and digits of a number, as capitals: `Inv 12/7a` is `INV127A`."""
    capitals = number.upper()
    if capitals.isascii():
        return capitals if capitals.isalnum() else capitals.translate(_LETTERS_AND_DIGITS)
    return "".join(c for c in capitals if c.isascii() and c.isalnum())


def column_of_texts(texts: Iterable[str]) -> pl.Series:
    """Any texts as a column; half characters, which no file can hold, become question marks."""
    found = list(texts)
    try:
        return pl.Series("text", found, dtype=pl.String)
    except UnicodeEncodeError:
        whole = [text.encode("utf-8", "replace").decode() for text in found]
        return pl.Series("text", whole, dtype=pl.String)


def column_keys(compact: pl.Series) -> Keys:
    """`key_of` for a whole column."""
    tails = compact.str.tail(KEY_CHARACTERS_MAX)
    numbers = tails.str.to_integer(base=36, strict=False).fill_null(NO_KEY)
    return numbers.cast(pl.Int64).to_numpy()


def column_compacted(numbers: Sequence[str]) -> pl.Series:
    """`compacted` for a whole column."""
    return column_of_texts(numbers).str.to_uppercase().str.replace_all("[^A-Z0-9]", "")


def serial_position(numbers: Sequence[str]) -> int:
    """Which run of digits is the running number, counted from the end: -1 is the last.

    The run that tells most of the numbers apart; of equals the longest, then the last. So
    `2025-00012` gives -1 and `00012/25` gives -2.
    """
    step = max(1, len(numbers) // SCHEME_SAMPLE_MAX)
    sample = [_MANY_DIGITS.findall(number) for number in numbers[::step]]
    best = (0, 0, 0)
    for position in (-1, -2, -3):
        runs = [found[position] for found in sample if len(found) >= -position]
        length = sum(map(len, runs)) // len(runs) if runs else 0
        best = max(best, (len(set(runs)), length, position))
    return best[2] or -1


def shape_of(compact: str) -> tuple[int, str]:
    """What numbers of one series share: their length and how they begin."""
    return len(compact), compact[:SHAPE_BEGINNING]


def usual_shapes(numbers: Sequence[str]) -> frozenset[tuple[int, str]]:
    """The shapes that many of the numbers have; a number of such a shape is meant as one."""
    step = max(1, len(numbers) // SCHEME_SAMPLE_MAX)
    sample = [shape_of(compacted(number)) for number in numbers[::step]]
    least = max(len(sample) * SHAPE_SHARE_MIN, 2)
    usual = {shape for shape, count in Counter(sample).items() if count >= least}
    return frozenset(shape for shape in usual if shape[0] > SHAPE_BEGINNING + 2)


def foreign_length(numbers: Sequence[str], shapes: frozenset[tuple[int, str]]) -> int:
    """From how many characters on a number of no usual shape is none of the seller's, not even a
    damaged one, which would be shorter; 0 where the seller's own have too many shapes to tell."""
    step = max(1, len(numbers) // SCHEME_SAMPLE_MAX)
    sample = [shape_of(compacted(number)) for number in numbers[::step]]
    usual = sum(shape in shapes for shape in sample)
    if not shapes or usual < REGULAR_SHARE_MIN * len(sample):
        return 0
    return max(length for length, _beginning in shapes)


def column_serials(numbers: Sequence[str], position: int) -> pl.Series:
    """The digits of each document number's running number; empty where it has none.

    A number with fewer runs than the scheme expects is read by its longest run's place, the last.
    """
    runs = column_of_texts(numbers).str.extract_all("[0-9]+")
    found = runs.list.get(position, null_on_oob=True).fill_null(runs.list.get(-1, null_on_oob=True))
    return found.fill_null("")


def serial_of(number: str, position: int) -> str:
    """The digits of one document number's running number; empty where it has none."""
    runs = _MANY_DIGITS.findall(number)
    if not runs:
        return ""
    found: str = runs[position] if len(runs) >= -position else runs[-1]
    return found


def is_rf(reference: str) -> bool:
    """Whether this is a valid creditor reference of ISO 11649: RF, two check digits, its body."""
    if not _RF.fullmatch(reference):
        return False
    rotated = reference[4:] + reference[:4]
    return int("".join(str(int(c, 36)) for c in rotated)) % 97 == 1
