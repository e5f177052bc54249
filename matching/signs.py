"""Signs: the measures of an explanation as a bookkeeper would state them, each with its direction.

A sign is 0 where there is nothing to tell and grows with what there is. It speaks for an
explanation or against it, never both: its weight keeps the direction, whatever a model learned.
So a number that is named in full never counts against a set, nor does a sum that is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log1p
from typing import Final

from matching.features import FEATURES

FOR: Final = 1.0
AGAINST: Final = -1.0
DAYS_MAX: Final = 400.0  # a day farther off, or not known, is told as nothing
ALIKE: Final = 70.0  # likeness from which on two names may be one
_ALWAYS: Final = "always"


@dataclass(frozen=True, slots=True)
class Sign:
    """How far a measure is above `base`, or below it; nothing where the gate's measure is 0."""

    kind: str  # of the evidence that it is told as
    measure: str
    direction: float
    gate: str = _ALWAYS
    base: float = 0.0
    most: float = inf  # of the distance; what is farther off tells nothing more
    is_below: bool = False
    is_counted: bool = False  # the first of several weighs more than the tenth


# "named" and the two after it build upon each other: a whole number never weighs less than its end.
SIGNS: Final = (
    Sign("named", "unnamed", FOR, base=1.0, is_below=True),
    Sign("named", "named_well", FOR),
    Sign("named", "named_full", FOR),
    Sign("named", "named_amount", FOR),
    Sign("named", "named_all", FOR),
    Sign("unnamed", "unnamed_count", AGAINST, is_counted=True),
    Sign("named_elsewhere", "named_elsewhere", AGAINST, is_counted=True),
    Sign("named_elsewhere", "named_weak_elsewhere", AGAINST, is_counted=True),
    Sign("named_elsewhere", "named_others", AGAINST, is_counted=True),
    Sign("number_unknown", "loose", AGAINST, is_counted=True),
    Sign("number_unknown", "shaped", AGAINST, is_counted=True),
    Sign("number_shared", "shared_names", AGAINST, is_counted=True),
    Sign("already_settled", "closed", AGAINST, is_counted=True),
    Sign("already_settled", "closed_amount", AGAINST),
    Sign("sum", "exact", FOR),
    Sign("sum", "discount", FOR),
    Sign("sum", "late", FOR),
    Sign("sum", "fee", AGAINST),
    Sign("sum", "short", AGAINST),
    Sign("sum", "over", AGAINST),
    Sign("sum", "part", AGAINST),
    Sign("sum", "residual_share", AGAINST, "differs", most=1.0),
    Sign("sum", "residual_share", AGAINST, "differs", most=1.0, is_below=True),
    Sign("instalment", "instalment", FOR, most=1.0),
    Sign("amount_written", "amounts_written", FOR),
    Sign("payer", "identified", FOR),
    Sign("payer", "account", FOR),
    Sign("payer", "numbered", FOR),
    Sign("payer", "habit", FOR),
    Sign("payer", "likeness", FOR, base=ALIKE),
    Sign("payer_unlike", "likeness", AGAINST, "has_likeness", base=ALIKE, is_below=True),
    Sign("payer_unlike", "margin", AGAINST, "has_likeness", is_below=True),
    Sign("payer_elsewhere", "elsewhere", AGAINST),
    Sign("payer_refused", "refused", AGAINST),
    Sign("coincidence", "solutions", AGAINST, base=1.0, is_counted=True),
    Sign("coincidence", "countable", AGAINST, "unnamed_count", base=1.0, is_below=True),
    Sign("rivals", "rivals", AGAINST, is_counted=True),
    Sign("rivals", "foreign_rivals", AGAINST, is_counted=True),
    Sign("rivals", "supersets", AGAINST, is_counted=True),
    Sign("rivals", "subsets", AGAINST, is_counted=True),
    Sign("rivals", "twins", AGAINST, is_counted=True),
    Sign("chance_rare", "accidents", FOR, "agrees", is_below=True),
    Sign("chance_common", "accidents", AGAINST),
    Sign("chance_common", "round", AGAINST, "unnamed_count"),
    Sign("belongs_together", "structured", FOR),
    Sign("belongs_together", "all_open", FOR),
    Sign("belongs_together", "all_due", FOR),
    Sign("belongs_together", "oldest", FOR),
    Sign("belongs_together", "run", FOR, "several"),
    Sign("belongs_together", "same_due", FOR, "several"),
    Sign("belongs_together", "same_issue", FOR, "several"),
    Sign("picked", "picked", AGAINST),
    Sign("paid_late", "days_overdue", AGAINST, is_counted=True),
    Sign("paid_early", "days_early", AGAINST, is_counted=True),
    Sign("list_incomplete", "incomplete", AGAINST),
    Sign("list_incomplete", "cut", AGAINST),
    Sign("says_early", "early", AGAINST),
    Sign("words", "partly", FOR, "part"),
    Sign("words", "whole", FOR, "all_open"),
    Sign("words", "says_credit", FOR, "credits"),
    Sign("size", "items", AGAINST, base=1.0, is_counted=True),
    Sign("size", "open_items", AGAINST, "unnamed_count", base=1.0, is_counted=True),
    Sign("credits", "credits", AGAINST, is_counted=True),
    Sign("several_customers", "customers", AGAINST, base=1.0, is_counted=True),
)
KINDS: Final = tuple(dict.fromkeys(sign.kind for sign in SIGNS))
_AT: Final = {name: place for place, name in enumerate(FEATURES)}
DERIVED: Final = (
    *(_ALWAYS, "several", "named_well", "has_likeness", "agrees", "differs", "picked"),
    *("days_overdue", "days_early"),
)
_PLACES: Final = _AT | {name: len(FEATURES) + place for place, name in enumerate(DERIVED)}
_PLAN: Final = tuple(
    (_PLACES[s.measure], _PLACES[s.gate], s.base, -1.0 if s.is_below else 1.0, s.most, s.is_counted)
    for s in SIGNS
)


def signs_of(features: Sequence[float]) -> list[float]:
    """How much there is of each sign, in their order; 0 or more."""
    measured = [*features, *_derived(features)]
    found = []
    for place, gate, base, side, most, is_counted in _PLAN:
        far = (measured[place] - base) * side
        if far <= 0.0 or measured[gate] <= 0.0:
            found.append(0.0)
            continue
        far = min(far, most)
        found.append(log1p(far) if is_counted else far)
    return found


def _derived(features: Sequence[float]) -> list[float]:
    """What is told although it is no measure by itself, in the order of `DERIVED`."""
    several = features[_AT["items"]] > 1.0
    unnamed, near = features[_AT["unnamed"]], features[_AT["named_near"]]
    is_together = features[_AT["structured"]] or features[_AT["run"]]
    overdue = features[_AT["days_after_due"]]
    is_dated = overdue < DAYS_MAX
    is_agreed = features[_AT["exact"]] or features[_AT["discount"]] or features[_AT["late"]]
    return [
        1.0,
        float(several),
        max(1.0 - unnamed - near, 0.0),
        float(features[_AT["likeness"]] >= 0.0),
        float(bool(is_agreed)),
        float(not is_agreed),
        float(several and unnamed > 0.0 and not is_together),
        overdue if is_dated else 0.0,
        -overdue if is_dated else 0.0,
    ]
