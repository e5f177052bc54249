"""Why an explanation is believed: its measures turned into evidence whose points add up.

The points come from the additive model, which weighs each measure by itself; the probability
comes from the trees, which weigh them together.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

import numpy as np

from matching.features import FEATURES
from matching.hypotheses import Hypothesis, Situation
from matching.model import Model
from matching.references import Strength
from matching.values import Evidence, Proposal

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "named": (
        *("named_full", "named_serial", "named_order", "named_near", "named_amount", "named_all"),
        "named_any",
    ),
    "named_elsewhere": ("named_elsewhere", "named_weak_elsewhere", "named_others"),
    "number_unknown": ("loose", "shaped", "shared_names", "near_others"),
    "already_settled": ("closed", "closed_amount"),
    "sum": (
        *("residual", "residual_share", "exact", "discount", "late", "fee", "short", "over"),
        *("part", "instalment", "round", "amounts_written"),
    ),
    "payer": ("identified", "likeness", "margin", "account", "numbered", "habit", "has_name"),
    "payer_elsewhere": ("elsewhere", "refused"),
    "coincidence": (
        *("unnamed", "unnamed_count", "solutions", "countable", "accidents", "twins"),
        *("rivals", "foreign_rivals", "supersets", "subsets"),
    ),
    "belongs_together": (
        *("structured", "all_open", "all_due", "oldest", "run", "same_due", "same_issue"),
    ),
    "timing": ("days_after_due", "days_before_due", "age"),
    "list_incomplete": ("incomplete", "cut"),
    "words": ("has_text", "early", "partly", "whole", "says_credit"),
    "size": ("items", "open_items", "credits", "customers"),
}
POINTS_MIN: Final = 0.05  # what weighs less is told together
_KIND_OF_FEATURE: Final = np.array(
    [[float(name in features) for features in KINDS.values()] for name in FEATURES]
)


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
    measured = np.array(hypothesis.features)
    shares = np.sign(measured) * np.log1p(np.abs(measured)) * model.weights
    points = dict(zip(KINDS, (shares @ _KIND_OF_FEATURE).tolist(), strict=True))
    found = [Evidence(kind="prior", points=round(model.intercept, 6))]
    found += _naming(situation, hypothesis, points.pop("named"))
    small = 0.0
    for kind, value in points.items():
        if abs(value) < POINTS_MIN:
            small += value
        else:
            detail = _detail(kind, situation, hypothesis)
            found.append(Evidence(kind=kind, points=round(value, 6), detail=detail))
    if small:
        found.append(Evidence(kind="small_things", points=round(small, 6)))
    found.sort(key=_strongest)
    return tuple(found)


def _naming(situation: Situation, hypothesis: Hypothesis, points: float) -> list[Evidence]:
    """One piece of evidence for each named item, with its place in the text."""
    hits = _spans(situation, hypothesis)
    if not hits:
        return [Evidence(kind="named", points=round(points, 6))] if points else []
    each = round(points / len(hits), 6)
    return [
        Evidence(
            kind=f"named_{strength.name.lower()}",
            points=each,
            start=start,
            end=end,
            item_id=item,
            detail=number,
        )
        for item, number, strength, (start, end) in hits
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
    payer = hypothesis.payer
    if kind == "payer":
        signs = ("account" * payer.has_account, "number" * payer.is_numbered)
        alike = f"name {payer.likeness:.0f}" if payer.likeness >= 0 else ""
        return " ".join(sign for sign in (*signs, alike, payer.customer_id) if sign)
    if kind == "sum":
        total = situation.amount - hypothesis.residual_minor
        return f"{situation.amount} = {total} {hypothesis.residual_minor:+d}"
    if kind == "coincidence":
        return f"{hypothesis.solutions}"
    if kind == "already_settled":
        return " ".join(sorted({item.number for item in situation.facts.naming.closed}))
    return ""


def _strongest(evidence: Evidence) -> tuple[float, str, int, str]:
    return -abs(evidence.points), evidence.kind, evidence.start, evidence.item_id
