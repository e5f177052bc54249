"""Worlds whose books are kept otherwise: without names, without days, in whole units.

What a model learns must not hang on a column that another seller does not have.
"""

from collections import Counter
from dataclasses import replace

from benchmarks.matching.worlds import World
from matching.values import OpenItem


def as_made(world: World) -> World:
    """The world as it is."""
    return world


def dateless(world: World) -> World:
    """No due days, no discounts, no numbers of settled items: a list of what is open, no more."""
    items = tuple(replace(item, due_on=None, discount=None, po="") for item in world.items)
    return replace(world, items=items, closed=())


def nameless(world: World) -> World:
    """No names at all; nine in ten customers are known by the account they pay from."""
    owners = {item.id: item.customer_id for item in world.items}
    used: Counter[tuple[str, str]] = Counter()
    for payment in world.payments:
        for claim in world.truth[payment.id][:1]:
            used[owners[claim.item_id], payment.payer_account] += 1
    accounts: dict[str, str] = {}
    for (owner, account), _count in sorted(used.items(), key=lambda pair: (pair[1], pair[0])):
        accounts[owner] = account
    customers = tuple(
        replace(c, names=(), accounts=(accounts[c.id],) if place % 10 and c.id in accounts else ())
        for place, c in enumerate(world.customers)
    )
    payments = tuple(replace(payment, payer_name="") for payment in world.payments)
    return replace(world, customers=customers, payments=payments)


def whole_units(world: World) -> World:
    """The same without names and cents: amounts fall together much more often."""
    known = {item.id: item for item in world.items}
    whole = {item.id: replace(item, open_minor=_whole(item)) for item in world.items}
    off = {one: whole[one].open_minor - item.open_minor for one, item in known.items()}
    payments = tuple(
        replace(p, amount_minor=p.amount_minor + sum(off[c.item_id] for c in world.truth[p.id]))
        for p in world.payments
    )
    return nameless(replace(world, items=tuple(whole.values()), payments=payments))


def _whole(item: OpenItem) -> int:
    """To the nearest unit, and smaller: small amounts are what makes accidents likely."""
    sign = 1 if item.open_minor > 0 else -1
    return sign * max(round(abs(item.open_minor) / 500), 1) * 100


def namesakes(world: World) -> World:
    """Three customers of one name each: branches that the books know apart and a bank does not."""
    first = {c.id: world.customers[place // 3 * 3] for place, c in enumerate(world.customers)}
    owners = {item.id: item.customer_id for item in world.items}
    customers = tuple(replace(c, names=first[c.id].names, accounts=()) for c in world.customers)
    payments = tuple(
        replace(payment, payer_name=first[owners[claims[0].item_id]].names[0], payer_account="")
        if (claims := world.truth[payment.id])
        else payment
        for payment in world.payments
    )
    return replace(world, customers=customers, payments=payments)
