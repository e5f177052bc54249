"""What is measured of an explanation before it gets a probability, in one fixed order."""

from collections.abc import Sequence
from math import lgamma, log, log10
from typing import Final

from matching.columns import NO_DAY
from matching.combinations import HALVES_MAX
from matching.hypotheses import Hypothesis, Situation
from matching.references import Strength
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
FAR: Final = 999.0


def measure(situation: Situation, hypothesis: Hypothesis) -> list[float]:
    """The features that need no look at rival explanations; those are 0 until `compare` ran."""
    strengths = _strengths(situation, hypothesis)
    if not situation.fixed:
        situation.fixed = (*_payer(situation), *_words(situation), *_surroundings(situation))
    fixed = situation.fixed
    return [
        *_names(situation, hypothesis, strengths),
        *_text(situation, hypothesis),
        *_difference(situation, hypothesis),
        *fixed[:8],
        *_sums(situation, hypothesis, strengths),
        *_order(situation, hypothesis),
        *(0.0, 0.0, 0.0, 0.0),
        *fixed[8:15],
        *_rest(situation, hypothesis, strengths),
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


def _strengths(situation: Situation, hypothesis: Hypothesis) -> list[Strength]:
    if hypothesis.customers == 1:
        if not situation.named:
            return [Strength.NONE] * len(hypothesis.rows)
        return [situation.named.get(row, Strength.NONE) for row in hypothesis.rows]
    hits = situation.facts.naming.items
    return [hits[item.customer_id][item.id].strength for item in hypothesis.items]


def _names(situation: Situation, hypothesis: Hypothesis, strengths: list[Strength]) -> list[float]:
    count = len(strengths)
    if not any(strengths):  # as most are: nothing is named
        outside = [*situation.named.values()] if hypothesis.customers == 1 else []
        far = sum([s >= Strength.SERIAL for s in outside])
        return [
            *(
                float(count),
                float(len(situation.view.items)),
                0.0,
                0.0,
                0.0,
                0.0,
                1.0,
                float(count),
                0.0,
            ),
            *(float(far), float(len(outside) - far), _named_of_others(situation, hypothesis)),
        ]
    full, serial, order, near, none = map(strengths.count, _BY_STRENGTH)
    named_amount = total = 0
    for item, strength in zip(hypothesis.items, strengths, strict=True):
        total += abs(item.open_minor)
        named_amount += abs(item.open_minor) if strength else 0
    apart = far = 0
    if hypothesis.customers == 1 and len(situation.named) > count - none:
        held = set(hypothesis.rows)
        outside = [s for row, s in situation.named.items() if row not in held]
        apart, far = len(outside), sum(s >= Strength.SERIAL for s in outside)
    return [
        float(count),
        float(len(situation.view.items)),
        full / count,
        serial / count,
        order / count,
        near / count,
        none / count,
        float(none),
        named_amount / (total or 1),
        float(far),
        float(apart - far),
        _named_of_others(situation, hypothesis),
    ]


_BY_STRENGTH: Final = (
    *(Strength.FULL, Strength.SERIAL, Strength.ORDER, Strength.NEAR, Strength.NONE),
)


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


def _text(situation: Situation, hypothesis: Hypothesis) -> list[float]:
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


def _difference(situation: Situation, hypothesis: Hypothesis) -> list[float]:
    off = float(hypothesis.residual_minor)
    return [off, off / max(situation.amount, 1), *_KINDS[hypothesis.residual]]


_KINDS: Final = {kind: [float(kind is other) for other in Residual] for kind in Residual}


def _payer(situation: Situation) -> list[float]:
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


def _sums(situation: Situation, hypothesis: Hypothesis, strengths: list[Strength]) -> list[float]:
    is_small = len(situation.view.items) <= HALVES_MAX
    return [
        float(min(situation.solutions, 1_000)),
        float(is_small),
        _accidents(situation, hypothesis, strengths),
    ]


def _accidents(situation: Situation, hypothesis: Hypothesis, strengths: list[Strength]) -> float:
    """log10 of how many sets as simple as this one would have this sum by accident."""
    view = situation.view
    free = strengths.count(Strength.NONE)
    if not free or hypothesis.residual in (Residual.OVER, Residual.SHORT, Residual.PART):
        return 0.0 if free else -9.0
    pool = max(len(view.items) - (len(strengths) - free), free)
    groups = max(situation.group_count, pool)
    ways = log10(groups) if hypothesis.is_structured else _choices(pool, free)
    spread = max(view.total, situation.amount, 1) / view.grid
    return ways - log10(max(spread, 1.0))


def _choices(pool: int, free: int) -> float:
    """log10 of pool over free."""
    ways = lgamma(pool + 1) - lgamma(free + 1) - lgamma(pool - free + 1)
    return ways / log(10.0)


def _order(situation: Situation, hypothesis: Hypothesis) -> list[float]:
    view, rows = situation.view, hypothesis.rows
    today = situation.facts.payment.paid_on.toordinal()
    if hypothesis.customers == 1:
        dues, issued = [view.dues[row] for row in rows], {view.issued[row] for row in rows}
    else:
        dues = [item.due_on.toordinal() if item.due_on else NO_DAY for item in hypothesis.items]
        issued = {i.issued_on.toordinal() if i.issued_on else NO_DAY for i in hypothesis.items}
    known = [due for due in dues if due != NO_DAY] if NO_DAY in dues else dues
    first, last = (rows[0], rows[-1]) if rows else (-1, -1)
    is_run = bool(rows) and last - first + 1 == len(rows)
    is_oldest = is_run and first == 0
    following = view.dues[last + 1] if 0 <= last < len(view.items) - 1 else today + 1
    return [
        float(hypothesis.is_structured),
        float(len(rows) == len(view.items)),
        float(is_oldest and bool(known) and dues[-1] <= today < following),
        float(is_oldest),
        float(is_run),
        float(bool(known) and len(set(dues)) == 1),
        float(len(issued) == 1 and NO_DAY not in issued),
        float(today - max(known)) if known else FAR,
        float(today - min(known)) if known else FAR,
    ]


def _words(situation: Situation) -> list[float]:
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


def _surroundings(situation: Situation) -> list[float]:
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


def _rest(situation: Situation, hypothesis: Hypothesis, strengths: list[Strength]) -> list[float]:
    issued = _last_issue(situation, hypothesis)
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


def _last_issue(situation: Situation, hypothesis: Hypothesis) -> int:
    """The ordinal day on which the newest of the items was issued; NO_DAY where none is known."""
    if hypothesis.customers == 1:
        return max(map(situation.view.issued.__getitem__, hypothesis.rows))
    days = [i.issued_on.toordinal() if i.issued_on else NO_DAY for i in hypothesis.items]
    return max(days)


def _twins(situation: Situation, hypothesis: Hypothesis) -> float:
    """Unnamed items of the set that another open item outside equals to the cent."""
    if len(hypothesis.rows) > 50:
        return 0.0
    opens, held, twins = situation.view.opens, set(hypothesis.rows), 0
    for row in hypothesis.rows:
        if not situation.named.get(row):
            twins += opens.count(opens[row]) > sum(opens[r] == opens[row] for r in held)
    return float(twins)


def _instalment(amount: int, hypothesis: Hypothesis) -> float:
    """How many equal payments like this one pay the item: 2 to 12, else 0."""
    if len(hypothesis.items) != 1 or hypothesis.residual_minor >= 0 or amount <= 0:
        return 0.0
    parts = round(hypothesis.items[0].open_minor / amount)
    is_even = abs(parts * amount - hypothesis.items[0].open_minor) <= max(parts, 100)
    return float(parts) if 2 <= parts <= 12 and is_even else 0.0
