"""Payments that differ from what they settle: discount, fee, short, over, instalments."""

import datetime as dt
from dataclasses import replace

from benchmarks.matching.picking import Desk, Plan, batch_size
from benchmarks.matching.scenarios import random_part, settling
from matching.values import Claim, OpenItem

LATE_DAYS_MAX = 6  # after the last day of the discount it is still taken by some
INSTALMENT_MIN = 6_000


def discount(desk: Desk) -> list[Plan]:
    """One or more invoices less the agreed discount, in one of six cases a little late."""
    day, is_late = desk.day, desk.rng.random() < 0.17
    found = desk.someone(1, fits=lambda item: _is_discountable(item, day, is_late=is_late))
    if not found:
        return []
    payer, free = found
    count = 1 if desk.rng.random() < 0.6 else min(batch_size(desk.rng, len(free)), 6)
    places = desk.some(payer, free, min(count, len(free)))
    plan = settling(desk, "discount", payer, places, quoted=0.86)
    net = tuple(_less_discount(desk.item(place)) for place in places)
    amount = sum(claim.amount_minor for claim in net)
    return [replace(plan, claims=net, amount_minor=amount, day=day, words="discount")]


def bank_fee(desk: Desk) -> list[Plan]:
    """Mostly from abroad: a bank on the way kept its fee."""
    fee = desk.rng.choice(desk.profile.fees)
    found = desk.someone(1, fits=lambda item: item.open_minor > fee * 8)
    if not found:
        return []
    payer, free = found
    count = 1 if desk.rng.random() < 0.75 else min(batch_size(desk.rng, len(free)), 4)
    plan = settling(
        desk, "bank_fee", payer, desk.some(payer, free, min(count, len(free))), quoted=0.85
    )
    channel = "wire" if desk.rng.random() < 0.7 else ""
    return [replace(_changed(plan, -fee), channel=channel)]


def short_pay(desk: Desk) -> list[Plan]:
    """Less than is open, with or without a reason."""
    found = desk.someone(1, fits=lambda item: item.open_minor > 2_000)
    if not found:
        return []
    payer, free = found
    count = 1 if desk.rng.random() < 0.7 else min(batch_size(desk.rng, len(free)), 4)
    places = desk.some(payer, free, min(count, len(free)))
    plan = settling(desk, "short_pay", payer, places, quoted=0.9)
    less = int(plan.claims[-1].amount_minor * random_part(desk.rng, 0.02, 0.45)) + 1
    if desk.rng.random() < 0.4 and less > 100:
        less = less // 100 * 100
    return [replace(_changed(plan, -less), words="short")]


def over_pay(desk: Desk) -> list[Plan]:
    """More than is open: rounded up, a slip, something on account."""
    found = desk.someone(1)
    if not found:
        return []
    payer, free = found
    plan = settling(desk, "over_pay", payer, desk.some(payer, free, 1), quoted=0.9)
    step = desk.rng.choice((1_000, 5_000, 10_000))
    rounded = -plan.amount_minor % step or step
    slip = int(plan.amount_minor * random_part(desk.rng, 0.005, 0.2)) + 1
    more = rounded if desk.rng.random() < 0.5 else slip
    return [replace(plan, amount_minor=plan.amount_minor + more)]


def instalment(desk: Desk) -> list[Plan]:
    """One invoice in two to four payments; each is a payment of its own."""
    found = desk.someone(1, fits=lambda item: item.open_minor >= INSTALMENT_MIN)
    if not found:
        return []
    payer, free = found
    whole = settling(desk, "instalment", payer, desk.some(payer, free, 1))
    place = next(n for n in free if desk.item(n).id == whole.claims[0].item_id)
    count = desk.rng.choice((2, 3, 3, 4))
    day = desk.books.today - dt.timedelta(days=desk.rng.randrange(3))
    return [_part(desk, whole, place, (n, count), day) for n in range(1, count + 1)]


def _part(desk: Desk, whole: Plan, place: int, part: tuple[int, int], day: dt.date) -> Plan:
    number, count = part
    each = whole.amount_minor // count
    amount = each if number < count else whole.amount_minor - each * (count - 1)
    return replace(
        whole,
        amount_minor=amount,
        claims=(Claim(item_id=whole.claims[0].item_id, amount_minor=amount),),
        quotes=desk.quotes([place], share=0.9),
        day=day - dt.timedelta(days=7 * (count - number)),
        words="rate",
        part=part,
    )


def _changed(plan: Plan, by_minor: int) -> Plan:
    """The same items for less; what is missing is missing on the last."""
    last = plan.claims[-1]
    short = Claim(item_id=last.item_id, amount_minor=last.amount_minor + by_minor)
    claims = (*plan.claims[:-1], short)
    return replace(plan, claims=claims, amount_minor=plan.amount_minor + by_minor)


def _is_discountable(item: OpenItem, day: dt.date, *, is_late: bool) -> bool:
    if item.discount is None or (item.issued_on and item.issued_on > day):
        return False
    late_days = (day - item.discount.until).days
    return 0 < late_days <= LATE_DAYS_MAX if is_late else late_days <= 0


def _less_discount(item: OpenItem) -> Claim:
    off = item.discount.amount_minor if item.discount else 0
    return Claim(item_id=item.id, amount_minor=item.open_minor - off)
