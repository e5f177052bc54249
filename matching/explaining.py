"""Which explanations a payment has: what the text names, what belongs together, what sums to the
cent, and what differs by a discount, a fee, or is paid in part."""

from collections.abc import Iterable
from typing import Final

from matching.combinations import HALVES_MAX, LISTED_MAX, Sums, exact_sets
from matching.hypotheses import Rows, Situation
from matching.index import Index
from matching.nearness import near_rows
from matching.payers import Facts, Payer
from matching.ranges import ranged_rows
from matching.references import Strength
from matching.residuals import nets_of
from matching.values import Residual
from matching.views import RUNS_MAX, runs

COMPLETED_MAX: Final = 3  # ways to fill up what the text names
DROPPED_POOL_MAX: Final = 22  # named items among which the paid ones are searched
FEE_MAX: Final = 6_000  # minor units a bank keeps on the way at most
NEAREST_MAX: Final = 2


def explain(index: Index, facts: Facts, payer: Payer) -> Situation:
    """All explanations by one customer's items that are worth weighing."""
    situation = situation_of(index, facts, payer)
    if not len(situation.view) or _is_plain(situation):
        return situation
    _look_closer(situation)
    _by_sums(situation)
    _by_names(situation)
    _by_nets(situation)
    _by_difference(situation)
    return situation


def situation_of(index: Index, facts: Facts, payer: Payer) -> Situation:
    """See which of the customer's items the text names by number."""
    view = index.view(payer.customer_id, facts.payment.currency)
    named: dict[int, Strength] = {}
    spans: dict[int, tuple[int, int]] = {}
    for item_id, hit in facts.naming.items.get(payer.customer_id, {}).items():
        row = view.places.get(item_id)
        if row is not None:
            named[row], spans[row] = hit.strength, (hit.start, hit.end)
    return Situation(facts, payer, view, facts.payment.amount_minor, named, spans)


def _is_plain(situation: Situation) -> bool:
    """Whether the named items make up the amount, or do so less the discount that was earned: no
    need to look further."""
    strong = situation.strong()
    if not strong:
        return False
    opens = situation.view.opens
    for named in dict.fromkeys((_full(situation), strong)):
        if named and sum(map(opens.__getitem__, named)) == situation.amount:
            return _settle(situation, named)
    situation.nets = nets_of(situation.view, situation.facts.payment.paid_on)
    if situation.nets is None:
        return False
    net = sum(map(situation.nets.earned.__getitem__, strong))
    return net == situation.amount and _settle(situation, strong)


def _settle(situation: Situation, rows: Rows) -> bool:
    situation.add(rows)
    situation.solutions = 1
    situation.is_plain = True
    return True


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


def _by_names(situation: Situation) -> None:
    """What is named: all of it, the sets among it that fit, and it with what is missing."""
    strong, everything = situation.strong(), tuple(sorted(situation.named))
    for named in (strong, everything, _full(situation)):
        situation.add(named)
    if situation.is_listed:
        return
    _among(situation, everything)
    _completed(situation, strong)
    if len(everything) > len(strong):
        _completed(situation, everything)


def _full(situation: Situation) -> Rows:
    return tuple(r for r, s in sorted(situation.named.items()) if s is Strength.FULL)


def _among(situation: Situation, named: Rows) -> None:
    """Named sets of exactly the amount: one token may have meant several items, or none."""
    if not 1 < len(named) <= DROPPED_POOL_MAX:
        return
    opens = [situation.view.opens[row] for row in named]
    for rows in exact_sets(Sums(), opens, situation.amount)[0][-COMPLETED_MAX:]:
        situation.add(named[row] for row in rows)


def _completed(situation: Situation, named: Rows) -> None:
    """Named items and the fewest others that make up the amount."""
    view = situation.view
    missing = situation.amount - sum(map(view.opens.__getitem__, named))
    if not missing or not named:
        return
    held = set(named)
    rest = [row for row in range(len(view)) if row not in held]
    sets, _count = exact_sets(Sums(), [view.opens[row] for row in rest], missing)
    for rows in sets[:COMPLETED_MAX]:
        situation.add((*named, *(rest[row] for row in rows)))
    for rows in _groups_around(situation, held, missing):
        situation.add(rows)


def _groups_around(situation: Situation, held: set[int], missing: int) -> Iterable[Rows]:
    """Named items with all others of a due day or an issue day that make up the amount."""
    view = situation.view
    if len(view) <= HALVES_MAX or len(view) > 20_000:
        return
    for labels in (view.dues, [item.issued_on for item in view.items]):
        together: dict[object, list[int]] = {}
        for row, label in enumerate(labels):
            if row not in held:
                together.setdefault(label, []).append(row)
        for rows in together.values():
            if len(rows) > 1 and sum(map(view.opens.__getitem__, rows)) == missing:
                yield (*held, *rows)


def _by_sums(situation: Situation) -> None:
    """Sets of exactly the amount: what belongs together first, then any, the smallest first."""
    view, amount = situation.view, situation.amount
    sets, situation.solutions = view.exact(amount)
    situation.is_listed = len(view) <= HALVES_MAX and situation.solutions <= LISTED_MAX
    if situation.is_listed:
        for rows in sets:
            situation.add(rows, is_structured=view.belongs_together(rows))
        return
    for rows in view.structured(amount) or _due_so_far(situation):
        situation.add(rows, is_structured=True)
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


def _by_nets(situation: Situation) -> None:
    """Sets less their cash discounts."""
    nets = situation.nets
    if nets is None:
        return
    if any(
        h.residual is Residual.EXACT and h.rows[0] in situation.named
        for h in situation.found.values()
    ):
        return
    for values in [nets.earned] if nets.earned == nets.late else [nets.earned, nets.late]:
        if values == situation.view.opens:
            continue
        for rows in exact_sets(Sums(), values, situation.amount)[0][:COMPLETED_MAX]:
            situation.add(rows)
        for rows in runs(values, range(len(values)), situation.amount)[:COMPLETED_MAX]:
            situation.add(rows, is_structured=True)


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
