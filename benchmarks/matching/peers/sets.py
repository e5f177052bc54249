"""Pairs with a probability become one set a payment: our rule, lent to the libraries that pair.

All items of one customer that the text names, if they sum to the payment, less discount or not;
else the likeliest item alone. A set is as likely as its weakest pair; a tie is worth nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.matching.peers.answers import Answer, ids, net_of
from matching.values import OpenItem, Payment


@dataclass(frozen=True, slots=True)
class Pair:
    """A payment and an item, how surely they belong together, and whether the text names it."""

    payment_id: str
    item_id: str
    score: float
    is_named: bool


def answers_from(
    pairs: Iterable[Pair], payments: Sequence[Payment], items: Mapping[str, OpenItem]
) -> list[Answer]:
    """One answer a payment, from all pairs that were scored."""
    by_payment: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_payment[pair.payment_id].append(pair)
    found = [_answer(payment, by_payment[payment.id], items) for payment in payments]
    return each_item_once(found, payments)


def each_item_once(answers: Sequence[Answer], payments: Sequence[Payment]) -> list[Answer]:
    """Nothing is settled twice: of equal sets the earliest payment keeps it, else the surer one.

    Any clerk would see to that, so every peer has it.
    """
    days = {payment.id: payment.paid_on for payment in payments}
    earliest: dict[tuple[str, ...], Answer] = {}
    for answer in sorted(answers, key=lambda a: (days[a.payment_id], a.payment_id)):
        earliest.setdefault(answer.items, answer)
    first = {answer.payment_id for answer in earliest.values()}
    taken: set[str] = set()
    kept: dict[str, Answer] = {}
    for answer in sorted(answers, key=lambda a: (-a.score, days[a.payment_id], a.payment_id)):
        is_late = answer.payment_id not in first or bool(taken.intersection(answer.items))
        kept[answer.payment_id] = replace(answer, score=0.0, is_auto=False) if is_late else answer
        taken.update(() if is_late else answer.items)
    return [kept[answer.payment_id] for answer in answers]


def only_closing(
    answers: Sequence[Answer], payments: Sequence[Payment], items: Mapping[str, OpenItem]
) -> list[Answer]:
    """Sets that do not sum to the payment, less discount or not, are worth nothing any more.

    This is our engine's own rule, lent on top: the tables tell both, without it and with it.
    """
    amounts = {payment.id: payment.amount_minor for payment in payments}
    kept = []
    for answer in answers:
        found = [items[one] for one in answer.items]
        sums = sum(item.open_minor for item in found), sum(net_of(item) for item in found)
        is_closing = amounts[answer.payment_id] in sums
        kept.append(answer if is_closing else replace(answer, score=0.0, is_auto=False))
    return kept


def _answer(payment: Payment, pairs: list[Pair], items: Mapping[str, OpenItem]) -> Answer:
    pairs = [pair for pair in pairs if items[pair.item_id].currency == payment.currency]
    if not pairs:
        return Answer(payment_id=payment.id)
    pairs.sort(key=lambda pair: (-pair.score, pair.item_id))
    named = _named_together(payment, pairs, items)
    if named:
        score = min(pair.score for pair in named)
        chosen = ids(items[pair.item_id] for pair in named)
        return Answer(payment_id=payment.id, items=chosen, score=score)
    is_tie = len(pairs) > 1 and pairs[1].score >= pairs[0].score
    score = 0.0 if is_tie else pairs[0].score
    return Answer(payment_id=payment.id, items=(pairs[0].item_id,), score=score)


def _named_together(
    payment: Payment, pairs: Sequence[Pair], items: Mapping[str, OpenItem]
) -> list[Pair]:
    by_customer: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.is_named:
            by_customer[items[pair.item_id].customer_id].append(pair)
    for together in by_customer.values():
        found = [items[pair.item_id] for pair in together]
        sums = sum(item.open_minor for item in found), sum(net_of(item) for item in found)
        if len(found) > 1 and payment.amount_minor in sums:
            return together
    return []
