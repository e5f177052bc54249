"""Explanations of a payment, each a set of open items, and the situation they are found in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from matching.payers import Facts, Payer
from matching.references import Strength
from matching.residuals import Nets, residual_of, short_item
from matching.values import OpenItem, Residual
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
    is_plain: bool = False
    is_listed: bool = False  # every set of exactly the amount is among the explanations
    fixed: tuple[float, ...] = ()  # measures that are the same for every explanation
    found: dict[Rows, Hypothesis] = field(default_factory=dict)

    def strong(self) -> Rows:
        """Rows named by number."""
        return tuple(row for row, s in sorted(self.named.items()) if s is not Strength.NEAR)

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
