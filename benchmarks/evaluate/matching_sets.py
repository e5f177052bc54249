"""The truth sets of a folder, whatever they are called, as ledgers with what really was paid.

Some items of each set can be taken out of its ledgers, as if they were not ours: then the payments
that settle them must not be applied to anything.
"""

import csv
import gzip
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.evaluate.truth import TruthMissing
from matching.commands.ledgers import Ledger, Sources, read_claims, read_ledgers
from matching.files import FileRefused
from matching.values import Claim

HIDDEN_SHARE: Final = 0.1  # of the payments of a set
HIDDEN_SEED: Final = "hidden payments, 1"
NO_LEVEL: Final = "not told"  # a set without payments_meta

Settled = dict[str, tuple[Claim, ...]]  # by payment id


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One ledger of a set: what the engine sees, and the truth beside it."""

    set_name: str
    ledger: Ledger
    truth: Settled
    levels: dict[str, str]  # how much the payer wrote, by payment id
    hidden: frozenset[str] = frozenset()  # payments whose items were taken out


def set_names(folder: Path) -> list[str]:
    """Every folder of `truth` that holds invoices. Raises TruthMissing where there is none."""
    names = sorted(path.parent.name for path in (folder / "truth").glob("*/invoices.csv*"))
    if not names:
        raise TruthMissing(f"there is no truth/*/invoices.csv.gz in {folder}")
    return list(dict.fromkeys(names))


def read_worlds(folder: Path, name: str) -> list[World]:
    """One set, a world a ledger. Raises TruthMissing where a file is missing or bad."""
    place = folder / "truth" / name
    try:
        sources = Sources(invoices=_file(place, "invoices"), payments=_file(place, "payments"))
        ledgers = read_ledgers(sources)
        claims = read_claims(_file(place, "allocations"), ledgers, is_whole=False)
    except FileRefused as refused:
        raise TruthMissing(str(refused)) from refused
    levels = _levels(place)
    return [
        World(
            set_name=name,
            ledger=ledger,
            truth={p.id: tuple(claims.get((ledger.name, p.id), ())) for p in ledger.payments},
            levels={p.id: levels.get(p.id, NO_LEVEL) for p in ledger.payments},
        )
        for ledger in ledgers.values()
        if ledger.payments
    ]


def hiding(worlds: list[World]) -> list[World]:
    """The worlds of a seeded tenth of the set's payments, without the items these settle."""
    payments = sorted((at, payment_id) for at, w in enumerate(worlds) for payment_id in w.truth)
    count = max(1, round(len(payments) * HIDDEN_SHARE))
    chosen = random.Random(HIDDEN_SEED).sample(payments, count)  # noqa: S311 (a sample, no secret)
    without = [
        _without(world, frozenset(payment_id for place, payment_id in chosen if place == at))
        for at, world in enumerate(worlds)
    ]
    return [world for world in without if world.hidden]


def _without(world: World, hidden: frozenset[str]) -> World:
    gone = {claim.item_id for payment_id in hidden for claim in world.truth[payment_id]}
    left = [item for item in world.ledger.items if item.id not in gone]
    truth = {
        payment_id: () if gone & {claim.item_id for claim in claims} else claims
        for payment_id, claims in world.truth.items()
    }
    return replace(world, ledger=replace(world.ledger, items=left), truth=truth, hidden=hidden)


def _levels(place: Path) -> dict[str, str]:
    try:
        file = _file(place, "payments_meta")
    except TruthMissing:
        return {}
    return {row["payment_id"]: row.get("remittance_level") or NO_LEVEL for row in _rows(file)}


def _rows(file: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


def _file(place: Path, name: str) -> Path:
    for suffix in (".csv.gz", ".csv"):
        if (place / f"{name}{suffix}").is_file():
            return place / f"{name}{suffix}"
    raise TruthMissing(f"there is no {name}.csv.gz in {place}")
