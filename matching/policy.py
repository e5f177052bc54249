"""When a payment may be applied without anybody looking: expected cost, and a hard floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matching.combinations import HALVES_MAX
from matching.differences import (
    SETTLED_KINDS,
    is_another_exact,
    is_fact,
    is_named_by_number,
)
from matching.features import FEATURES
from matching.hypotheses import Hypothesis, Situation
from matching.model import Model
from matching.payers import SURE_LIKENESS
from matching.values import Residual, Verdict
from matching.views import RUNS_MAX

RUNNER_UP_MAX: Final = 0.05  # a rival likelier than this keeps a person in it
UNKNOWN_MIN: Final = 5  # letters and digits of what looks like a document's number
OWN_REFERENCES: Final = ("EREF+", "KREF+", "MREF+", "EREF: ", "/EREF/", "/KREF/", "/MREF/")
_AT: Final = {name: place for place, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Costs in minutes of work, and the least probability at which money moves by itself."""

    wrong: float = 150.0  # an application that must be found and undone
    wrong_per_major_unit: float = 0.0  # more for larger payments
    confirm: float = 1.0
    wrong_suggestion: float = 7.0
    manual: float = 6.0
    floor: float | None = None  # None: the floor of the model's calibration


def verdict(policy: Policy, model: Model, amount_minor: int, best: Hypothesis) -> Verdict:
    """What costs least, but never by itself below the floor."""
    calibrated, probability = model.calibration.floor(best.view.grid), best.probability
    floor = calibrated if policy.floor is None else policy.floor
    wrong = policy.wrong + policy.wrong_per_major_unit * amount_minor / 100
    alone = (1 - probability) * wrong
    suggested = probability * policy.confirm + (1 - probability) * policy.wrong_suggestion
    if probability >= floor and alone < min(suggested, policy.manual):
        return Verdict.AUTO
    return Verdict.SUGGEST if suggested < policy.manual else Verdict.UNMATCHED


def blocks(situation: Situation, best: Hypothesis, rivals: Sequence[Hypothesis]) -> list[str]:
    """What forbids to apply this without a person, however probable it is."""
    is_named = best.features[_AT["named_all"]] == 1.0 and is_named_by_number(situation, best)
    found = []
    if (rivals and rivals[0].probability > RUNNER_UP_MAX) or is_another_exact(situation, best):
        found.append("rival")
    if not is_named and (best.features[_AT["twins"]] or _is_tied(best, rivals)):
        found.append("tie")
    if not is_named and _is_uncounted(situation, best):
        found.append("not_countable")
    if best.residual not in SETTLED_KINDS and not is_fact(situation, best, is_named=is_named):
        found.append("difference")
    if best.residual is Residual.SHORT and len(best.items) > 1 and not best.short_id:
        found.append("which_is_short")
    if _lacks_items(situation, best) and not is_named:
        found.append("list_incomplete")
    if not best.features[_AT["named_amount"]]:
        found += _unnamed(situation, best)
    return found


def _unnamed(situation: Situation, best: Hypothesis) -> list[str]:
    """Nothing of it is named: then the payer must be known, and nothing else be named."""
    found = []
    if not best.payer.is_identified and not _is_namesake(best):
        found.append("payer_unknown")
    if best.features[_AT["early"]]:
        found.append("says_early")
    if best.features[_AT["closed"]] or _names_unknown(situation):
        found.append("number_unknown")
    return found


def _names_unknown(situation: Situation) -> bool:
    """Whether the text names what looks like a document and is none of ours; what a bank marks as
    the payer's own reference does not count, nor what no number of this seller can look like."""
    naming, text = situation.facts.naming, situation.facts.payment.text.upper()
    return bool(naming.shaped) or any(
        len(token.compact) >= UNKNOWN_MIN and not text[: token.start].endswith(OWN_REFERENCES)
        for token in naming.loose
        if token not in naming.foreign
    )


def _is_namesake(best: Hypothesis) -> bool:
    """Whether several customers bear the payer's name, and only this one owes the amount."""
    payer, others = best.payer, best.features[_AT["foreign_rivals"]]
    return payer.likeness >= max(SURE_LIKENESS, payer.rival) and not others


def _is_uncounted(situation: Situation, best: Hypothesis) -> bool:
    """Whether other sets as good may exist that nobody looked for: more than one item is not
    named, and the customer has too many for all sets to be counted. What belongs together is
    held against everything else that does; where even that was not looked for, it is uncounted."""
    unnamed, count = best.features[_AT["unnamed_count"]], len(situation.view)
    is_looked_for = count <= (RUNS_MAX if best.is_structured else HALVES_MAX)
    return unnamed > 1 and not is_looked_for


def _is_tied(best: Hypothesis, rivals: Sequence[Hypothesis]) -> bool:
    """Whether another set as small is as exact, and the text does not tell the two apart; among
    more items than can be counted also a larger one, if both belong together."""
    named = best.features[_AT["named_amount"]]
    is_grouped = best.is_structured and len(best.view) > HALVES_MAX
    return any(
        rival.residual is Residual.EXACT
        and best.residual is Residual.EXACT
        and (len(rival.items) <= len(best.items) or (is_grouped and rival.is_structured))
        and rival.features[_AT["named_amount"]] >= named
        and rival.payer.customer_id == best.payer.customer_id
        for rival in rivals
    )


def _lacks_items(situation: Situation, best: Hypothesis) -> bool:
    """Whether the text says that it does not name all, and more than one set may be meant."""
    reading = situation.facts.reading
    if not reading.is_incomplete and not reading.is_cut:
        return False
    if best.residual not in SETTLED_KINDS:
        return best.residual not in (Residual.FEE, Residual.PART)
    named = set(situation.strong())
    return (reading.is_incomplete and not named) or any(
        other is not best and other.residual in SETTLED_KINDS and named <= set(other.rows)
        for other in situation.found.values()
    )
