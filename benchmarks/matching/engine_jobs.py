"""The engine under measurement: how right, how fast, how large, how quick to change."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from benchmarks.matching.judging import judge
from benchmarks.matching.measured import cpu_of, memory_of
from benchmarks.matching.peers.answers import Answer
from benchmarks.matching.worlds import World
from matching.engine import Index, Memory, build_index, decide, load_model, propose
from matching.values import Decision, Verdict

CHANGED = 1_000  # items in one change
ROUNDS = 5
Told = dict[str, Any]


def quality(world: World) -> Told:
    """Every payment decided at once, cold: no memory, the shipped model, its own floor."""
    model = load_model()
    index, index_cpu = cpu_of(lambda: build_index(world.items, world.customers, world.closed))
    decisions, cpu = cpu_of(lambda: decide(index, world.payments, Memory(), model))
    answers = [answer_of(decision) for decision in decisions]
    told = asdict(judge(world, answers))
    lanes = [(d, a) for d, a in zip(decisions, answers, strict=True) if d.lane == "references"]
    by_lane = judge(world, [answer for _decision, answer in lanes]) if lanes else None
    return told | {
        "cpu_s": cpu,
        "index_cpu_s": index_cpu,
        "payments": len(answers),
        "digest": world.digest,
        "model": model.version,
        "lane": asdict(by_lane.precision) if by_lane else {"hits": 0, "of": 0},
    }


def oracle(world: World, count: int) -> Told:
    """How often, by scenario, the true set is among the proposals at all: nobody ranks better."""
    index = build_index(world.items, world.customers, world.closed)
    payments = [p for p in world.payments if world.truth[p.id]][:count]
    proposed = propose(index, payments, Memory(), load_model())
    found: dict[str, list[bool]] = defaultdict(list)
    for payment, proposals in zip(payments, proposed, strict=True):
        true = {claim.item_id for claim in world.truth[payment.id]}
        sets = ({claim.item_id for claim in one.claims} for one in proposals)
        found[world.scenario[payment.id]].append(true in sets)
    shares = {one: {"hits": sum(hits), "of": len(hits)} for one, hits in sorted(found.items())}
    return {"by_scenario": shares, "digest": world.digest}


def memory(world: World) -> Told:
    """MB that the index takes above the values it is made of."""
    _index, megabytes = memory_of(lambda: build_index(world.items, world.customers, world.closed))
    return {"megabytes": megabytes, "items": len(world.items), "digest": world.digest}


def changes(world: World) -> Told:
    """Microseconds of CPU that adding, closing and repricing one item takes, of a thousand."""
    index = build_index(world.items[:-CHANGED], world.customers, world.closed)
    new = world.items[-CHANGED:]
    some = [item.id for item in world.items[:CHANGED]]
    prices = {item.id: item.open_minor // 2 or 1 for item in world.items[CHANGED : 2 * CHANGED]}
    acts: dict[str, Callable[[], Index]] = {
        "add": lambda: index.with_changes(added=new),
        "close": lambda: index.with_changes(closed=some),
        "reprice": lambda: index.with_changes(repriced=prices),
    }
    one = new[:1]
    told: Told = {name: _microseconds(act) / CHANGED for name, act in acts.items()}
    return told | {"one_by_itself": _microseconds(lambda: index.with_changes(added=one))}


def answer_of(decision: Decision) -> Answer:
    """A decision as all matchers' answers are judged."""
    best = decision.best
    if best is None:
        return Answer(payment_id=decision.payment_id)
    return Answer(
        payment_id=decision.payment_id,
        items=tuple(sorted(claim.item_id for claim in best.claims)),
        score=best.probability,
        is_auto=decision.verdict is Verdict.AUTO,
        is_shown=decision.verdict is Verdict.SUGGEST,
        claims=best.claims,
    )


def _microseconds(act: Callable[[], Index]) -> float:
    taken = []
    for _ in range(ROUNDS):
        before = time.process_time()
        act()
        taken.append(time.process_time() - before)
    return statistics.median(taken) * 1e6
