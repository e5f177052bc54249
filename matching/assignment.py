"""Who gets what when two payments claim one item: the strongest first, never more than is open."""

from collections.abc import Callable, Sequence

from matching.hypotheses import Hypothesis
from matching.residuals import claims_of
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
    for place in sorted(range(len(payments)), key=_strongest(payments, groups)):
        group, amount = groups[place], payments[place].amount_minor
        free = [one for one in group if _fits(taken, one, amount)]
        if len(free) < len(group):
            share(free)
        if free:
            for claim in claims_of(amount, free[0].items, free[0].residual, free[0].short_id):
                used = taken.get(claim.item_id, 0)
                taken[claim.item_id] = used + abs(claim.amount_minor)
        left[place] = (free, bool(group) and (not free or free[0] is not group[0]))
    return left


def _strongest(
    payments: Sequence[Payment], groups: Sequence[list[Hypothesis]]
) -> Callable[[int], tuple[float, int, str]]:
    """Highest score first; payments that say the same thing share one score, so that of two of
    them the earlier is the one that paid and the later the one that paid twice."""
    best: dict[tuple[int, tuple[str, ...]], float] = {}
    for payment, group in zip(payments, groups, strict=True):
        if group:
            key = (payment.amount_minor, _ids(group[0]))
            best[key] = max(best.get(key, group[0].score), group[0].score)

    def order(place: int) -> tuple[float, int, str]:
        group, payment = groups[place], payments[place]
        score = -best[payment.amount_minor, _ids(group[0])] if group else 0.0
        return score, payment.paid_on.toordinal(), payment.id

    return order


def _ids(one: Hypothesis) -> tuple[str, ...]:
    return tuple(sorted(item.id for item in one.items))


def _fits(taken: dict[str, int], one: Hypothesis, amount: int) -> bool:
    """Whether what is open of its items is still enough for it."""
    opens = {item.id: abs(item.open_minor) for item in one.items}
    if not any(item in taken for item in opens):
        return True
    claims = claims_of(amount, one.items, one.residual, one.short_id)
    return all(taken.get(c.item_id, 0) + abs(c.amount_minor) <= opens[c.item_id] for c in claims)
