"""An explanation of a payment is a set of open items; a situation is a payment before the items of
one customer who may have paid, with the explanations found so far."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from matching.index import Index
from matching.payers import Facts, Payer
from matching.references import Strength
from matching.residuals import Nets, claims_of, nets_of, residual_of, short_item
from matching.values import Claim, OpenItem, Residual
from matching.views import View

Rows = tuple[int, ...]

PER_PAYER_MAX: Final = 12  # explanations of one payer that are weighed


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
    log_odds: float = 0.0  # by itself
    score: float = 0.0  # log-odds among its rivals
    probability: float = 0.0
    against: tuple[str, ...] = ()  # what forbids to apply it; known of the best one
    short_id: str = ""  # the item that the text says was not paid in full
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
            self._claims = claims_of(amount, self.items, self.residual, self.short_id)
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

    def full(self) -> Rows:
        """Rows named by their whole number."""
        named = self.named.items()
        return tuple([row for row, s in sorted(named) if s is Strength.FULL])

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
        one = Hypothesis(
            self.payer, self.view, ordered, items, residual, self.amount - total, 0, is_structured
        )
        if residual in (Residual.SHORT, Residual.FEE) and len(items) > 1:
            one.short_id = short_item(items, total - self.amount, self.facts.reading.amounts)
        self.found[ordered] = one


def explain(index: Index, facts: Facts, payer: Payer) -> Situation:
    """What is named, and whether that makes up the amount: then no need to look further."""
    situation = situation_of(index, facts, payer)
    if len(situation.view.items):
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
    for named in dict.fromkeys((situation.full(), strong)):
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
