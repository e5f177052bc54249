"""The single measures of an explanation: of names, text, payer, sum and what else is."""

from collections import Counter
from math import lgamma, log, log10
from typing import Final

from matching.columns import NO_DAY
from matching.combinations import HALVES_MAX
from matching.hypotheses import Hypothesis, Situation
from matching.positions import FAR, last_issue
from matching.references import Strength
from matching.values import Residual

TWINS_ONE_BY_ONE_MAX: Final = 8  # items above which counting all amounts at once is quicker
NO_ACCIDENT: Final = -9.0  # of a set that is named from one end to the other


def strengths(situation: Situation, hypothesis: Hypothesis) -> list[Strength]:
    """How each item of the set is named."""
    if hypothesis.customers == 1:
        if not situation.named:
            return [Strength.NONE] * len(hypothesis.rows)
        return [situation.named.get(row, Strength.NONE) for row in hypothesis.rows]
    hits = situation.facts.naming.items
    return [hits[item.customer_id][item.id].strength for item in hypothesis.items]


def names(situation: Situation, hypothesis: Hypothesis, strengths: list[Strength]) -> list[float]:
    """How the items of the set are named, and what else is."""
    named = len(strengths) - strengths.count(Strength.NONE)
    apart = far = 0
    if hypothesis.customers == 1 and len(situation.named) > named:
        held = set(hypothesis.rows)
        outside = [s for row, s in situation.named.items() if row not in held]
        apart, far = len(outside), sum([s >= Strength.SERIAL for s in outside])
    return [
        float(len(strengths)),
        float(len(situation.view.items)),
        *_named_within(hypothesis, strengths),
        float(far),
        float(apart - far),
        _named_of_others(situation, hypothesis),
    ]


def _named_within(hypothesis: Hypothesis, strengths: list[Strength]) -> list[float]:
    """Shares of the items by how they are named, how many are not, and the amount's named share."""
    count = len(strengths)
    if not any(strengths):  # as most are
        return [0.0, 0.0, 0.0, 0.0, 1.0, float(count), 0.0]
    if count == 1:
        return [*_NAMED_ALONE[strengths[0]]]
    counts = [strengths.count(strength) for strength in _BY_STRENGTH]
    named_amount = total = 0
    for item, strength in zip(hypothesis.items, strengths, strict=True):
        total += abs(item.open_minor)
        named_amount += abs(item.open_minor) if strength else 0
    shares = [counted / count for counted in counts]
    return [*shares, float(counts[-1]), named_amount / (total or 1)]


_BY_STRENGTH: Final = (
    *(Strength.FULL, Strength.SERIAL, Strength.ORDER, Strength.NEAR, Strength.NONE),
)
_NAMED_ALONE: Final = {
    own: [*(float(own is each) for each in _BY_STRENGTH), 0.0, 1.0] for own in Strength if own
}


def _named_of_others(situation: Situation, hypothesis: Hypothesis) -> float:
    """Strong namings of other customers' items, but for places that name one of this set too."""
    owners = situation.facts.naming.items
    if hypothesis.customers > 1 or not owners or owners.keys() == {hypothesis.payer.customer_id}:
        return 0.0
    places = set(situation.spans.values())
    others = {
        (hit.start, hit.end)
        for owner, hits in owners.items()
        if owner != hypothesis.payer.customer_id
        for hit in hits.values()
        if hit.strength >= Strength.SERIAL
    }
    return float(len(others - places))


def text(situation: Situation, hypothesis: Hypothesis) -> list[float]:
    """What the text has besides."""
    naming = situation.facts.naming
    if not naming.loose and not naming.closed:
        return [0.0, 0.0, 0.0, 0.0]
    near = set(situation.spans.values())
    loose = sum((token.start, token.end) not in near for token in naming.loose)
    shaped = sum((token.start, token.end) not in near for token in naming.shaped)
    items = {item.number for item in hypothesis.items}
    closed = [item for item in naming.closed if item.number not in items]
    same = any(item.amount_minor == situation.amount for item in closed)
    return [float(loose), float(len(closed)), float(same), float(shaped)]


def difference(situation: Situation, hypothesis: Hypothesis) -> list[float]:
    """What is left over or missing, and its class."""
    off = float(hypothesis.residual_minor)
    return [off, off / max(situation.amount, 1), *_KINDS[hypothesis.residual]]


_KINDS: Final = {kind: [float(kind is other) for other in Residual] for kind in Residual}


def payer(situation: Situation) -> list[float]:
    """Who paid, and what speaks for that."""
    payer = situation.payer
    return [
        float(payer.is_identified),
        payer.likeness,
        payer.likeness - payer.rival,
        float(payer.has_account),
        float(payer.is_elsewhere),
        float(payer.is_numbered),
        payer.habit.share * min(payer.habit.weight, 4.0),
        payer.habit.refusals,
    ]


def sums(situation: Situation, hypothesis: Hypothesis, strengths: list[Strength]) -> list[float]:
    """What the sum proves."""
    return [
        float(min(situation.solutions, 1_000)),
        float(len(situation.view.items) <= HALVES_MAX),
        _accidents(situation, hypothesis, strengths),
    ]


def _accidents(situation: Situation, hypothesis: Hypothesis, strengths: list[Strength]) -> float:
    """log10 of how many sets as simple as this one would have this sum by accident."""
    view = situation.view
    free = strengths.count(Strength.NONE)
    if not free or hypothesis.residual in (Residual.OVER, Residual.SHORT, Residual.PART):
        return 0.0 if free else NO_ACCIDENT
    pool = max(len(view.items) - (len(strengths) - free), free)
    groups = max(situation.group_count, pool)
    ways = log10(groups) if hypothesis.is_structured else _choices(pool, free)
    spread = max(view.total, situation.amount, 1) / view.grid
    return ways - log10(max(spread, 1.0))


def _choices(pool: int, free: int) -> float:
    """log10 of pool over free."""
    ways = lgamma(pool + 1) - lgamma(free + 1) - lgamma(pool - free + 1)
    return ways / log(10.0)


def words(situation: Situation) -> list[float]:
    """What the text says in words."""
    reading = situation.facts.reading
    return [
        float(reading.is_incomplete),
        float(reading.is_cut),
        float(bool(reading.tokens)),
        float(reading.is_early),
        float(reading.is_partly),
        float(reading.is_whole),
        float(reading.has_credit),
    ]


def surroundings(situation: Situation) -> list[float]:
    """What is the same for every explanation of a payment."""
    facts, amount = situation.facts, situation.amount
    return [
        float(amount % 1_000 == 0) + float(amount % 10_000 == 0),
        float(bool(facts.payment.payer_name)),
        float(len(situation.named)),
        float(len(facts.naming.items)),
        float(facts.naming.shared),
    ]


def _written(situation: Situation, hypothesis: Hypothesis) -> float:
    """Share of the items whose amount is written, or 0 when no amounts are."""
    amounts = situation.facts.reading.amounts
    if not amounts:
        return 0.0
    return sum(abs(item.open_minor) in amounts for item in hypothesis.items) / len(hypothesis.items)


def rest(situation: Situation, hypothesis: Hypothesis, strengths: list[Strength]) -> list[float]:
    """What else there is to measure."""
    issued = last_issue(situation, hypothesis)
    today = situation.facts.payment.paid_on.toordinal()
    return [
        float(sum([item.open_minor < 0 for item in hypothesis.items])),
        _written(situation, hypothesis),
        _twins(situation, hypothesis),
        float(hypothesis.customers),
        _instalment(situation.amount, hypothesis),
        float(len(strengths) >= len(situation.named) and all(strengths)),
        FAR if issued == NO_DAY else float(today - issued),
    ]


def _twins(situation: Situation, hypothesis: Hypothesis) -> float:
    """Unnamed items of the set that another open item outside equals to the cent."""
    opens, named = situation.view.opens, situation.named
    if len(hypothesis.rows) == 1:
        (row,) = hypothesis.rows
        return 0.0 if named.get(row) else float(opens.count(opens[row]) > 1)
    unnamed = [row for row in hypothesis.rows if not named.get(row)]
    if not unnamed:
        return 0.0
    held = Counter(opens[row] for row in hypothesis.rows)
    if len(held) > TWINS_ONE_BY_ONE_MAX:
        everywhere = Counter(opens)
        return float(sum(everywhere[opens[row]] > held[opens[row]] for row in unnamed))
    return float(sum(opens.count(opens[row]) > held[opens[row]] for row in unnamed))


def _instalment(amount: int, hypothesis: Hypothesis) -> float:
    """How many equal payments like this one pay the item: 2 to 12, else 0."""
    if len(hypothesis.items) != 1 or hypothesis.residual_minor >= 0 or amount <= 0:
        return 0.0
    parts = round(hypothesis.items[0].open_minor / amount)
    is_even = abs(parts * amount - hypothesis.items[0].open_minor) <= max(parts, 100)
    return float(parts) if 2 <= parts <= 12 and is_even else 0.0
