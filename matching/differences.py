"""When a difference is a fact about the named items, and no sign that others are meant."""

from typing import Final

from matching.combinations import HALVES_MAX, Sums, exact_sets
from matching.features import FEATURES
from matching.hypotheses import Hypothesis, Situation
from matching.lines import rows_that_end
from matching.numbers import compacted
from matching.reading import capitalised
from matching.references import Strength
from matching.values import Residual

CREDITS_MAX: Final = 3  # other items that a smaller payment may be netted with
ENDING_MIN: Final = 5  # letters and digits of an end that tells a number from most others
SETTLED_KINDS: Final = (Residual.EXACT, Residual.DISCOUNT, Residual.LATE_DISCOUNT)
_AT: Final = {name: place for place, name in enumerate(FEATURES)}


def is_named_by_number(situation: Situation, best: Hypothesis) -> bool:
    """Whether every item is named by number, not only nearly; of a payer we know also by so much of
    its end that no other of the customer's numbers can be meant."""
    if best.customers > 1:
        return True
    is_known = best.payer.is_identified
    found = [(row, situation.named.get(row, Strength.NONE)) for row in best.rows]
    return all(
        strength >= Strength.SERIAL or (strength and is_known and _ends_alone(situation, row))
        for row, strength in found
    )


def _ends_alone(situation: Situation, row: int) -> bool:
    """Whether the text has the end of this number, and no other of the customer's ends so."""
    written = _written(situation, row)
    alike = rows_that_end(situation.view.lines().whole, written)
    return len(written) >= ENDING_MIN and [*alike] == [row]


def _written(situation: Situation, row: int) -> str:
    """Letters and digits of the text that name this item."""
    capitals = capitalised(situation.facts.payment.text)
    return compacted(capitals[slice(*situation.spans[row])])


def is_fact(situation: Situation, best: Hypothesis, *, is_named: bool) -> bool:
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
    return is_certain and (not is_elsewhere or _is_about_these(situation, best))


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
    view = situation.view
    near = [row for row in best.rows if situation.named.get(row) is Strength.NEAR]
    return any(
        _is_sister(_written(situation, row), number)
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


def _is_about_these(situation: Situation, best: Hypothesis) -> bool:
    """Whether nothing but a number of the payer's own is written beside the named items, and less
    came than is open of them, or so little more that it can be for no other."""
    is_beside = best.customers > 1 or best.features[_AT["named_others"]]
    if is_beside or situation.facts.reading.is_cut:
        return False
    others = [amount for _row, amount in _others(situation, best)]
    return best.residual is Residual.SHORT or min(others, default=0) > best.residual_minor


def _others(situation: Situation, best: Hypothesis) -> list[tuple[int, int]]:
    """What else is open of the customer, with its row."""
    held = set(best.rows)
    return [pair for pair in enumerate(situation.view.opens) if pair[0] not in held]


def _may_be_completed(situation: Situation, best: Hypothesis) -> bool:
    """Whether other items of the customer, with these, make up the amount to the cent.

    What is too much may be for any of them; what is missing may be a credit note or two.
    """
    named, is_over = set(best.rows), best.residual is Residual.OVER
    if is_over and len(situation.view) > HALVES_MAX:
        return _may_be_beyond(situation, best)
    return any(
        other.residual is Residual.EXACT
        and named < set(other.rows)
        and (is_over or len(other.rows) - len(named) <= CREDITS_MAX)
        for other in situation.found.values()
    )


def _may_be_beyond(situation: Situation, best: Hypothesis) -> bool:
    """Whether what is too much is the sum of others, of a customer with many: only those that are
    no larger can be part of it, and where these are too many to count all their sets, it may."""
    others, more = [amount for _row, amount in _others(situation, best)], best.residual_minor
    credit = sum([amount for amount in others if amount < 0])
    within = [amount for amount in others if amount <= more - credit]
    return len(within) > HALVES_MAX or exact_sets(Sums(), within, more)[1] > 0


def is_another_exact(situation: Situation, best: Hypothesis) -> bool:
    """Whether the sum differs from these items and is that of another one to the cent: the number
    may be the wrong one."""
    if best.residual in SETTLED_KINDS or best.customers > 1:
        return False
    equal = situation.view.opens.count(situation.amount)
    return equal > sum(situation.view.opens[row] == situation.amount for row in best.rows)
