"""Why an explanation is believed: its measures turned into evidence whose points add up.

The points come from the additive model, which weighs each measure by itself; the probability
comes from the trees, which weigh them together.
"""

from collections.abc import Sequence
from functools import partial
from math import fsum
from typing import Final

from matching.features import FEATURES
from matching.hypotheses import Hypothesis, Situation
from matching.model import Model
from matching.references import Strength
from matching.signs import ALIKE, SIGNS, signs_of
from matching.values import Evidence, Proposal

ALWAYS_TOLD: Final = ("sum", "payer")
POINTS_MIN: Final = 0.05  # what weighs less is told together
PRIOR: Final = "prior"  # where every explanation starts: nothing is named, known or agreed
SMALL_THINGS: Final = "small_things"
TOGETHER: Final = ("all_open", "all_due", "oldest", "run", "same_due", "same_issue")
_OF_ONE: Final = 3  # of these hold of a single item too
_COUNTS: Final = {"unnamed": "unnamed_count", "instalment": "instalment"}
_AT: Final = {name: place for place, name in enumerate(FEATURES)}
_SIGN_KINDS: Final = tuple(sign.kind for sign in SIGNS)


def proposal_of(model: Model, situation: Situation, hypothesis: Hypothesis) -> Proposal:
    """The explanation as the value that leaves the engine; its reasons are told when asked for."""
    return Proposal.deferred(
        partial(evidence_of, model, situation, hypothesis),
        hypothesis.settles(situation.amount),
        hypothesis.residual,
        hypothesis.residual_minor,
        hypothesis.probability,
        hypothesis.solutions,
        hypothesis.payer.customer_id,
    )


def evidence_of(model: Model, situation: Situation, hypothesis: Hypothesis) -> tuple[Evidence, ...]:
    """All evidence of one explanation, the strongest first."""
    points = points_of(model, hypothesis.features)
    found = [Evidence(kind=PRIOR, points=round(model.intercept, 6))]
    found += _naming(model, situation, hypothesis, points.pop("named", 0.0))
    small = 0.0
    for kind, value in points.items():
        if kind not in ALWAYS_TOLD and abs(value) < POINTS_MIN:
            small += value
        else:
            detail = _detail(kind, situation, hypothesis)
            found.append(Evidence(kind=kind, points=round(value, 6), detail=detail))
    if small:
        found.append(Evidence(kind=SMALL_THINGS, points=round(small, 6)))
    found.sort(key=_strongest)
    return tuple(found)


def points_of(model: Model, features: Sequence[float]) -> dict[str, float]:
    """The points of each kind of evidence; a kind that is not there has none."""
    points = dict.fromkeys(ALWAYS_TOLD, 0.0)
    for kind, weight, sign in zip(_SIGN_KINDS, model.weights, signs_of(features), strict=True):
        if sign and weight:
            points[kind] = points.get(kind, 0.0) + weight * sign
    return points


def _naming(
    model: Model, situation: Situation, hypothesis: Hypothesis, points: float
) -> list[Evidence]:
    """One piece of evidence for each named item, with its place in the text; how well it is named
    is its own, what they say together is shared by all."""
    hits = _spans(situation, hypothesis)
    near, well, full = model.weights[:3]
    levels = (0.0, near, near + well, near + well, near + well + full)
    own = [levels[strength] / len(hypothesis.items) for _id, _number, strength, _span in hits]
    shared = (points - fsum(own)) / len(hits) if hits else 0.0
    return [
        Evidence(
            kind=f"named_{strength.name.lower()}",
            points=round(each + shared, 6),
            start=start,
            end=end,
            item_id=item,
            detail=number,
        )
        for each, (item, number, strength, (start, end)) in zip(own, hits, strict=True)
    ]


def _spans(
    situation: Situation, hypothesis: Hypothesis
) -> list[tuple[str, str, Strength, tuple[int, int]]]:
    if hypothesis.customers > 1:
        hits = situation.facts.naming.items
        named = [hits[item.customer_id][item.id] for item in hypothesis.items]
        return [(n.item.id, n.item.number, n.strength, (n.start, n.end)) for n in named]
    items = situation.view.items
    return [
        (items[row].id, items[row].number, situation.named[row], situation.spans[row])
        for row in hypothesis.rows
        if row in situation.named
    ]


def _detail(kind: str, situation: Situation, hypothesis: Hypothesis) -> str:
    measured = hypothesis.features
    if kind == "payer":
        return _payer(hypothesis)
    if kind == "sum":
        total = situation.amount - hypothesis.residual_minor
        return f"{situation.amount} = {total} {hypothesis.residual_minor:+d}"
    if kind == "coincidence":
        return f"{hypothesis.solutions}"
    if kind in ("unnamed", "instalment"):
        return f"{measured[_AT[_COUNTS[kind]]]:.0f}"
    if kind == "belongs_together":
        is_one = len(hypothesis.items) == 1
        told = TOGETHER[:_OF_ONE] if is_one else TOGETHER
        return " ".join(name for name in told if measured[_AT[name]])
    if kind == "already_settled":
        return " ".join(sorted({item.number for item in situation.facts.naming.closed}))
    return ""


def _payer(hypothesis: Hypothesis) -> str:
    payer = hypothesis.payer
    is_learned = payer.habit.share > 0.5
    signs = ("account" * payer.has_account, "number" * payer.is_numbered, "learned" * is_learned)
    alike = f"name {payer.likeness:.0f}" if payer.likeness >= ALIKE else ""
    return " ".join(sign for sign in (*signs, alike, payer.customer_id) if sign)


def _strongest(evidence: Evidence) -> tuple[float, str, int, str]:
    return -abs(evidence.points), evidence.kind, evidence.start, evidence.item_id
