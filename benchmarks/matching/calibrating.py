"""From scores to probabilities: rising maps and floors, of payments that nobody learned from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sklearn.isotonic import IsotonicRegression

from benchmarks.matching.examples import Group, ids_of, settled_by, table_of, taught, worlds
from benchmarks.matching.worlds import World
from matching.assignment import assign
from matching.certificate import NEVER, TARGET, lower_bound
from matching.engine import build_index
from matching.model import Model, Trees
from matching.weighing import Weighed, weigh

FLOOR_PRECISION: Final = 0.9995  # worked at, to deliver TARGET under noise nobody has seen
# In ledgers of whole units; ours are made harder than real ones are.
COARSE_PRECISION, COARSE_TARGET = 0.9985, 0.997


@dataclass(frozen=True, slots=True)
class Best:
    """The best explanation of one payment outside the reference lane."""

    score: float
    is_true: bool
    is_open: bool  # nothing forbids to apply it
    is_coarse: bool = False  # in a ledger of whole units
    is_left: bool = False  # after all payments had their claims, and something forbids it


def best_of(model: Model, seeds: Iterable[int]) -> list[Best]:
    """What the model says first of payments it has not seen, by themselves and as decided."""
    return [best for world in worlds(seeds) for best in _best_in(model, world)]


def _best_in(model: Model, world: World) -> Iterable[Best]:
    memory, asked = taught(world)
    known, truths = {payment.id for payment in asked}, settled_by(world)
    index = build_index(world.items, world.customers, world.closed)
    weighed = weigh(index, world.payments, memory, model)
    yield from _alone([one for one in weighed if one.facts.payment.id in known], truths)
    left = assign(world.payments, [one.hypotheses for one in weighed])
    for one, (free, is_late) in zip(weighed, left, strict=True):
        payment_id = one.facts.payment.id
        if free and not one.is_plain and payment_id in known and (is_late or free[0].against):
            is_true = ids_of(free[0]) == truths[payment_id]
            yield Best(free[0].score, is_true, is_open=False, is_left=True)


def _alone(weighed: Iterable[Weighed], truths: Mapping[str, frozenset[str]]) -> Iterable[Best]:
    """The best of each payment by itself; the second payment of something is for the assignment."""
    settled = set(truths.values())
    for one in weighed:
        if one.hypotheses and not one.is_plain:
            first = one.hypotheses[0]
            is_true = ids_of(first) == truths[one.facts.payment.id]
            if is_true or ids_of(first) not in settled:
                yield Best(first.score, is_true, not first.against, first.view.grid > 1)


def first_calibration(trees: Trees, groups: Sequence[Group]) -> dict[str, Any]:
    """A calibration from the training payments, good enough to tell rivals from noise."""
    scores = iter(trees.scores(table_of(groups)[0]).tolist())
    found = []
    for group in filter(None, groups):
        odds = [np.exp(np.clip(next(scores), -40, 40)) for _each in group]
        top = int(np.argmax(odds))
        score = float(np.log(odds[top]) - np.log1p(max(sum(odds) - odds[top], 0.0)))
        found.append(Best(score, group[top][1], is_open=True))
    return calibration_of(found)


def calibration_of(best: Sequence[Best]) -> dict[str, Any]:
    """Rising maps from scores to probabilities, and the floor for applying."""
    left = [one for one in best if one.is_left] or best
    best = [one for one in best if not one.is_left]
    fine = [one for one in best if one.is_open and not one.is_coarse]
    coarse = [one for one in best if one.is_open and one.is_coarse] or fine
    scores, probabilities = _rising(best)
    open_scores, open_probabilities = _rising(fine)
    coarse_scores, coarse_probabilities = _rising(coarse)
    held_scores, held_probabilities = _rising(left)
    return {
        "scores": scores,
        "probabilities": probabilities,
        "open_scores": open_scores,
        "open_probabilities": open_probabilities,
        "coarse_scores": coarse_scores,
        "coarse_probabilities": coarse_probabilities,
        "held_scores": held_scores,
        "held_probabilities": held_probabilities,
        "reviewed": 0,
        "auto_floor": _floor(fine, open_scores, open_probabilities, (FLOOR_PRECISION, TARGET)),
        "coarse_floor": _floor(
            coarse, coarse_scores, coarse_probabilities, (COARSE_PRECISION, COARSE_TARGET)
        ),
        "precision_bound": 0.0,
    }


def _rising(best: Sequence[Best]) -> tuple[list[float], list[float]]:
    fitted = IsotonicRegression(y_min=1e-5, y_max=0.99999, out_of_bounds="clip")
    fitted.fit([one.score for one in best], [float(one.is_true) for one in best])
    xs = [round(float(x), 6) for x in fitted.X_thresholds_]
    return xs, [round(float(y), 8) for y in fitted.y_thresholds_]


def _floor(
    free: Sequence[Best],
    scores: Sequence[float],
    probabilities: Sequence[float],
    wanted: tuple[float, float],
) -> float:
    """The least probability from which on the precision is at least the first of these, and its
    lower bound at least the second; out of reach when there is none."""
    said = np.interp([one.score for one in free], scores, probabilities)
    right = np.array([one.is_true for one in free])
    floor = NEVER
    for level in sorted({round(float(p), 8) for p in probabilities}, reverse=True):
        own = right[said >= level - 1e-9]
        if len(own) and own.mean() >= wanted[0]:
            floor = level if lower_bound(int(own.sum()), len(own)) >= wanted[1] else floor
    return floor
