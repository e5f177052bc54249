"""Plain RapidFuzz: every payment's words against every open item's, the most alike wins."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process, utils

from benchmarks.matching.peers.answers import Answer
from benchmarks.matching.peers.sets import each_item_once
from benchmarks.matching.worlds import World
from matching.values import Payment

AUTO_FROM = 95


class Fuzzy:
    """All pairs of one world; time grows with payments times items, so give it a sample."""

    def __init__(self, world: World) -> None:
        names = {customer.id: customer.names[0] for customer in world.customers}
        self.ids = [item.id for item in world.items]
        self.lines = [
            utils.default_process(f"{names[i.customer_id]} {i.number} {i.open_minor} {i.currency}")
            for i in world.items
        ]

    def answers(self, payments: Sequence[Payment]) -> list[Answer]:
        """One answer a payment."""
        return each_item_once([self._answer(payment) for payment in payments], payments)

    def _answer(self, payment: Payment) -> Answer:
        line = f"{payment.payer_name} {payment.text} {payment.amount_minor} {payment.currency}"
        best = process.extractOne(
            utils.default_process(line), self.lines, scorer=fuzz.token_sort_ratio
        )
        if best is None:
            return Answer(payment_id=payment.id)
        _line, score, place = best
        is_auto = score >= AUTO_FROM
        return Answer(
            payment_id=payment.id, items=(self.ids[place],), score=score / 100, is_auto=is_auto
        )
