"""The numbers of one customer's items made ready for a damaged token to be looked up in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Lines:
    """Whole numbers and running numbers, a line each after an empty first one, so that beginnings
    and ends are found without going through them one by one."""

    whole: str
    serial: str
    bare: dict[str, list[int]]  # rows by the running number without leading zeros
    lengths: frozenset[int]  # that a number one slip away from one of these can have


def lines_of(compacts: Sequence[str], serials: Sequence[str]) -> Lines:
    """Make numbers ready, as letters and digits, with the running number of each."""
    bare: dict[str, list[int]] = {}
    for row, serial in enumerate(serials):
        bare.setdefault(serial.lstrip("0"), []).append(row)
    known = {*map(len, compacts), *map(len, serials)}
    return Lines(
        whole="\n".join(["", *compacts, ""]),
        serial="\n".join(["", *serials, ""]),
        bare=bare,
        lengths=frozenset([one + slip for one in known for slip in (-1, 0, 1)]),
    )


def rows_that_end(lines: str, end: str) -> Iterator[int]:
    """Rows whose line ends so."""
    return _rows(lines, f"{end}\n")


def rows_that_begin(lines: str, beginning: str) -> Iterator[int]:
    """Rows whose line begins so."""
    return _rows(lines, f"\n{beginning}")


def _rows(lines: str, wanted: str) -> Iterator[int]:
    at = lines.find(wanted)
    while at >= 0:
        yield lines.count("\n", 0, at + len(wanted) - 1) - 1
        at = lines.find(wanted, at + 1)
