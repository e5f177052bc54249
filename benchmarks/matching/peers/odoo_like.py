"""Odoo-like (restated): the partner, then equal groups of digits, then items while there is room.

After the published reconciliation model: partner by account, then by name; words of four letters
and more, their digits equal to those of an item; more hits first, then what is due first; one
equal amount wins, else items are added in order. Exact and overpaid validate by themselves.
"""

from collections import Counter
from collections.abc import Sequence

from benchmarks.matching.peers.answers import DIGITS, Answer, Ledger, bare_name, ids, net_of
from benchmarks.matching.peers.sets import each_item_once
from benchmarks.matching.worlds import World
from matching.values import OpenItem, Payment


class OdooLike:
    """The rules over one world."""

    def __init__(self, world: World) -> None:
        self.ledger = Ledger(world)

    def answers(self, payments: Sequence[Payment]) -> list[Answer]:
        """One answer a payment."""
        return each_item_once([self._answer(payment) for payment in payments], payments)

    def _answer(self, payment: Payment) -> Answer:
        partner = self._partner(payment)
        items = self._by_numbers(payment, partner) or self._by_amount(payment, partner)
        if not items:
            return Answer(payment_id=payment.id)
        room = payment.amount_minor - sum(item.open_minor for item in items)
        is_net = payment.amount_minor == sum(net_of(item) for item in items)
        is_auto = room >= 0 or is_net
        return Answer(
            payment_id=payment.id, items=ids(items), score=float(is_auto), is_auto=is_auto
        )

    def _partner(self, payment: Payment) -> str:
        known = self.ledger.by_account.get(payment.payer_account, "")
        named = self.ledger.by_name.get(bare_name(payment.payer_name), [])
        return known or (named[0] if len(named) == 1 else "")

    def _by_numbers(self, payment: Payment, partner: str) -> list[OpenItem]:
        hits: Counter[str] = Counter()
        for group in set(DIGITS.findall(payment.text)):
            for item in self.ledger.by_token.get(group, ()):
                hits[item.id] += self._is_possible(item, payment, partner)
        found = [self.ledger.items[one] for one, count in hits.items() if count]
        found.sort(key=lambda item: (-hits[item.id], item.due_on or payment.paid_on, item.id))
        return _chosen(found, payment.amount_minor)

    def _by_amount(self, payment: Payment, partner: str) -> list[OpenItem]:
        if not partner:
            return []
        items = self.ledger.by_customer[partner]
        wanted = (payment.currency, payment.amount_minor)
        equal = [
            i for i in items if wanted in ((i.currency, i.open_minor), (i.currency, net_of(i)))
        ]
        return equal if len(equal) == 1 else []

    def _is_possible(self, item: OpenItem, payment: Payment, partner: str) -> bool:
        return item.currency == payment.currency and partner in ("", item.customer_id)


def _chosen(items: Sequence[OpenItem], amount_minor: int) -> list[OpenItem]:
    equal = [item for item in items if amount_minor in (item.open_minor, net_of(item))]
    if len(equal) == 1:
        return equal
    taken, room = [], amount_minor
    for item in items:
        if room <= 0:
            break
        taken.append(item)
        room -= item.open_minor
    return taken
