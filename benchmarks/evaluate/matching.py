"""The engine on real payments: how much it decides alone, and how often that is right.

Every set of the folder is played twice: as it is, and with the items of a seeded tenth of its
payments taken out, where nothing but silence is right. Ledgers are worlds apart; two are played at
a time.
"""

import multiprocessing
from collections.abc import Sequence
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

PROCESSES: Final = 2


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
    """The figures of every set of the folder; nothing is held against a target here.

    Every wrong automatic decision is written in full to `accounts`. Raises TruthMissing.
    """
    played = play_all(folder)
    for name, outcomes in played.items():
        show(name, outcomes.plain, outcomes.hidden)
    if accounts is not None:
        told = [one.account for p in played.values() for one in [*p.plain, *p.hidden]]
        text = "\n\n".join(account for account in told if account)
        accounts.write_text(f"{text}\n", encoding="utf-8")
    return {name: outcomes.as_json() for name, outcomes in played.items()}, []


def play_all(folder: Path) -> dict[str, Played]:
    """Play every world of every set, the longest first. Raises TruthMissing."""
    plain = [world for name in set_names(folder) for world in read_worlds(folder, name)]
    names = dict.fromkeys(world.set_name for world in plain)
    hidden = [world for name in names for world in hiding([w for w in plain if w.set_name == name])]
    worlds = sorted([*plain, *hidden], key=_length, reverse=True)
    played = {name: Played() for name in names}
    for world, outcomes in zip(worlds, _outcomes(worlds), strict=True):
        of_set = played[world.set_name]
        (of_set.hidden if world.hidden else of_set.plain).extend(outcomes)
    return played


def _outcomes(worlds: Sequence[World]) -> list[list[Outcome]]:
    context = multiprocessing.get_context("spawn")  # a fork would copy threads that hold locks
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        found = track(
            pool.map(play, worlds),
            description="Playing ledgers",
            total=len(worlds),
            console=Console(stderr=True),
            disable=not Console(stderr=True).is_terminal,
        )
        return list(found)


def _length(world: World) -> int:
    return len(world.ledger.payments)
