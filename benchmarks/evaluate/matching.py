"""The engine on real payments: how much it decides alone, and how often that is right.

Every set of the folder is played twice: as it is, and with the items of a seeded tenth of its
payments taken out, where nothing but silence is right. Ledgers are worlds apart; two are played at
a time.
"""

import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import track

from benchmarks.evaluate.matching_figures import (
    Outcome,
    by_level,
    by_size,
    figures_of,
    posted_when_hidden,
)
from benchmarks.evaluate.matching_sets import World, hiding, read_worlds, set_names
from benchmarks.evaluate.matching_tables import show
from benchmarks.evaluate.matching_worlds import play
from benchmarks.evaluate.truth import TruthMissing

PROCESSES: Final = 2
ALONE_MAX: Final = 1_000  # payments that are played sooner than a second process starts


@dataclass(slots=True)
class Played:
    """What came of one set, as it is and with items taken out."""

    plain: list[Outcome] = field(default_factory=list)
    hidden: list[Outcome] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The figures of the set under the names the outside reads; rates from 0 to 1."""
        posted, hidden = posted_when_hidden(self.hidden)
        levels, sizes = by_level(self.plain), by_size(self.plain)
        return {
            **figures_of(self.plain).as_json(),
            "posted_when_hidden": posted / hidden if hidden else 0.0,
            "by_level": {name: group.as_json() for name, group in levels.items()},
            "by_size": {name: group.as_json() for name, group in sizes.items()},
        }


def evaluate(folder: Path, accounts: Path | None = None) -> tuple[dict[str, Any], list[str]]:
    """The figures of every set of the folder, and a sentence for each set that cannot be read.

    Every wrong automatic decision is written in full to `accounts`. Raises TruthMissing where the
    folder has no set at all.
    """
    worlds, unreadable = _worlds(folder)
    played = play_all(worlds)
    for name, outcomes in played.items():
        show(name, outcomes.plain, outcomes.hidden)
    if accounts is not None:
        accounts.write_text(accounts_of(played.values()), encoding="utf-8")
    return {name: outcomes.as_json() for name, outcomes in played.items()}, unreadable


def accounts_of(played: Iterable[Played]) -> str:
    """Every wrong automatic decision once; of the second run only what was taken out of it."""
    told = [one for p in played for one in [*p.plain, *(o for o in p.hidden if o.is_hidden)]]
    return "\n\n".join(one.account for one in told if one.account) + "\n"


def play_all(worlds: Sequence[World]) -> dict[str, Played]:
    """Play every world as it is and with items taken out, the longest first; figures by set."""
    names = dict.fromkeys(world.set_name for world in worlds)
    hidden = [w for name in names for w in hiding([w for w in worlds if w.set_name == name])]
    ordered = sorted([*worlds, *hidden], key=_length, reverse=True)
    played = {name: Played() for name in names}
    for world, outcomes in zip(ordered, _outcomes(ordered), strict=True):
        of_set = played[world.set_name]
        (of_set.hidden if world.hidden else of_set.plain).extend(outcomes)
    return played


def _worlds(folder: Path) -> tuple[list[World], list[str]]:
    """A set that cannot be read keeps no other from being played."""
    worlds: list[World] = []
    unreadable: list[str] = []
    for name in set_names(folder):
        try:
            worlds += read_worlds(folder, name)
        except TruthMissing as missing:
            unreadable.append(f"{name}: {missing}")
    return worlds, unreadable


def _outcomes(worlds: Sequence[World]) -> list[list[Outcome]]:
    if sum(map(_length, worlds)) <= ALONE_MAX:
        return list(_shown(map(play, worlds), len(worlds)))
    context = multiprocessing.get_context("spawn")  # a fork would copy threads that hold locks
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        return list(_shown(pool.map(play, worlds), len(worlds)))


def _shown(results: Iterable[list[Outcome]], total: int) -> Iterable[list[Outcome]]:
    """The same, with a bar that moves for whoever looks at a terminal."""
    console = Console(stderr=True)
    return track(
        results,
        description="Playing ledgers",
        total=total,
        console=console,
        disable=not console.is_terminal,
    )


def _length(world: World) -> int:
    return len(world.ledger.payments)
