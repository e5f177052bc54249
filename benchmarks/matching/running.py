"""A whole run: every measurement in a fresh process, one after the other, on one thread."""

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.matching.keeping import engine_hash, kept
from benchmarks.matching.worlds import PROFILES

ROOT = Path(__file__).resolve().parents[2]
Told = dict[str, Any]
# Never trained on: the sizes of a world are part of its seed.
FIRST_SEEDS = {"tuned": 101, "shifted": 201, "untouched": 301}
ONE_THREAD = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SAMPLES = {"erpnext": 1_000, "odoo": 0, "stripe": 4_000, "fuzzy": 100}  # payments; 0 is all
ORACLE_SAMPLE = 4_000  # matchable payments of the first world
LIBRARIES = ("splink", "linkage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a world is."""

    customers: int
    items: int
    payments: int


STANDARD = Size(customers=10_000, items=100_000, payments=20_000)
LARGE = Size(customers=100_000, items=1_000_000, payments=20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one run measures."""

    profiles: tuple[str, ...] = tuple(PROFILES)
    seeds: int = 3
    size: Size = STANDARD
    has_peers: bool = True
    is_large: bool = False
    rounds: int = 1  # of what is timed; the median is told
    is_resumed: bool = False  # rates of an earlier run are taken where nothing changed


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a scope; `say` hears what is being measured."""

    scope: Scope
    say: Callable[[str], None]

    def all(self) -> Told:
        """All measurements of the scope; takes minutes, an hour with the large worlds."""
        scope = self.scope
        sizes = [scope.size, *([LARGE] if scope.is_large else [])]
        return {
            "date": f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}",
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, "
            f"Python {platform.python_version()}",
            "engine": engine_hash(),
            "size": asdict(scope.size),
            "quality": {
                one: [self.rates("engine", one, nth=nth) for nth in range(scope.seeds)]
                for one in scope.profiles
            },
            "oracle": {
                one: self.rates("oracle", one, sample=ORACLE_SAMPLE) for one in scope.profiles
            },
            "peers": self.peers() if scope.has_peers else {},
            "speed": [self.speed(size) for size in sizes],
            "memory": [self.timed("memory", size) for size in sizes],
            "changes": self.timed("changes", scope.size),
        }

    def peers(self) -> Told:
        """Every peer on the first world of every profile."""
        profiles, training = self.scope.profiles, asdict(STANDARD)
        libraries = {
            name: {
                one: self.rates("library", one, name=name, training=training) for one in profiles
            }
            for name in LIBRARIES
        }
        rules = {
            name: {one: self.rates("rule", one, name=name, sample=count) for one in profiles}
            for name, count in SAMPLES.items()
        }
        return libraries | rules

    def speed(self, size: Size) -> Told:
        """Engine, floor, Splink and ERPNext-like on one world, by turns; medians of the rounds."""
        training = asdict(STANDARD)
        sample = max(SAMPLES["erpnext"] * STANDARD.items // size.items, 50)
        asks: dict[str, Callable[[], Told]] = {
            "engine": lambda: self.timed("engine", size),
            "floor": lambda: self.timed("floor", size, rounds=5),
            "splink": lambda: self.timed("speed", size, training=training),
            "erpnext": lambda: self.timed("rule", size, name="erpnext", sample=sample),
        }
        if not self.scope.has_peers:
            asks = {name: asks[name] for name in ("engine", "floor")}
        rounds = range(1 if size == LARGE else self.scope.rounds)
        taken = [{name: ask() for name, ask in asks.items()} for _ in rounds]
        medians = {name: median([one[name] for one in taken]) for name in asks}
        return {"size": asdict(size), **medians}

    def rates(self, kind: str, profile: str, *, nth: int = 0, **more: Any) -> Told:
        """What does not depend on the machine; an earlier run's where that is wanted."""
        job = job_of(kind, profile, nth, self.scope.size, more)
        return kept(job, lambda: self.ask(job)) if self.scope.is_resumed else self.ask(job)

    def timed(self, kind: str, size: Size, **more: Any) -> Told:
        """What is measured in seconds or bytes: always now."""
        return self.ask(job_of(kind, self.scope.profiles[0], 0, size, more))

    def ask(self, job: Told) -> Told:
        """One job in a process of its own. RuntimeError with what it said when it fails."""
        who = f"{job['kind']} {job.get('name', '')}".strip()
        self.say(f"{who} on {job['profile']} {job['seed']}, {job['items']:,} items")
        asked = subprocess.run(  # noqa: S603 (our own module, no shell)
            [sys.executable, "-m", "benchmarks.matching.jobs", json.dumps(job)],
            cwd=ROOT,
            env=os.environ | dict.fromkeys(ONE_THREAD, "1"),
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode:
            raise RuntimeError(f"{who} failed:\n{asked.stderr[-2_000:]}")
        told = dict(json.loads(asked.stdout.splitlines()[-1]))
        return {"profile": job["profile"], "seed": job["seed"]} | told


def job_of(kind: str, profile: str, nth: int, size: Size, more: Told) -> Told:
    """A job on the nth world of a profile."""
    seed = FIRST_SEEDS[profile] + nth
    return {"kind": kind, "profile": profile, "seed": seed, **asdict(size), **more}


def median(told: list[Told]) -> Told:
    """CPU of several rounds as their medians, on the same payments."""
    cpu = {
        field: statistics.median(one[field] for one in told)
        for field in ("cpu_s", "index_cpu_s")
        if field in told[0]
    }
    return cpu | {"payments": told[0]["payments"], "digest": told[0]["digest"]}
