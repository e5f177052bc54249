"""`python -m benchmarks.matching.train`: make the shipped model and its card from generated worlds.

Worlds, seeds and settings are fixed here, so the same code writes the same bytes.
"""

import argparse
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression

from benchmarks.matching.books import as_made, dateless, nameless, namesakes, whole_units
from benchmarks.matching.worlds import World, make_world
from matching.assignment import assign
from matching.certificate import NEVER, TARGET, lower_bound
from matching.engine import Memory, Reviewed, build_index, learn
from matching.features import FEATURES
from matching.hypotheses import Hypothesis
from matching.model import SHIPPED, Model, Trees, model_of, trees_of
from matching.signs import SIGNS, signs_of
from matching.values import Payment
from matching.weighing import Weighed, gather, weigh

VERSION: Final = "2"
TRAINING_SEEDS: Final = range(100, 105)
CALIBRATION_SEEDS: Final = range(200, 204)
TREES: Final = 120
LEAVES: Final = 31
DEPTH_MAX: Final = 6
# In ledgers of whole units; ours are made harder than real ones are.
COARSE_PRECISION, COARSE_TARGET = 0.9985, 0.997
PROFILE: Final = "tuned"
PULL: Final = 2.0  # of the additive weights
FLOOR_PRECISION: Final = 0.9995  # worked at, to deliver TARGET under noise nobody has seen
# Customers, items, payments, and how the books differ from the generator's.
BOOKS: Final = (
    (10_000, 100_000, 10_000, as_made),
    (1_000, 10_000, 3_000, as_made),
    (300, 6_000, 3_000, as_made),
    (1_500, 9_000, 4_000, nameless),
    (1_500, 9_000, 4_000, whole_units),
    (800, 8_000, 3_000, dateless),
    (900, 9_000, 3_000, namesakes),
)

Group = list[tuple[list[float], bool]]  # of each explanation of one payment: measures, whether true


def worlds(seeds: Iterable[int]) -> Iterable[World]:
    """Worlds of every kind of books, one of each for each seed."""
    for seed in seeds:
        for place, (customers, items, payments, kind) in enumerate(BOOKS):
            yield kind(
                make_world(
                    PROFILE, seed * 10 + place, customers=customers, items=items, payments=payments
                )
            )


def taught(world: World) -> tuple[Memory, list[Payment]]:
    """What reviews of every third payment taught, and the payments to decide with it."""
    owners = {item.id: item.customer_id for item in world.items}
    reviewed = []
    for payment in world.payments[::3]:
        claims = world.truth[payment.id]
        owner = owners[claims[0].item_id] if claims else ""
        reviewed.append(Reviewed(payment=payment, claims=claims, customer_id=owner))
    return learn(Memory(), reviewed), [p for n, p in enumerate(world.payments) if n % 3]


def settled_by(world: World) -> dict[str, frozenset[str]]:
    """The items that each payment settles."""
    return {one: frozenset(c.item_id for c in claims) for one, claims in world.truth.items()}


def groups_of(world: World) -> list[Group]:
    """The explanations of each payment of a world, with its truth.

    A set that another payment settles is left out where it would be wrong: nothing in the second
    payment of something tells it from the first, that is for the assignment to see.
    """
    memory, payments = taught(world)
    index = build_index(world.items, world.customers, world.closed)
    truths = settled_by(world)
    settled = set(truths.values())
    groups = []
    for one in gather(index, payments, memory):
        truth = truths[one.facts.payment.id]
        kept = [h for h in one.hypotheses if _ids(h) == truth or _ids(h) not in settled]
        groups.append([(h.features, _ids(h) == truth) for h in kept])
    return groups


def _ids(hypothesis: Hypothesis) -> frozenset[str]:
    return frozenset(item.id for item in hypothesis.items)


def table_of(groups: Sequence[Group]) -> tuple[Any, Any]:
    """Features and labels of all explanations."""
    rows = np.array([features for group in groups for features, _label in group], np.float64)
    labels = np.array([label for group in groups for _features, label in group], bool)
    return rows, labels


def train_trees(table: Any, labels: Any) -> dict[str, Any]:
    """Boosted trees as plain lists, thresholds as written."""
    trained = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        max_depth=DEPTH_MAX,
        learning_rate=0.12,
        min_samples_leaf=40,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
        max_bins=255,
    ).fit(table, labels)
    nodes = [_tree(predictors[0].nodes) for predictors in trained._predictors]
    depth = max(node["depth"] for node in nodes)
    return {
        "base": round(float(trained._baseline_prediction[0][0]), 8),
        "depth": depth,
        "nodes": [{k: v for k, v in node.items() if k != "depth"} for node in nodes],
    }


def _tree(nodes: Any) -> dict[str, Any]:
    places = np.arange(len(nodes))
    leaf = nodes["is_leaf"].astype(bool)
    return {
        "feature": np.where(leaf, 0, nodes["feature_idx"]).tolist(),
        "threshold": [float(f"{x:.8g}") for x in np.where(leaf, 0.0, nodes["num_threshold"])],
        "left": np.where(leaf, places, nodes["left"]).tolist(),
        "right": np.where(leaf, places, nodes["right"]).tolist(),
        "value": [float(f"{x:.6g}") for x in np.where(leaf, nodes["value"], 0.0)],
        "depth": int(nodes["depth"].max()),
    }


def train_additive(table: Any, labels: Any) -> dict[str, Any]:
    """Weights of a logistic model on the signs, none of them against its sign's direction."""
    signs = np.array([signs_of(row) for row in table.tolist()])
    scale = np.maximum(signs.std(axis=0), 0.05)
    sides = [(0.0, None) if sign.direction > 0 else (None, 0.0) for sign in SIGNS]
    fitted = minimize(
        _loss,
        np.zeros(len(SIGNS) + 1),
        args=(signs / scale, labels),
        jac=True,
        method="L-BFGS-B",
        bounds=[*sides, (None, None)],
        options={"maxiter": 2_000, "maxfun": 4_000},
    )
    return {
        "weights": [float(f"{w:.5g}") + 0.0 for w in fitted.x[:-1] / scale],
        "intercept": round(float(fitted.x[-1]), 5),
    }


def _loss(weights: Any, signs: Any, labels: Any) -> tuple[float, Any]:
    """Log loss, with a pull of every weight but the last towards nothing; and its slope."""
    odds = signs @ weights[:-1] + weights[-1]
    loss = np.logaddexp(0.0, np.where(labels, -odds, odds)).sum()
    off = 1.0 / (1.0 + np.exp(-odds)) - labels
    slope = np.append(signs.T @ off + PULL * weights[:-1], off.sum())
    return float(loss + PULL / 2 * (weights[:-1] @ weights[:-1])), slope


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
            is_true = _ids(free[0]) == truths[payment_id]
            yield Best(free[0].score, is_true, is_open=False, is_left=True)


def _alone(weighed: Iterable[Weighed], truths: Mapping[str, frozenset[str]]) -> Iterable[Best]:
    """The best of each payment by itself; the second payment of something is for the assignment."""
    settled = set(truths.values())
    for one in weighed:
        if one.hypotheses and not one.is_plain:
            first = one.hypotheses[0]
            is_true = _ids(first) == truths[one.facts.payment.id]
            if is_true or _ids(first) not in settled:
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", type=Path, default=SHIPPED, help="where the model is written")
    wanted = parser.parse_args(arguments)
    began = time.process_time()
    training = [group for world in worlds(TRAINING_SEEDS) for group in groups_of(world)]
    table, labels = table_of(training)
    took = time.process_time() - began
    print(f"{len(training)} payments, {len(table)} explanations, {took:.0f} s", flush=True)
    model: dict[str, Any] = {
        "version": VERSION,
        "features": list(FEATURES),
        "trees": (trees := train_trees(table, labels)),
        "additive": train_additive(table, labels),
        "calibration": first_calibration(trees_of(trees), training),
        "lane_probability": 0.9999,
    }
    del training, table
    model["calibration"] = calibration_of(best_of(model_of(model), CALIBRATION_SEEDS))
    wanted.o.parent.mkdir(parents=True, exist_ok=True)
    wanted.o.write_text(json.dumps(model, separators=(",", ":")) + "\n")
    floor, took = model["calibration"]["auto_floor"], time.process_time() - began
    print(f"{wanted.o}: {wanted.o.stat().st_size} bytes, floor {floor}, {took:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
