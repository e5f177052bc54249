"""From explanations to probabilities: trees for each, then what its rivals leave of it."""

from collections.abc import Sequence
from math import exp, log

import numpy as np

from matching.features import FEATURES, compare, measure
from matching.hypotheses import Hypothesis, Situation
from matching.model import Model

LOG_ODDS_MAX = 40.0


def measure_all(
    situations: Sequence[Situation], together: Sequence[Hypothesis]
) -> list[Hypothesis]:
    """Measure every explanation of one payment; gives them in a fixed order."""
    hypotheses = []
    for situation in situations:
        for hypothesis in situation.found.values():
            hypothesis.solutions = situation.solutions
            hypothesis.features = measure(situation, hypothesis)
            hypotheses.append(hypothesis)
    if together:
        owners = {situation.payer.customer_id: situation for situation in situations}
        for hypothesis in together:
            hypothesis.features = measure(owners[hypothesis.payer.customer_id], hypothesis)
            hypotheses.append(hypothesis)
    compare(hypotheses)
    return hypotheses


def score_all(model: Model, groups: Sequence[list[Hypothesis]]) -> None:
    """Give each explanation its log-odds among its rivals and its probability; best first."""
    rows = [hypothesis.features for group in groups for hypothesis in group]
    table = np.array(rows, np.float64).reshape(len(rows), len(FEATURES))
    scores = iter(model.trees.scores(table).tolist())
    for group in groups:
        for hypothesis in group:
            hypothesis.log_odds = next(scores)
        share(group)
    shares = [hypothesis.score for group in groups for hypothesis in group]
    probabilities = iter(model.calibration.probabilities_of(shares))
    for group in groups:
        for hypothesis in group:
            hypothesis.probability = next(probabilities)
        if len(group) > 1:
            group.sort(key=rank)


def rank(hypothesis: Hypothesis) -> tuple[float, int, tuple[str, ...]]:
    """Best first; of equals the one of fewer items, then by their ids."""
    ids = hypothesis.ids()
    return -hypothesis.score, len(ids), ids


def share(group: Sequence[Hypothesis]) -> None:
    """One of them at most is true: odds of each against all others and none of them."""
    odds = [exp(min(max(one.log_odds, -LOG_ODDS_MAX), LOG_ODDS_MAX)) for one in group]
    total = sum(odds)
    for one, own in zip(group, odds, strict=True):
        one.score = log(own) - log(1.0 + max(total - own, 0.0))
