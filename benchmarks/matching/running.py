"""A whole run: every measurement in a fresh process, one after the other, on one thread."""

import datetime as dt
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
TRAINING = Size(customers=10_000, items=100_000, payments=20_000)  # what peers learn on


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one run measures."""

    profiles: tuple[str, ...] = tuple(PROFILES)
    seeds: int = 3
    size: Size = STANDARD
    has_peers: bool = True
    is_large: bool = False
    rounds: int = 1  # of what is timed; the median is told


def run(scope: Scope, say: Callable[[str], None]) -> Told:
    """All measurements of the scope; takes minutes, an hour with the large worlds."""
    quality = {one: list(_quality(one, scope, say)) for one in scope.profiles}
    peers = _peers(scope, say) if scope.has_peers else {}
    sizes = [scope.size, *([LARGE] if scope.is_large else [])]
    return {
        "date": f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}",
        "engine": engine_hash(),
        "size": asdict(scope.size),
        "quality": quality,
        "oracle": {
            one: measure("oracle", one, 0, scope.size, say, sample=ORACLE_SAMPLE)
            for one in scope.profiles
        },
        "peers": peers,
        "speed": [_speed(size, scope, say) for size in sizes],
        "memory": [measure("memory", scope.profiles[0], 0, size, say) for size in sizes],
        "changes": measure("changes", scope.profiles[0], 0, scope.size, say),
    }


def measure(
    kind: str, profile: str, nth: int, size: Size, say: Callable[[str], None], **more: Any
) -> Told:
    """One job in a process of its own. RuntimeError with what it said when it fails."""
    seed = FIRST_SEEDS[profile] + nth
    job = {"kind": kind, "profile": profile, "seed": seed, **asdict(size), **more}
    say(f"{kind} {more.get('name', '')} on {profile} {seed}, {size.items:,} items")
    asked = subprocess.run(  # noqa: S603 (our own module, no shell)
        [sys.executable, "-m", "benchmarks.matching.jobs", json.dumps(job)],
        cwd=ROOT,
        env=os.environ | dict.fromkeys(ONE_THREAD, "1"),
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise RuntimeError(f"{kind} failed:\n{asked.stderr[-2_000:]}")
    return {"profile": profile, "seed": seed} | dict(json.loads(asked.stdout.splitlines()[-1]))


def engine_hash() -> str:
    """SHA-256 over the engine's code and its model: what was measured."""
    whole = hashlib.sha256()
    for path in sorted((ROOT / "matching").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md":
            whole.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return whole.hexdigest()


def _quality(profile: str, scope: Scope, say: Callable[[str], None]) -> Iterator[Told]:
    for nth in range(scope.seeds):
        yield measure("engine", profile, nth, scope.size, say)


def _peers(scope: Scope, say: Callable[[str], None]) -> Told:
    first, training = scope.profiles[0], asdict(TRAINING)
    worlds = {one: FIRST_SEEDS[one] for one in scope.profiles}
    found: Told = {
        name: measure(
            "library", first, 0, scope.size, say, name=name, training=training, worlds=worlds
        )
        for name in LIBRARIES
    }
    for name, sample in SAMPLES.items():
        found[name] = {
            one: measure("rule", one, 0, scope.size, say, name=name, sample=sample)
            for one in scope.profiles
        }
    return found


def _speed(size: Size, scope: Scope, say: Callable[[str], None]) -> Told:
    """Engine, floor, Splink and the ERPNext-like rules on one world, by turns; medians."""
    one, rounds = scope.profiles[0], range(scope.rounds)
    training = asdict(TRAINING)
    sample = max(SAMPLES["erpnext"] * STANDARD.items // size.items, 50)
    asks: dict[str, Callable[[], Told]] = {
        "engine": lambda: measure("engine", one, 0, size, say),
        "floor": lambda: measure("floor", one, 0, size, say, rounds=5),
        "splink": lambda: measure("speed", one, 0, size, say, training=training),
        "erpnext": lambda: measure("rule", one, 0, size, say, name="erpnext", sample=sample),
    }
    if not scope.has_peers:
        asks = {name: asks[name] for name in ("engine", "floor")}
    taken = [{name: ask() for name, ask in asks.items()} for _ in rounds]
    return {"size": asdict(size), **{name: _median([t[name] for t in taken]) for name in asks}}


def _median(told: list[Told]) -> Told:
    """CPU of several rounds as their median; a round that leaves nothing else out is kept."""
    cpu = {
        field: statistics.median(one[field] for one in told)
        for field in ("cpu_s", "index_cpu_s")
        if field in told[0]
    }
    return cpu | {"payments": told[0]["payments"], "digest": told[0]["digest"]}
