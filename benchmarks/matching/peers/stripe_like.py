"""Stripe-like (restated): the payer is known, then a group of at most five with just the amount.

After the published reconciliation of bank transfers. There a virtual account names the payer; here
a known account or the very name does. Without a group the oldest are funded, as a suggestion.
"""

import itertools
from collections.abc import Sequence

from benchmarks.matching.peers.answers import Answer, Ledger, bare_name, ids
from benchmarks.matching.peers.sets import each_item_once
from benchmarks.matching.worlds import World
from matching.values import OpenItem, Payment

GROUP_MAX = 5
LOOKED_AT_MAX = 14  # 2,002 groups of five


class StripeLike:
    """The rules over one world."""

    def __init__(self, world: World) -> None:
        self.ledger = Ledger(world)
        for items in self.ledger.by_customer.values():
            items.sort(key=lambda item: (str(item.due_on), item.id))

    def answers(self, payments: Sequence[Payment]) -> list[Answer]:
        """One answer a payment."""
        return each_item_once([self._answer(payment) for payment in payments], payments)

    def _answer(self, payment: Payment) -> Answer:
        named = self.ledger.by_name.get(bare_name(payment.payer_name), [])
        known = self.ledger.by_account.get(payment.payer_account, "")
        customer = known or (named[0] if len(named) == 1 else "")
        items = self.ledger.by_customer.get(customer, [])
        invoices = [i for i in items if i.currency == payment.currency and i.open_minor > 0]
        group = _group(invoices[:LOOKED_AT_MAX], payment.amount_minor)
        funded = group or _funded(invoices, payment.amount_minor)
        is_auto = bool(group)
        return Answer(
            payment_id=payment.id, items=ids(funded), score=float(is_auto), is_auto=is_auto
        )


def _group(items: Sequence[OpenItem], amount_minor: int) -> Sequence[OpenItem]:
    """The smallest group with exactly the amount, among equally small ones the oldest."""
    for size in range(1, GROUP_MAX + 1):
        for group in itertools.combinations(items, size):
            if sum(item.open_minor for item in group) == amount_minor:
                return group
    return ()


def _funded(items: Sequence[OpenItem], amount_minor: int) -> list[OpenItem]:
    funded = []
    for item in items:
        if item.open_minor > amount_minor:
            break
        funded.append(item)
        amount_minor -= item.open_minor
    return funded
