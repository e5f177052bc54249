"""Who gets what when two payments claim one item: the strongest first, never more than is open."""

from collections.abc import Sequence

from matching.hypotheses import Hypothesis
from matching.scoring import share
from matching.values import Payment


def assign(
    payments: Sequence[Payment], groups: Sequence[list[Hypothesis]]
) -> list[tuple[list[Hypothesis], bool]]:
    """For each payment the explanations that are left to it, best first, and whether a stronger
    payment took its first one; their scores are then those among what is left. The order of the
    payments does not matter."""
    taken: dict[str, int] = {}
    left: list[tuple[list[Hypothesis], bool]] = [([], False)] * len(payments)
    for place in sorted(range(len(payments)), key=_strongest(payments, groups).__getitem__):
        group, amount = groups[place], payments[place].amount_minor
        if not group:
            continue
        free = group
        if not all([taken.keys().isdisjoint(one.ids()) for one in group]):
            free = [one for one in group if _fits(taken, one, amount)]
        if len(free) < len(group):
            share(free)
        if free:
            for claim in free[0].settles(amount):
                used = taken.get(claim.item_id, 0)
                taken[claim.item_id] = used + abs(claim.amount_minor)
        left[place] = (free, not free or free[0] is not group[0])
    return left


def _strongest(
    payments: Sequence[Payment], groups: Sequence[list[Hypothesis]]
) -> list[tuple[float, int, str]]:
    """By place what orders the payments: highest score first; payments that say the same thing
    share one score, so that of two of them the earlier is the one that paid and the later the one
    that paid twice."""
    best: dict[tuple[int, tuple[str, ...]], float] = {}
    for payment, group in zip(payments, groups, strict=True):
        if group:
            key = (payment.amount_minor, group[0].ids())
            best[key] = max(best.get(key, group[0].score), group[0].score)
    return [
        (
            -best[payment.amount_minor, group[0].ids()] if group else 0.0,
            payment.paid_on.toordinal(),
            payment.id,
        )
        for payment, group in zip(payments, groups, strict=True)
    ]


def _fits(taken: dict[str, int], one: Hypothesis, amount: int) -> bool:
    """Whether what is open of its items is still enough for it."""
    if taken.keys().isdisjoint(one.ids()):
        return True
    opens = {item.id: abs(item.open_minor) for item in one.items}
    claims = one.settles(amount)
    return all(taken.get(c.item_id, 0) + abs(c.amount_minor) <= opens[c.item_id] for c in claims)
