"""The matching engine on one world after another: what its reference lane and auto get wrong.

Every world has a seed of its own, far from those of training and of the benchmark.
"""

import time
from argparse import Namespace

from benchmarks.matching.engine_jobs import quality
from benchmarks.matching.worlds import PROFILES, make_world
from tests.campaigns.records import Record

FIRST_SEED = 1_000_000  # below lie training and the benchmark
WORLD = {"customers": 4_000, "items": 40_000, "payments": 8_000}


def run(wanted: Namespace) -> int:
    """World after world until the time is over; a wrong one of the lane, or too many, fail."""
    record = Record.kept("matching", wanted.seed, is_kept=True)
    ends = time.monotonic() + wanted.minutes * 60
    while time.monotonic() < ends:
        profile = [*PROFILES][record.done % len(PROFILES)]
        seed = FIRST_SEED + record.seed + record.done
        counts = counted(profile, seed, WORLD)
        trouble = f"{counts['lane wrong']} wrong in the lane" if counts["lane wrong"] else ""
        record.note(f"{profile}/{seed}", counts, trouble)
    lane, wrong = record.counts["lane"], record.counts["auto wrong"]
    share = 1 - wrong / max(record.counts["auto"], 1)
    record.close(f"{lane:,} by the lane, auto strictly right {share:.4%}")
    return 1 if record.failed else 0


def counted(profile: str, seed: int, sizes: dict[str, int]) -> dict[str, int]:
    """What the engine did on one world: payments, auto and lane, and how many were wrong."""
    told = quality(make_world(profile, seed, **sizes))
    return {
        "payments": told["payments"],
        "auto": told["precision"]["of"],
        "auto wrong": told["precision"]["of"] - told["precision"]["hits"],
        "lane": told["lane"]["of"],
        "lane wrong": told["lane"]["of"] - told["lane"]["hits"],
    }
