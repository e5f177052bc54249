"""The two models of one table of explanations: trees that decide, weights of signs that explain."""

from typing import Any, Final

import numpy as np
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier

from matching.signs import SIGNS, signs_of

TREES: Final = 120
LEAVES: Final = 31
DEPTH_MAX: Final = 6
PULL: Final = 2.0  # of the additive weights


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
