"""What is measured of an explanation before it gets a probability, in one fixed order."""

from collections.abc import Sequence
from typing import Final

from matching import measures
from matching.hypotheses import Hypothesis, Situation
from matching.positions import position
from matching.values import Residual

FEATURES: Final = (
    "items",
    "open_items",
    "named_full",
    "named_serial",
    "named_order",
    "named_near",
    "unnamed",
    "unnamed_count",
    "named_amount",
    "named_elsewhere",
    "named_weak_elsewhere",
    "named_others",
    "loose",
    "closed",
    "closed_amount",
    "shaped",
    "residual",
    "residual_share",
    "exact",
    "discount",
    "late",
    "fee",
    "short",
    "over",
    "part",
    "identified",
    "likeness",
    "margin",
    "account",
    "elsewhere",
    "numbered",
    "habit",
    "refused",
    "solutions",
    "countable",
    "accidents",
    "structured",
    "all_open",
    "all_due",
    "oldest",
    "run",
    "same_due",
    "same_issue",
    "days_after_due",
    "days_before_due",
    "rivals",
    "foreign_rivals",
    "supersets",
    "subsets",
    "incomplete",
    "cut",
    "has_text",
    "early",
    "partly",
    "whole",
    "says_credit",
    "credits",
    "amounts_written",
    "twins",
    "customers",
    "instalment",
    "named_all",
    "age",
    "round",
    "has_name",
    "named_any",
    "near_others",
    "shared_names",
)


def measure(situation: Situation, hypothesis: Hypothesis) -> list[float]:
    """The features that need no look at rival explanations; those are 0 until `compare` ran."""
    strengths = measures.strengths(situation, hypothesis)
    if not situation.fixed:
        situation.fixed = (
            *measures.payer(situation),
            *measures.words(situation),
            *measures.surroundings(situation),
        )
    fixed = situation.fixed
    return [
        *measures.names(situation, hypothesis, strengths),
        *measures.text(situation, hypothesis),
        *measures.difference(situation, hypothesis),
        *fixed[:8],
        *measures.sums(situation, hypothesis, strengths),
        *position(situation, hypothesis),
        *(0.0, 0.0, 0.0, 0.0),
        *fixed[8:15],
        *measures.rest(situation, hypothesis, strengths),
        *fixed[15:],
    ]


RIVALS: Final = FEATURES.index("rivals")
FOREIGN_RIVALS: Final = FEATURES.index("foreign_rivals")


SUPERSETS: Final = FEATURES.index("supersets")
SUBSETS: Final = FEATURES.index("subsets")
COMPARED_MAX: Final = 24  # explanations to the cent that others are compared with item by item


def compare(hypotheses: Sequence[Hypothesis]) -> None:
    """Fill in how many other explanations to the cent there are, of this payer and of others, and
    how many of them hold all of these items and more, or some of them only."""
    if len(hypotheses) < 2:
        return
    exact: dict[str, list[set[int]]] = {}
    for one in hypotheses:
        if one.residual is Residual.EXACT:
            exact.setdefault(one.payer.customer_id, []).append(set(one.rows))
    everything = sum(map(len, exact.values()))
    if not everything:
        return
    for one in hypotheses:
        own = exact.get(one.payer.customer_id, [])
        one.features[RIVALS] = float(len(own) - (one.residual is Residual.EXACT))
        one.features[FOREIGN_RIVALS] = float(everything - len(own))
        if own:
            rows, compared = set(one.rows), own[:COMPARED_MAX]
            one.features[SUPERSETS] = float(sum([rows < other for other in compared]))
            one.features[SUBSETS] = float(sum([rows > other for other in compared]))
