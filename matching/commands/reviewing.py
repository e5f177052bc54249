"""Payments whose truth is known, taken day by day: decide, then be told, then go on.

A day is decided with what was learned on the days before it and with what these left open.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matching.commands.days import Standing, days_of
from matching.commands.ledgers import Ledger
from matching.engine import Index, Model, Policy, decide, learn
from matching.memory import Memory, Reviewed
from matching.values import Claim, Decision, Payment

# What each reviewed payment settled, by its id; nothing where it settles nothing of ours.
Truth = Mapping[str, Sequence[Claim]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day as it was when its payments were decided."""

    on: dt.date
    standing: Standing
    index: Index
    memory: Memory
    payments: Sequence[Payment]
    decisions: Sequence[Decision]


class Review:
    """A walk through a ledger whose truth is known; `memory` and `reviewed` grow with each day."""

    def __init__(
        self, ledger: Ledger, truth: Truth, memory: Memory, model: Model, policy: Policy
    ) -> None:
        self.memory = memory
        self.reviewed: list[Reviewed] = []
        self._ledger, self._truth = ledger, truth
        self._model, self._policy = model, policy

    def days(self) -> Iterator[Day]:
        """Every day; the truth of a day is told after whoever asked has looked at it."""
        standing = Standing(self._ledger)
        for on, payments in days_of(self._ledger):
            index = standing.reach(on)
            decisions = decide(index, payments, self.memory, self._model, self._policy)
            yield Day(
                on=on,
                standing=standing,
                index=index,
                memory=self.memory,
                payments=payments,
                decisions=decisions,
            )
            told = list(self._told(standing, payments, decisions))
            self.memory = learn(self.memory, told)
            self.reviewed += told
            standing.settle([claim for one in told for claim in one.claims])

    def _told(
        self, standing: Standing, payments: Iterable[Payment], decisions: Iterable[Decision]
    ) -> Iterator[Reviewed]:
        """What was reviewed; claims on items that are not open on that day are left out."""
        for payment, decision in zip(payments, decisions, strict=True):
            truth = self._truth.get(payment.id)
            if truth is None:
                continue
            claims = [claim for claim in truth if claim.item_id in standing.open]
            if claims or not truth:
                customer_id = standing.open[claims[0].item_id].customer_id if claims else ""
                yield Reviewed(
                    payment=payment,
                    claims=tuple(claims),
                    customer_id=customer_id,
                    decision=decision,
                )
