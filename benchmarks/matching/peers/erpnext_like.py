"""ERPNext-like (restated): the party by account or by fuzzy name over all parties, then a ranking.

After the published rules of its bank reconciliation: rank is one, and one more each for equal
party and equal amount. A person ticks there; here it applies where one invoice alone has both.
"""

from collections import defaultdict
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from benchmarks.matching.peers.answers import Answer, Ledger
from benchmarks.matching.peers.sets import each_item_once
from benchmarks.matching.worlds import World
from matching.values import OpenItem, Payment

CUT_OFF = 80


class ErpnextLike:
    """The rules over one world."""

    def __init__(self, world: World) -> None:
        self.ledger = Ledger(world)
        pairs = [(name, customer.id) for customer in world.customers for name in customer.names]
        self.names = [name for name, _one in pairs]
        self.whose = [one for _name, one in pairs]
        self.by_amount: dict[tuple[str, int], list[OpenItem]] = defaultdict(list)
        for item in world.items:
            self.by_amount[item.currency, item.open_minor].append(item)

    def answers(self, payments: Sequence[Payment]) -> list[Answer]:
        """One answer a payment."""
        return each_item_once([self._answer(payment) for payment in payments], payments)

    def _answer(self, payment: Payment) -> Answer:
        party = self.ledger.by_account.get(payment.payer_account) or self._by_name(payment)
        equal = self.by_amount.get((payment.currency, payment.amount_minor), [])
        both = [item for item in equal if item.customer_id == party]
        best = both or equal
        if not best:
            return Answer(payment_id=payment.id)
        is_sure = len(both) == 1
        return Answer(
            payment_id=payment.id,
            items=(best[0].id,),
            score=(1 + bool(both) + 1) / 3 if len(best) == 1 else 0.5,
            is_auto=is_sure,
        )

    def _by_name(self, payment: Payment) -> str:
        if not payment.payer_name:
            return ""
        found = process.extract(
            payment.payer_name,
            self.names,
            scorer=fuzz.token_set_ratio,
            limit=2,
            score_cutoff=CUT_OFF,
        )
        if not found or (len(found) > 1 and found[0][1] == found[1][1]):
            return ""
        return self.whose[found[0][2]]
