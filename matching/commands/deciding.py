"""Ledgers decided as the commands do it: in one go, or day by day where items open over time.

Day by day, what was applied for certain is not open any more on the days that follow; what waits
for a person to confirm it still is, but no later payment that does not name it gets it unasked.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from matching.commands.days import Standing, days_of
from matching.commands.ledgers import Ledger
from matching.engine import Model, Policy, decide
from matching.memory import Memory
from matching.values import Claim, Decision, OpenItem, Payment, Proposal, Verdict

AWAITED: Final = "awaits_review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A payment, what becomes of it, and the items its explanations name, as they were then."""

    ledger: str
    payment: Payment
    decision: Decision
    items: dict[str, OpenItem]
    left: dict[str, int]  # minor units of each that were open when the payment came


def decided(ledger: Ledger, memory: Memory, model: Model, policy: Policy) -> Iterator[Decided]:
    """Every payment of the ledger, by day and id."""
    standing, waiting = Standing(ledger), set[str]()
    for day, payments in _steps(ledger):
        index = standing.reach(day)
        found = decide(index, payments, memory, model, policy)
        decisions = [_considerate(decision, waiting) for decision in found]
        for payment, decision in zip(payments, decisions, strict=True):
            yield _decided(ledger, standing, payment, decision)
        standing.settle(_claims(decisions, Verdict.AUTO))
        waiting |= {claim.item_id for claim in _claims(decisions, Verdict.SUGGEST)}


def _steps(ledger: Ledger) -> Iterable[tuple[dt.date, list[Payment]]]:
    """Where every item is open from the start, all payments are weighed against each other."""
    days = list(days_of(ledger))
    if ledger.is_dated or not days:
        return days
    return [(days[-1][0], [payment for _, payments in days for payment in payments])]


def _considerate(decision: Decision, waiting: set[str]) -> Decision:
    """Not applied where it takes, unnamed, what an earlier payment is suggested to settle."""
    best = decision.best
    if decision.verdict is not Verdict.AUTO or best is None:
        return decision
    named = {evidence.item_id for evidence in best.evidence}
    if not any(c.item_id in waiting and c.item_id not in named for c in best.claims):
        return decision
    return replace(decision, verdict=Verdict.SUGGEST, reasons=(AWAITED,))


def _claims(decisions: Iterable[Decision], verdict: Verdict) -> list[Claim]:
    return [
        claim
        for decision in decisions
        if decision.verdict is verdict and decision.best
        for claim in decision.best.claims
    ]


def _decided(ledger: Ledger, standing: Standing, payment: Payment, decision: Decision) -> Decided:
    named = sorted({claim.item_id for one in _proposals(decision) for claim in one.claims})
    return Decided(
        ledger=ledger.name,
        payment=payment,
        decision=decision,
        items={item_id: standing.open[item_id] for item_id in named},
        left={item_id: standing.left[item_id] for item_id in named},
    )


def _proposals(decision: Decision) -> Iterator[Proposal]:
    yield from (one for one in (decision.best, decision.runner_up) if one is not None)
