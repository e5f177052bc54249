"""Explanations by one customer's items, looked for in many payments at once: what the text names,
what belongs together, what sums to the cent, and what differs by a discount or a fee."""

from collections.abc import Iterable, Sequence
from typing import Final

from matching.combinations import (
    HALVES_MAX,
    LISTED_MAX,
    Asked,
    Sums,
    exact_sets_of_all,
    exact_sets_without,
)
from matching.hypotheses import Rows, Situation
from matching.nearness import near_rows
from matching.ranges import ranged_rows
from matching.references import Strength
from matching.residuals import nets_of
from matching.runs import may_have_neighbours, neighbours
from matching.values import Residual
from matching.views import RUNS_MAX

COMPLETED_MAX: Final = 3  # ways to fill up what the text names
DROPPED_POOL_MAX: Final = 22  # named items among which the paid ones are searched
FEE_MAX: Final = 6_000  # minor units a bank keeps on the way at most
NEAREST_MAX: Final = 2
ITEMS_AT_ONCE: Final = 100_000  # items among which sums are searched together


def explain_all(situations: Sequence[Situation]) -> None:
    """All explanations by each situation's items that are worth weighing: plain ones have theirs
    already. Sums are searched for all at once, which takes much less time than one by one."""
    longer = [one for one in situations if len(one.view.items) and not one.is_plain]
    for portion in _portions(longer):
        _explain_portion(portion)


def _portions(situations: Sequence[Situation]) -> Iterable[list[Situation]]:
    """As many at once as have so many items between them, which bounds the memory it takes."""
    portion: list[Situation] = []
    count = 0
    for one in situations:
        portion.append(one)
        count += len(one.view.items)
        if count >= ITEMS_AT_ONCE:
            yield portion
            portion, count = [], 0
    if portion:
        yield portion


def _explain_portion(longer: Sequence[Situation]) -> None:
    asked = [Asked(one.view.sums, one.view.opens, one.amount) for one in longer]
    found = exact_sets_of_all(asked)
    for one, (_sets, solutions) in zip(longer, found, strict=True):
        one.solutions = solutions
        one.is_listed = len(one.view.items) <= HALVES_MAX and one.solutions <= LISTED_MAX
    may_run = _may_run([one for one in longer if not one.is_listed])
    for one, (sets, _count) in zip(longer, found, strict=True):
        _look_closer(one)
        _by_sums(one, sets, may_run.get(id(one), ()))
        _by_names(one)
    _explain_among([(one, named) for one in longer for named in _several_named(one)])
    lacking = [(one, *what) for one in longer for what in _lacking(one)]
    asked = [Asked(s.view.sums, s.view.opens, lack, frozenset(held)) for s, held, lack in lacking]
    for (one, held, lack), sets in zip(lacking, exact_sets_without(asked), strict=True):
        _completed(one, held, lack, sets)
    _explain_nets([(one, values) for one in longer for values in _nets_to_try(one)])
    for one in longer:
        _by_difference(one)


def _may_run(situations: Sequence[Situation]) -> dict[int, list[bool]]:
    """By each situation's id, for each order of its items, whether neighbours may sum to it."""
    ordered = [one.view.in_order() for one in situations]
    asked = [
        (values, one.amount)
        for one, orders in zip(situations, ordered, strict=True)
        for values in orders
    ]
    may = iter(may_have_neighbours(asked))
    return {
        id(one): [next(may) for _ in orders]
        for one, orders in zip(situations, ordered, strict=True)
    }


def _explain_nets(netted: Sequence[tuple[Situation, list[int]]]) -> None:
    """Sets less their cash discounts."""
    found = exact_sets_of_all([Asked(Sums(), values, one.amount) for one, values in netted])
    may_run = may_have_neighbours([(values, one.amount) for one, values in netted])
    for (one, values), (sets, _count), may in zip(netted, found, may_run, strict=True):
        for rows in sets[:COMPLETED_MAX]:
            one.add(rows)
        runs = neighbours(values, range(len(values)), one.amount) if may else []
        for rows in runs[:COMPLETED_MAX]:
            one.add(rows, is_structured=True)


def _look_closer(situation: Situation) -> None:
    """Damaged numbers, rows of numbers, discounts of the day."""
    view, named, spans = situation.view, situation.named, situation.spans
    facts = situation.facts
    for row, token in near_rows(view, facts.naming.loose).items():
        if row not in named:
            named[row], spans[row] = Strength.NEAR, (token.start, token.end)
    for row, token in ranged_rows(view, facts.reading.ranges, named).items():
        if named.get(row, Strength.NONE) < Strength.SERIAL:
            named[row], spans[row] = Strength.SERIAL, (token.start, token.end)
    if situation.nets is None:
        situation.nets = nets_of(view, facts.payment.paid_on)


def _by_sums(situation: Situation, sets: list[Rows], may_run: Sequence[bool]) -> None:
    """Sets of exactly the amount: what belongs together first, then any, the smallest first."""
    view, amount = situation.view, situation.amount
    if situation.is_listed:
        for rows in sets:
            situation.add(rows, is_structured=view.belongs_together(rows))
        return
    for rows in view.structured(amount, may_run) or _due_so_far(situation):
        situation.add(rows, is_structured=True)
    situation.group_count = view.group_count
    for rows in sets:
        situation.add(rows)


def _due_so_far(situation: Situation) -> list[Rows]:
    """The oldest items up to the amount, for customers with more than runs are kept for."""
    total, opens = 0, situation.view.opens
    if len(opens) <= RUNS_MAX:
        return []
    for row, amount in enumerate(opens):
        total += amount
        if total == situation.amount:
            return [tuple(range(row + 1))]
    return []


def _by_names(situation: Situation) -> None:
    """What is named: all of it, and the sets among it that fit."""
    if not situation.named:
        return
    strong, everything = situation.strong(), tuple(sorted(situation.named))
    for named in (strong, everything, situation.full()):
        situation.add(named)


def _several_named(situation: Situation) -> Iterable[Rows]:
    """All that is named, where some of it may be what was paid."""
    if not situation.is_listed and 1 < len(situation.named) <= DROPPED_POOL_MAX:
        yield tuple(sorted(situation.named))


def _explain_among(several: Sequence[tuple[Situation, Rows]]) -> None:
    """Named sets of exactly the amount: one token may have meant several items, or none."""
    asked = [
        Asked(Sums(), [one.view.opens[row] for row in named], one.amount) for one, named in several
    ]
    for (one, named), (sets, _count) in zip(several, exact_sets_of_all(asked), strict=True):
        for rows in sets[-COMPLETED_MAX:]:
            one.add(named[row] for row in rows)


def _lacking(situation: Situation) -> Iterable[tuple[Rows, int]]:
    """Named items, by number and then at all, and what is missing of the amount."""
    if situation.is_listed or not situation.named:
        return
    strong, everything = situation.strong(), tuple(sorted(situation.named))
    for named in (strong, everything) if len(everything) > len(strong) else (strong,):
        missing = situation.amount - sum(map(situation.view.opens.__getitem__, named))
        if missing and named:
            yield named, missing


def _completed(situation: Situation, named: Rows, missing: int, sets: list[Rows]) -> None:
    """Named items and the fewest others that make up the amount."""
    for rows in sets[:COMPLETED_MAX]:
        situation.add((*named, *rows))
    for rows in _groups_around(situation, set(named), missing):
        situation.add(rows)


def _groups_around(situation: Situation, held: set[int], missing: int) -> Iterable[Rows]:
    """Named items with all others of a due day or an issue day that make up the amount."""
    view = situation.view
    if len(view) <= HALVES_MAX or len(view) > 20_000:
        return
    opens = view.opens
    for labels in (view.dues, view.issued):
        sums: dict[int, int] = {}
        for row, label in enumerate(labels):
            if row not in held:
                sums[label] = sums.get(label, 0) + opens[row]
        for label in (label for label, amount in sums.items() if amount == missing):
            rows = [r for r, own in enumerate(labels) if own == label and r not in held]
            if len(rows) > 1:
                yield (*held, *rows)


def _nets_to_try(situation: Situation) -> list[list[int]]:
    """What the items are worth less their cash discounts, unless a named one fits as it is."""
    nets = situation.nets
    if nets is None:
        return []
    if any(
        h.residual is Residual.EXACT and h.rows[0] in situation.named
        for h in situation.found.values()
    ):
        return []
    both = [nets.earned] if nets.earned == nets.late else [nets.earned, nets.late]
    return [values for values in both if values != situation.view.opens]


def _by_difference(situation: Situation) -> None:
    """Nothing fits to the cent and nothing is named: an item a fee above the payment."""
    if situation.found or not situation.payer.is_identified:
        return
    opens, amount = situation.view.opens, situation.amount
    above = [(o - amount, row) for row, o in enumerate(opens) if 0 < o - amount <= FEE_MAX]
    near = sorted(pair for pair in above if pair[0] * 10 <= amount)
    for _fee, row in near[:NEAREST_MAX]:
        situation.add((row,))
    if 0 < situation.view.total - amount <= min(FEE_MAX, amount // 10):
        situation.add(range(len(opens)), is_structured=True)
    if not situation.found and len(opens) == 1:
        situation.add((0,))
