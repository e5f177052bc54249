"""`python -m benchmarks.matching.train`: make the shipped model and its card from generated worlds.

Worlds, seeds and settings are fixed here, so the same code writes the same bytes.
"""

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from benchmarks.matching.worlds import World, make_world
from matching.engine import Memory, build_index
from matching.features import FEATURES
from matching.hypotheses import Hypothesis
from matching.model import SHIPPED, Trees, _trees
from matching.weighing import gather

VERSION: Final = "1"
SIZES: Final = ((10_000, 100_000, 10_000), (1_000, 10_000, 3_000), (300, 6_000, 3_000))
TRAINING_SEEDS: Final = range(100, 104)
CALIBRATION_SEEDS: Final = range(200, 204)
TREES: Final = 120
LEAVES: Final = 31
PROFILE: Final = "tuned"

Group = list[tuple[list[float], bool]]  # of each explanation of one payment: measures, whether true


def worlds(seeds: Iterable[int]) -> Iterable[World]:
    """Worlds of every size, one of each for each seed."""
    for seed in seeds:
        for place, (customers, items, payments) in enumerate(SIZES):
            yield make_world(
                PROFILE, seed * 10 + place, customers=customers, items=items, payments=payments
            )


def groups_of(world: World) -> list[Group]:
    """The explanations of each payment of a world, with its truth.

    What a payment says a second time after another one is for the assignment to tell, not for the
    trees: nothing in the payment itself differs.
    """
    index = build_index(world.items, world.customers, world.closed)
    weighed = gather(index, world.payments, Memory())
    truths = {p.id: frozenset(c.item_id for c in world.truth[p.id]) for p in world.payments}
    paid = {(p.amount_minor, truths[p.id]) for p in world.payments if truths[p.id]}
    groups = []
    for one in weighed:
        payment, truth = one.facts.payment, truths[one.facts.payment.id]
        kept = [h for h in one.hypotheses if truth or (payment.amount_minor, _ids(h)) not in paid]
        groups.append([(h.features, bool(truth) and _ids(h) == truth) for h in kept])
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
    """Weights of a logistic model on the compressed features."""
    compressed = np.sign(table) * np.log1p(np.abs(table))
    scale = compressed.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=0.5, max_iter=400).fit(compressed / scale, labels)
    weights = fitted.coef_[0] / scale
    return {
        "weights": [float(f"{w:.5g}") for w in weights],
        "intercept": round(float(fitted.intercept_[0]), 5),
    }


def best_of(trees: Trees, groups: Sequence[Group]) -> tuple[Any, Any]:
    """The score of each payment's best explanation among its rivals, and whether it is true."""
    scores = iter(trees.scores(table_of(groups)[0]).tolist())
    found, right = [], []
    for group in filter(None, groups):
        odds = [np.exp(np.clip(next(scores), -40, 40)) for _each in group]
        top = int(np.argmax(odds))
        found.append(float(np.log(odds[top]) - np.log1p(max(sum(odds) - odds[top], 0.0))))
        right.append(group[top][1])
    return np.array(found), np.array(right)


def calibrate_scores(scores: Any, right: Any) -> dict[str, Any]:
    """A rising map from scores to probabilities, in few points, and the floor for applying."""
    fitted = IsotonicRegression(y_min=1e-5, y_max=0.99999, out_of_bounds="clip")
    fitted.fit(scores, right)
    xs, ys = fitted.X_thresholds_, fitted.y_thresholds_
    return {
        "scores": [round(float(x), 6) for x in xs],
        "probabilities": [round(float(y), 8) for y in ys],
        "reviewed": 0,
        "auto_floor": 0.9995,
        "precision_bound": 0.0,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", type=Path, default=SHIPPED, help="where the model is written")
    wanted = parser.parse_args(arguments)
    began = time.process_time()
    training = [group for world in worlds(TRAINING_SEEDS) for group in groups_of(world)]
    table, labels = table_of(training)
    print(
        f"{len(training)} payments, {len(table)} explanations, {time.process_time() - began:.0f} s"
    )
    trees, additive = train_trees(table, labels), train_additive(table, labels)
    del training, table
    held = [group for world in worlds(CALIBRATION_SEEDS) for group in groups_of(world)]
    scores, right = best_of(_trees(trees), held)
    model = {
        "version": VERSION,
        "features": list(FEATURES),
        "trees": trees,
        "additive": additive,
        "calibration": calibrate_scores(scores, right),
        "lane_probability": 0.9999,
    }
    wanted.o.parent.mkdir(parents=True, exist_ok=True)
    wanted.o.write_text(json.dumps(model, separators=(",", ":")) + "\n")
    print(f"{wanted.o}: {wanted.o.stat().st_size} bytes, {time.process_time() - began:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
