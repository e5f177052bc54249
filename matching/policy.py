"""When a payment may be applied without anybody looking: expected cost, and a hard floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matching.combinations import HALVES_MAX
from matching.features import FEATURES
from matching.hypotheses import Hypothesis, Situation
from matching.model import Model
from matching.numbers import compacted
from matching.payers import SURE_LIKENESS
from matching.reading import Reading, capitalised
from matching.references import Strength
from matching.values import Residual, Verdict
from matching.views import RUNS_MAX

RUNNER_UP_MAX: Final = 0.05  # a rival likelier than this keeps a person in it
CREDITS_MAX: Final = 3  # other items that a smaller payment may be netted with
UNKNOWN_MIN: Final = 5  # letters and digits of what looks like a document's number
OWN_REFERENCES: Final = ("EREF+", "KREF+", "MREF+", "EREF: ", "/EREF/", "/KREF/", "/MREF/")
SETTLED_KINDS: Final = (Residual.EXACT, Residual.DISCOUNT, Residual.LATE_DISCOUNT)
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
    is_named = best.features[_AT["named_all"]] == 1.0 and _is_named(situation, best)
    found = []
    if (rivals and rivals[0].probability > RUNNER_UP_MAX) or _is_another_exact(situation, best):
        found.append("rival")
    if not is_named and (best.features[_AT["twins"]] or _is_tied(best, rivals)):
        found.append("tie")
    if not is_named and _is_uncounted(situation, best):
        found.append("not_countable")
    if best.residual not in SETTLED_KINDS and not _is_plain(situation, best, is_named=is_named):
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


def _is_named(situation: Situation, best: Hypothesis) -> bool:
    """Whether every item is named by number, not only nearly."""
    if best.customers > 1:
        return True
    return all(situation.named.get(r, Strength.NONE) >= Strength.SERIAL for r in best.rows)


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


def _is_another_exact(situation: Situation, best: Hypothesis) -> bool:
    """Whether the sum differs from these items and is that of another one to the cent: the number
    may be the wrong one."""
    if best.residual in SETTLED_KINDS or best.customers > 1:
        return False
    equal = situation.view.opens.count(situation.amount)
    return equal > sum(situation.view.opens[row] == situation.amount for row in best.rows)


def _is_plain(situation: Situation, best: Hypothesis, *, is_named: bool) -> bool:
    """Whether a difference is a fact about these items: they are named, and nothing says that the
    payment is about others too."""
    features, reading = best.features, situation.facts.reading
    if reading.is_incomplete or features[_AT["shaped"]] or features[_AT["named_elsewhere"]]:
        return False
    if _may_be_completed(situation, best) or _leaves_one_out(best):
        return False
    is_known = best.payer.is_identified
    if best.residual is Residual.FEE and best.customers == 1:
        is_told = features[_AT["named_all"]] == 1.0 and not _may_be_another(situation, best)
        return is_told and (is_known or is_named)
    if best.residual is Residual.PART:
        return (is_named and is_known) or _is_told_instalment(situation, best, is_named=is_named)
    is_elsewhere = reading.is_cut or features[_AT["named_others"]] or features[_AT["loose"]]
    is_certain = is_named and (is_known or best.customers > 1)  # a card company is no customer
    return is_certain and (not is_elsewhere or _is_shortened(reading, best))


def _is_told_instalment(situation: Situation, best: Hypothesis, *, is_named: bool) -> bool:
    """Whether the text speaks of a part, the amount is an even one, and nothing else is named:
    then a known payer makes up for a slip in the number, and the number for an unknown payer."""
    features, reading = best.features, situation.facts.reading
    is_said = reading.is_partly and features[_AT["instalment"]] > 0 and not reading.is_cut
    is_alone = not features[_AT["named_others"]] and not _has_other_numbers(situation)
    if not is_said or not is_alone or features[_AT["named_all"]] != 1.0:
        return False
    return is_named or (best.payer.is_identified and not _may_be_another(situation, best))


def _has_other_numbers(situation: Situation) -> bool:
    """Whether a number is written that is nobody's, and no part of one that is somebody's."""
    spans = situation.spans.values()
    return not all(
        any(start <= token.start and token.end <= end for start, end in spans)
        for token in situation.facts.naming.loose
    )


def _may_be_another(situation: Situation, best: Hypothesis) -> bool:
    """Whether a number that was taken for a slip may be meant: it differs in digits alone, as the
    next one of a series does, and the sum does not say that it is ours."""
    capitals, view = capitalised(situation.facts.payment.text), situation.view
    near = [row for row in best.rows if situation.named.get(row) is Strength.NEAR]
    return any(
        _is_sister(compacted(capitals[slice(*situation.spans[row])]), number)
        for row in near
        for number in (view.compacts()[row], view.serials()[row])
    )


def _is_sister(written: str, number: str) -> bool:
    pairs = [(a, b) for a, b in zip(written, number, strict=False) if a != b]
    return len(written) == len(number) and all(a.isdigit() and b.isdigit() for a, b in pairs)


def _leaves_one_out(best: Hypothesis) -> bool:
    """Whether so much is missing that one of several items may not be paid at all."""
    least = min(abs(item.open_minor) for item in best.items)
    return len(best.items) > 1 and -best.residual_minor >= least


def _is_shortened(reading: Reading, best: Hypothesis) -> bool:
    """Less than named items, with nothing but a number of the payer's own beside them."""
    is_short = best.residual is Residual.SHORT and best.customers == 1
    return is_short and not reading.is_cut and not best.features[_AT["named_others"]]


def _may_be_completed(situation: Situation, best: Hypothesis) -> bool:
    """Whether other items of the customer, with these, make up the amount to the cent.

    What is too much may be for any of them; what is missing may be a credit note or two.
    """
    named, is_over = set(best.rows), best.residual is Residual.OVER
    if is_over and len(situation.view) > HALVES_MAX:
        return True
    return any(
        other.residual is Residual.EXACT
        and named < set(other.rows)
        and (is_over or len(other.rows) - len(named) <= CREDITS_MAX)
        for other in situation.found.values()
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
