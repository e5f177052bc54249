"""`python -m benchmarks.matching.jobs JOB`: one measurement in a process of its own, told as JSON.

A job is a JSON object: what is measured (`kind`), and on which world.
"""

import json
import random
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Protocol

from benchmarks.matching import engine_jobs
from benchmarks.matching.floor import Floor
from benchmarks.matching.judging import judge, threshold_for
from benchmarks.matching.measured import cpu_of
from benchmarks.matching.peers import (
    erpnext_like,
    fuzzy,
    linkage_peer,
    odoo_like,
    splink_peer,
    stripe_like,
)
from benchmarks.matching.peers.answers import Answer
from benchmarks.matching.peers.sets import only_closing
from benchmarks.matching.worlds import World, make_world
from matching.values import Payment

Told = dict[str, Any]
TARGET = 0.999
TRAINING_SEED, CALIBRATION_SEED = 90, 91  # of the tuned profile; never measured on


class Matcher(Protocol):
    """Whoever answers for payments."""

    def answers(self, payments: Sequence[Payment]) -> list[Answer]:
        """One answer a payment."""


RULES: Mapping[str, Callable[[World], Matcher]] = {
    "erpnext": erpnext_like.ErpnextLike,
    "odoo": odoo_like.OdooLike,
    "stripe": stripe_like.StripeLike,
    "fuzzy": fuzzy.Fuzzy,
}


def _splink(training: World) -> Callable[[World], Matcher]:
    model = splink_peer.train(training, TRAINING_SEED)
    return lambda world: splink_peer.SplinkPeer(world, model)


def _linkage(training: World) -> Callable[[World], Matcher]:
    model = linkage_peer.train(training)
    return lambda world: linkage_peer.LinkagePeer(world, model)


LIBRARIES = {"splink": _splink, "linkage": _linkage}


def rule(job: Told) -> Told:
    """A re-stated rule, or plain RapidFuzz, on a sample of the world's payments."""
    world = world_of(job)
    payments = _sample(world, job.get("sample", 0))
    matcher, index_cpu = cpu_of(lambda: RULES[job["name"]](world))
    answers, cpu = cpu_of(lambda: matcher.answers(payments))
    return _told(world, answers, cpu) | {"index_cpu_s": index_cpu}


def library(job: Told) -> Told:
    """A linking library: trained on one world, threshold from a second, measured on this one.

    `lent` adds our rule that a set must sum to the payment; `frontier` is the most it could apply
    if the threshold were chosen on the very world it is measured on.
    """
    make = LIBRARIES[job["name"]](make_world("tuned", TRAINING_SEED, **job["training"]))
    own = make_world("tuned", CALIBRATION_SEED, **job["training"])
    calibrated = make(own).answers(own.payments)
    limits = {
        "alone": threshold_for(own, calibrated, TARGET),
        "lent": threshold_for(own, _lent(own, calibrated), TARGET),
    }
    return _library_on(world_of(job), make, limits)


def _library_on(
    world: World, make: Callable[[World], Matcher], limits: Mapping[str, float]
) -> Told:
    answers, cpu = cpu_of(lambda: make(world).answers(world.payments))
    given = {"alone": answers, "lent": _lent(world, answers)}
    found = {}
    for name, limit in limits.items():
        best = _above(given[name], threshold_for(world, given[name], TARGET))
        found[name] = _told(world, _above(given[name], limit), cpu)
        found[name]["frontier"] = asdict(judge(world, best).auto)
    return found


def speed(job: Told) -> Told:
    """CPU of Splink with its tables, model ready, thresholds left aside."""
    make = _splink(make_world("tuned", TRAINING_SEED, **job["training"]))
    world = world_of(job)
    _answers, cpu = cpu_of(lambda: make(world).answers(world.payments))
    return {"cpu_s": cpu, "payments": len(world.payments), "digest": world.digest}


def floor(job: Told) -> Told:
    """The references-only floor, from payments to answers; its index is told apart."""
    world = world_of(job)
    ready, index_cpu = cpu_of(lambda: Floor(world))
    ready.answers(world.payments)  # the first run also starts what polars needs
    taken = [cpu_of(lambda: ready.answers(world.payments)) for _ in range(job["rounds"])]
    cpu = statistics.median(cpu for _answers, cpu in taken)
    return _told(world, taken[0][0], cpu) | {"index_cpu_s": index_cpu}


def world_of(job: Told) -> World:
    """The world that a job names."""
    sizes = {name: job[name] for name in ("customers", "items", "payments")}
    return make_world(job["profile"], job["seed"], **sizes)


def _told(world: World, answers: Sequence[Answer], cpu_s: float) -> Told:
    told = asdict(judge(world, answers))
    return told | {"cpu_s": cpu_s, "payments": len(answers), "digest": world.digest}


def _above(answers: Sequence[Answer], limit: float) -> list[Answer]:
    return [replace(a, is_auto=bool(a.items) and a.score >= limit) for a in answers]


def _lent(world: World, answers: Sequence[Answer]) -> list[Answer]:
    return only_closing(answers, world.payments, {item.id: item for item in world.items})


def _sample(world: World, count: int) -> Sequence[Payment]:
    """So many payments, the same each time; 0 is all."""
    if not count or count >= len(world.payments):
        return world.payments
    chance = random.Random(world.seed)  # noqa: S311 (it must come out the same again)
    return chance.sample(world.payments, k=count)


KINDS: Mapping[str, Callable[[Told], Told]] = {
    "rule": rule,
    "library": library,
    "speed": speed,
    "floor": floor,
    "engine": lambda job: engine_jobs.quality(world_of(job)),
    "oracle": lambda job: engine_jobs.oracle(world_of(job), job["sample"]),
    "memory": lambda job: engine_jobs.memory(world_of(job)),
    "changes": lambda job: engine_jobs.changes(world_of(job)),
}


def main() -> int:
    """Do the job that the command line tells, write what was measured to standard output."""
    job = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps(KINDS[job["kind"]](job)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
