"""The shipped model: boosted trees as arrays, an additive model that explains, a calibration.

The file is JSON: it can be read, compared and made again byte for byte.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.features import FEATURES
from matching.signs import SIGNS

SHIPPED: Final = Path(__file__).parent / "shipped" / "model.json"
ROWS_AT_ONCE: Final = 128  # explanations scored together
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Trees:
    """All trees side by side: node n of tree t is at [t, n]; a leaf leads to itself."""

    feature: npt.NDArray[np.int32]
    threshold: Floats
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    value: Floats
    depth: int
    base: float

    def scores(self, table: Floats) -> Floats:
        """Log-odds that each row of features is the truth."""
        levels, values = self._levels()
        some = (table[at : at + ROWS_AT_ONCE] for at in range(0, len(table), ROWS_AT_ONCE))
        return np.concatenate([np.empty(0), *(self._some(one, levels, values) for one in some)])

    def _levels(self) -> tuple[list[tuple[Places, Floats]], Floats]:
        """All trees filled up to one depth: features and thresholds of each level, values below.

        What hangs below a leaf is that leaf again, so that every row goes down equally far.
        """
        trees = np.arange(len(self.feature))[:, None]
        nodes = np.zeros((len(self.feature), 1), np.int32)
        levels = []
        for _level in range(self.depth):
            feature, threshold = self.feature[trees, nodes], self.threshold[trees, nodes]
            levels.append((feature.astype(np.intp).ravel(), threshold.ravel()))
            both = np.stack([self.left[trees, nodes], self.right[trees, nodes]], axis=2)
            nodes = both.reshape(len(nodes), -1)
        return levels, self.value[trees, nodes].ravel()

    def _some(self, table: Floats, levels: list[tuple[Places, Floats]], values: Floats) -> Floats:
        """A few rows go down all trees at once: what they need stays near the processor."""
        flat, offsets = table.ravel(), np.arange(len(table)) * table.shape[1]
        trees = np.arange(len(self.feature))[:, None]
        places = np.zeros((len(self.feature), len(table)), np.intp)
        for level, (feature, threshold) in enumerate(levels):
            at = places + (trees << level)
            measured = feature.take(at)
            measured += offsets
            places <<= 1
            places += flat.take(measured) > threshold.take(at)
        leaves = values.take(places + (trees << len(levels)))
        # One tree after the other: floats added in another order come out otherwise.
        ordered = np.vstack([np.full(len(table), self.base), leaves])
        total: Floats = np.add.reduce(ordered, axis=0)
        return total


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising map from what the trees say to a probability, and what it was made of."""

    scores: tuple[float, ...]  # log-odds, ascending
    probabilities: tuple[float, ...]
    open_scores: tuple[float, ...]  # the same for what nothing forbids to apply
    open_probabilities: tuple[float, ...]
    coarse_scores: tuple[float, ...]  # the same in ledgers of whole units, where sums often meet
    coarse_probabilities: tuple[float, ...]
    held_scores: tuple[float, ...]  # the same for what something forbids to apply
    held_probabilities: tuple[float, ...]
    reviewed: int  # payments it rests on; 0 for the shipped one
    auto_floor: float  # least probability at which to apply; 1.1: reviews forbid it
    coarse_floor: float  # the same in ledgers of whole units
    precision_bound: float  # lower Clopper-Pearson bound of what was above the floor, or 0

    def floor(self, grid: int) -> float:
        """The least probability at which to apply, by the ledger's grid."""
        return self.coarse_floor if grid > 1 else self.auto_floor

    def probabilities_if_open(self, log_odds: Sequence[float], grid: int) -> list[float]:
        """The calibrated probabilities of what nothing forbids to apply, by the ledger's grid."""
        if grid > 1:
            return _mapped(log_odds, self.coarse_scores, self.coarse_probabilities)
        return _mapped(log_odds, self.open_scores, self.open_probabilities)

    def held_probability(self, log_odds: float) -> float:
        """The calibrated probability of what something forbids to apply, among what is left."""
        return float(np.interp(log_odds, self.held_scores, self.held_probabilities))

    def probability(self, log_odds: float) -> float:
        """The calibrated probability of any explanation."""
        return self.probabilities_of([log_odds])[0]

    def probabilities_of(self, log_odds: Sequence[float]) -> list[float]:
        """The calibrated probabilities of any explanations."""
        return _mapped(log_odds, self.scores, self.probabilities)


@dataclass(frozen=True, slots=True)
class Model:
    """Everything a decision depends on besides its input."""

    version: str
    trees: Trees
    weights: tuple[float, ...]  # of the additive model, one for each sign
    intercept: float
    calibration: Calibration
    lane_probability: float  # of the reference lane


@lru_cache(maxsize=4)
def load_model(path: Path = SHIPPED) -> Model:
    """Read a model; the shipped one when nothing is said.

    Raises ValueError when the file was made for other features than this code measures.
    """
    return model_of(json.loads(path.read_text()))


def model_of(written: Mapping[str, Any]) -> Model:
    """The model as it was written. Raises ValueError when it measures other features."""
    weights = tuple(written["additive"]["weights"])
    if tuple(written["features"]) != FEATURES or len(weights) != len(SIGNS):
        raise ValueError("The model was trained on other features; train it again.")
    return Model(
        version=written["version"],
        trees=trees_of(written["trees"]),
        weights=weights,
        intercept=written["additive"]["intercept"],
        calibration=_calibration(written["calibration"]),
        lane_probability=written["lane_probability"],
    )


def _mapped(
    log_odds: Sequence[float], scores: Sequence[float], probabilities: Sequence[float]
) -> list[float]:
    found: list[float] = np.interp(log_odds, scores, probabilities).tolist()
    return found


def _calibration(written: Mapping[str, Any]) -> Calibration:
    return Calibration(
        scores=tuple(written["scores"]),
        probabilities=tuple(written["probabilities"]),
        open_scores=tuple(written["open_scores"]),
        open_probabilities=tuple(written["open_probabilities"]),
        coarse_scores=tuple(written["coarse_scores"]),
        coarse_probabilities=tuple(written["coarse_probabilities"]),
        held_scores=tuple(written["held_scores"]),
        held_probabilities=tuple(written["held_probabilities"]),
        reviewed=written["reviewed"],
        auto_floor=written["auto_floor"],
        coarse_floor=written["coarse_floor"],
        precision_bound=written["precision_bound"],
    )


def trees_of(written: Mapping[str, Any]) -> Trees:
    """Pad the trees to one size."""
    trees = written["nodes"]
    most = max(len(tree["value"]) for tree in trees)

    def padded(name: str, kind: type) -> npt.NDArray[Any]:
        rows = [tree[name] + [0] * (most - len(tree[name])) for tree in trees]
        return np.array(rows, kind)

    return Trees(
        feature=padded("feature", np.int32),
        threshold=padded("threshold", np.float64),
        left=padded("left", np.int32),
        right=padded("right", np.int32),
        value=padded("value", np.float64),
        depth=written["depth"],
        base=written["base"],
    )
