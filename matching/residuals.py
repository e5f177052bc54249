"""How a payment differs from what it settles: discounts in time and late, fees, short and over."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from matching.reading import Reading
from matching.values import Claim, OpenItem, Residual
from matching.views import View

LATE_DAYS_MAX: Final = 14  # after its last day a discount taken is late, later it is a short pay
FEE_MAX: Final = 6_000  # minor units a bank keeps on the way at most
PART_SHARE_MAX: Final = 0.8  # of one item: less than this was knowingly a part
OVER_SHARE_MAX: Final = 1.0  # of the items: more than this above them is not about them
PAYOUT_SHARE_MAX: Final = 0.05  # of the items: what a card company keeps at most


@dataclass(frozen=True, slots=True)
class Nets:
    """What each item is worth less its discount: if in time, and if some days are forgiven."""

    earned: list[int]
    late: list[int]


def nets_of(view: View, paid_on: dt.date) -> Nets | None:
    """The net amounts on this day; None where no discount is to be had."""
    if not view.has_discounts:
        return None
    last = paid_on - dt.timedelta(days=LATE_DAYS_MAX)
    if view.last_discount() < last:
        return None
    to_be_had = [(row, off) for row, off in view.discounts() if off.until >= last]
    if not to_be_had:
        return None
    earned, late = view.opens.copy(), view.opens.copy()
    for row, off in to_be_had:
        late[row] -= off.amount_minor
        if off.until >= paid_on:
            earned[row] -= off.amount_minor
    return Nets(earned, late) if late != view.opens else None


def residual_of(
    amount: int, total: int, rows: tuple[int, ...], nets: Nets | None, reading: Reading
) -> Residual | None:
    """What the difference is; None when the payment is not about these items at all."""
    if amount == total:
        return Residual.EXACT
    if total <= 0:
        return None
    if nets is not None:
        if sum(map(nets.earned.__getitem__, rows)) == amount:
            return Residual.DISCOUNT
        if sum(map(nets.late.__getitem__, rows)) == amount:
            return Residual.LATE_DISCOUNT
    if amount > total:
        return Residual.OVER if amount - total <= OVER_SHARE_MAX * total else None
    return _less(amount, total, len(rows), reading)


def _less(amount: int, total: int, count: int, reading: Reading) -> Residual:
    is_small = total - amount <= min(FEE_MAX, total // 10)
    if count == 1 and (reading.is_partly or amount < PART_SHARE_MAX * total):
        return Residual.PART
    return Residual.FEE if is_small else Residual.SHORT


def short_item(items: tuple[OpenItem, ...], missing: int, written: frozenset[int]) -> str:
    """The id of the one item of which the text writes what was paid, and that is less than is
    open by what is missing; empty where it writes so of none or of several."""
    opens = {item.open_minor for item in items}
    found = [
        item.id
        for item in items
        if (paid := item.open_minor - missing) > 0 and paid in written and paid not in opens
    ]
    return found[0] if len(found) == 1 else ""


def _bearers(items: tuple[OpenItem, ...], missing: int, short_id: str) -> list[OpenItem]:
    """Invoices in the order in which they bear what is missing."""
    if not missing:
        return []
    told = [item for item in items if item.id == short_id]
    invoices = told + [i for i in reversed(items) if i.open_minor > 0 and i.id != short_id]
    if invoices[0].open_minor > missing:
        return invoices
    return sorted(invoices, key=lambda item: (-item.open_minor, item.id))


def claims_of(
    amount: int, items: tuple[OpenItem, ...], residual: Residual, short_id: str = ""
) -> tuple[Claim, ...]:
    """How much of each item the payment settles: never more than is open, never more than came.

    A discount lessens its own item; what else is missing is missing on the item that the text
    tells, else on the one due last, or on the largest where that one cannot bear it.
    """
    settled = {item.id: item.open_minor for item in items}
    if residual is not Residual.EXACT:
        _lessen(settled, amount, items, residual, short_id)
    whole = settled.items() if len(settled) == 1 else sorted(settled.items())
    return tuple([Claim(item_id=item, amount_minor=minor) for item, minor in whole if minor])


def _lessen(
    settled: dict[str, int],
    amount: int,
    items: tuple[OpenItem, ...],
    residual: Residual,
    short_id: str,
) -> None:
    """Take off what was not paid."""
    if residual in (Residual.DISCOUNT, Residual.LATE_DISCOUNT):
        missing = sum(settled.values()) - amount
        for item in items:
            if item.discount is not None and missing >= item.discount.amount_minor:
                settled[item.id] -= item.discount.amount_minor
                missing -= item.discount.amount_minor
    missing = max(sum(settled.values()) - amount, 0)
    for item in _bearers(items, missing, short_id):
        less = min(missing, settled[item.id])
        settled[item.id] -= less
        missing -= less
