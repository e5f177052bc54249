"""Explanations of a payment, each a set of open items: what the text names, what belongs together,
what sums to the cent, and what differs by a discount, a fee, or is paid in part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from matching.combinations import (
    HALVES_MAX,
    LISTED_MAX,
    Asked,
    Sums,
    exact_sets,
    exact_sets_of_all,
    exact_sets_without,
)
from matching.index import Index
from matching.nearness import near_rows
from matching.payers import Facts, Payer
from matching.ranges import ranged_rows
from matching.references import Strength
from matching.residuals import Nets, claims_of, nets_of, residual_of
from matching.runs import may_have_neighbours, neighbours
from matching.values import Claim, OpenItem, Residual
from matching.views import RUNS_MAX, View

Rows = tuple[int, ...]

PER_PAYER_MAX: Final = 12  # explanations of one payer that are weighed
COMPLETED_MAX: Final = 3  # ways to fill up what the text names
DROPPED_POOL_MAX: Final = 22  # named items among which the paid ones are searched
FEE_MAX: Final = 6_000  # minor units a bank keeps on the way at most
NEAREST_MAX: Final = 2


@dataclass(slots=True)
class Hypothesis:
    """One explanation: rows of one customer's view, or items of several customers."""

    payer: Payer
    view: View
    rows: Rows
    items: tuple[OpenItem, ...]
    residual: Residual
    residual_minor: int  # payment less what is open of the items
    solutions: int  # sets of the customer's items with the same sum; 0: not countable
    is_structured: bool
    customers: int = 1
    features: list[float] = field(default_factory=list)
    score: float = 0.0
    probability: float = 0.0
    against: tuple[str, ...] = ()  # what forbids to apply it; known of the best one
    _ids: tuple[str, ...] = ()
    _claims: tuple[Claim, ...] | None = None

    def ids(self) -> tuple[str, ...]:
        """The ids of the items, ascending."""
        if not self._ids:
            ids = [item.id for item in self.items]
            self._ids = tuple(sorted(ids) if len(ids) > 1 else ids)
        return self._ids

    def settles(self, amount: int) -> tuple[Claim, ...]:
        """How much of each item the payment settles, which is of this amount."""
        if self._claims is None:
            self._claims = claims_of(amount, self.items, self.residual)
        return self._claims


@dataclass(slots=True)
class Situation:
    """A payment before one customer's open items: which rows are named, and how."""

    facts: Facts
    payer: Payer
    view: View
    amount: int
    named: dict[int, Strength]
    spans: dict[int, tuple[int, int]]
    nets: Nets | None = None
    solutions: int = 0
    group_count: int = 0  # sets that belong together among which one of the amount was looked for
    is_plain: bool = False
    is_listed: bool = False  # every set of exactly the amount is among the explanations
    fixed: tuple[float, ...] = ()  # measures that are the same for every explanation
    found: dict[Rows, Hypothesis] = field(default_factory=dict)

    def strong(self) -> Rows:
        """Rows named by number."""
        named = self.named.items()
        rows = named if len(named) == 1 else sorted(named)
        return tuple([row for row, s in rows if s is not Strength.NEAR])

    def add(self, rows: Iterable[int], *, is_structured: bool = False) -> None:
        """Keep this set, once, with the class of its residual."""
        ordered = tuple(sorted(rows))
        if not ordered or len(self.found) >= 4 * PER_PAYER_MAX:
            return
        known = self.found.get(ordered)
        if known is not None:
            known.is_structured |= is_structured
            return
        opens = self.view.opens
        total = sum(map(opens.__getitem__, ordered))
        residual: Residual | None = Residual.EXACT
        if total != self.amount:
            residual = residual_of(self.amount, total, ordered, self.nets, self.facts.reading)
        if residual is None:
            return
        items = tuple(map(self.view.items.__getitem__, ordered))
        self.found[ordered] = Hypothesis(
            self.payer, self.view, ordered, items, residual, self.amount - total, 0, is_structured
        )


def explain_all(situations: Sequence[Situation]) -> None:
    """All explanations by each situation's items that are worth weighing: plain ones have theirs
    already. Sums are searched for all at once, which takes much less time than one by one."""
    longer = [one for one in situations if len(one.view) and not one.is_plain]
    asked = [Asked(one.view.sums, one.view.opens, one.amount) for one in longer]
    found = exact_sets_of_all(asked)
    for one, (_sets, solutions) in zip(longer, found, strict=True):
        one.solutions = solutions
        one.is_listed = len(one.view) <= HALVES_MAX and one.solutions <= LISTED_MAX
    may_run = _may_run([one for one in longer if not one.is_listed])
    for one, (sets, _count) in zip(longer, found, strict=True):
        _look_closer(one)
        _by_sums(one, sets, may_run.get(id(one), ()))
        _by_names(one)
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


def explain(index: Index, facts: Facts, payer: Payer) -> Situation:
    """What is named, and whether that makes up the amount: then no need to look further."""
    situation = situation_of(index, facts, payer)
    if len(situation.view):
        _is_plain(situation)
    return situation


def situation_of(index: Index, facts: Facts, payer: Payer) -> Situation:
    """See which of the customer's items the text names by number."""
    view = index.view(payer.customer_id, facts.payment.currency)
    named: dict[int, Strength] = {}
    spans: dict[int, tuple[int, int]] = {}
    hits = facts.naming.items.get(payer.customer_id)
    if hits:
        for hit in hits.values():
            row = view.row_of(hit.item)
            if row >= 0:
                named[row], spans[row] = hit.strength, (hit.start, hit.end)
    return Situation(facts, payer, view, facts.payment.amount_minor, named, spans)


def _is_plain(situation: Situation) -> bool:
    """Whether the named items make up the amount, or do so less the discount that was earned: no
    need to look further."""
    if not situation.named:
        return False
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
    """What is named: all of it, and the sets among it that fit."""
    if not situation.named:
        return
    strong, everything = situation.strong(), tuple(sorted(situation.named))
    for named in (strong, everything, _full(situation)):
        situation.add(named)
    if not situation.is_listed:
        _among(situation, everything)


def _full(situation: Situation) -> Rows:
    return tuple([r for r, s in sorted(situation.named.items()) if s is Strength.FULL])


def _among(situation: Situation, named: Rows) -> None:
    """Named sets of exactly the amount: one token may have meant several items, or none."""
    if not 1 < len(named) <= DROPPED_POOL_MAX:
        return
    opens = [situation.view.opens[row] for row in named]
    for rows in exact_sets(Sums(), opens, situation.amount)[0][-COMPLETED_MAX:]:
        situation.add(named[row] for row in rows)


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
