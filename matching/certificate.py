"""What a seller's own reviews prove about the probabilities, and when they prove too little.

Reviews correct the shipped calibration, they do not replace it: few reviews move it little.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import betaincinv

from matching.memory import Reviewed
from matching.model import Calibration, Model
from matching.values import Verdict

TARGET: Final = 0.999  # precision that what is applied without a person must have
CONFIDENCE: Final = 0.95
PRIOR_REVIEWS: Final = 200.0  # how many reviews the shipped map counts for in each band
NEVER: Final = 1.1  # a floor nothing reaches: reviews show drift, everything goes to a person
BANDS: Final = (0.0, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999, 0.9995, 1.0)


def lower_bound(right: int, count: int) -> float:
    """The Clopper-Pearson lower bound of a precision, one-sided; 0 of nothing."""
    return float(betaincinv(right, count - right + 1, 1 - CONFIDENCE)) if right else 0.0


def upper_bound(right: int, count: int) -> float:
    """The upper bound likewise; 1 of nothing and of no error at all."""
    return float(betaincinv(right + 1, count - right, CONFIDENCE)) if right < count else 1.0


def calibrate(model: Model, reviewed: Iterable[Reviewed]) -> Calibration:
    """The model's calibration corrected by reviews, with its certificate.

    `reviewed` counts the payments that had a suggestion; `precision_bound` is proved for those
    that were to be applied; `auto_floor` is out of reach when they prove a precision below TARGET.
    """
    judged = [_judged(one) for one in reviewed if one.decision and one.decision.best]
    told = [(p, is_right) for p, is_right, _is_auto in judged]
    applied = [is_right for _p, is_right, is_auto in judged if is_auto]
    shipped = model.calibration
    has_drifted = upper_bound(sum(applied), len(applied)) < TARGET
    return Calibration(
        scores=shipped.scores,
        probabilities=tuple(_corrected(shipped.probabilities, told)),
        open_scores=shipped.open_scores,
        open_probabilities=tuple(_corrected(shipped.open_probabilities, told)),
        coarse_scores=shipped.coarse_scores,
        coarse_probabilities=tuple(_corrected(shipped.coarse_probabilities, told)),
        held_scores=shipped.held_scores,
        held_probabilities=tuple(_corrected(shipped.held_probabilities, told)),
        reviewed=len(judged),
        auto_floor=NEVER if has_drifted else shipped.auto_floor,
        coarse_floor=NEVER if has_drifted else shipped.coarse_floor,
        precision_bound=lower_bound(sum(applied), len(applied)),
    )


def _judged(one: Reviewed) -> tuple[float, bool, bool]:
    """What was said, whether it was right, whether it was to be applied."""
    if one.decision is None or one.decision.best is None:
        return 0.0, False, False
    said = {claim.item_id for claim in one.decision.best.claims}
    is_right = bool(said) and said == {claim.item_id for claim in one.claims}
    return one.decision.best.probability, is_right, one.decision.verdict is Verdict.AUTO


def _corrected(shipped: Sequence[float], told: Sequence[tuple[float, bool]]) -> list[float]:
    """Each band moved by what was observed in it, never so far that a better score gets less."""
    moves = []
    for low, high in pairwise(BANDS):
        own = [(p, is_right) for p, is_right in told if low <= p < high or p == high == 1.0]
        said = sum(p for p, _right in own)
        right = sum(is_right for _p, is_right in own)
        moves.append((right - said) / (PRIOR_REVIEWS + len(own)))
    bands = np.clip(np.searchsorted(BANDS, shipped, "right") - 1, 0, len(moves) - 1)
    moved = np.clip(np.array(shipped) + np.array(moves)[bands], 0.0, 1.0)
    return [round(float(p), 8) for p in np.maximum.accumulate(moved)]
