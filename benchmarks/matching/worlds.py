"""A world: open items, customers, closed items and payments with their truth, all from one seed.

Same profile, seed and sizes, same world, byte by byte, in every process; `digest` proves it.
"""

import hashlib
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from benchmarks.matching import differing, scenarios, strangers
from benchmarks.matching.arriving import arrive
from benchmarks.matching.ledger import make_books
from benchmarks.matching.picking import Desk, Plan
from benchmarks.matching.profiles import SHIFTED, TUNED, UNMATCHABLE, Profile
from benchmarks.matching.untouched import UNTOUCHED
from matching.values import Claim, ClosedItem, Customer, OpenItem, Payment

PROFILES: Mapping[str, Profile] = {"tuned": TUNED, "shifted": SHIFTED, "untouched": UNTOUCHED}
MAKERS: Mapping[str, Callable[[Desk], list[Plan]]] = {
    maker.__name__: maker
    for maker in (
        *(scenarios.one_ref, scenarios.batch_refs, scenarios.one_noref, differing.discount),
        *(scenarios.batch_noref, differing.instalment, scenarios.one_rf, scenarios.batch_credit),
        *(differing.bank_fee, differing.short_pay, scenarios.po_ref, differing.over_pay),
        *(scenarios.batch_range, strangers.card_payout),
        *(strangers.dup_closed, strangers.prepay, strangers.foreign),
    )
}
PAYMENTS_EACH = {"instalment": 3}  # on average; the mix counts payments


@dataclass(frozen=True, kw_only=True)
class World:
    """One ledger with its payments, and for each payment what it settles: () is nothing."""

    profile: str
    seed: int
    items: tuple[OpenItem, ...]
    customers: tuple[Customer, ...]
    closed: tuple[ClosedItem, ...]
    payments: tuple[Payment, ...]
    truth: Mapping[str, tuple[Claim, ...]]
    scenario: Mapping[str, str]
    channel: Mapping[str, str]

    @cached_property
    def by_id(self) -> Mapping[str, OpenItem]:
        """The open items by their ids."""
        return {item.id: item for item in self.items}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that is in it."""
        whole = hashlib.sha256()
        for line in self._lines():
            whole.update(line.encode())
            whole.update(b"\n")
        return whole.hexdigest()

    def _lines(self) -> Iterator[str]:
        for i in self.items:
            off = (i.discount.amount_minor, i.discount.until) if i.discount else ""
            yield f"{i.id}|{i.number}|{i.customer_id}|{i.open_minor}|{i.currency}|{i.po}|{off}"
            yield f"{i.issued_on}|{i.due_on}"
        yield from map(repr, self.customers)
        yield from map(repr, self.closed)
        for payment in self.payments:
            known = self.truth[payment.id], self.scenario[payment.id], self.channel[payment.id]
            yield f"{payment!r}|{known}"


def make_world(profile: str, seed: int, *, customers: int, items: int, payments: int) -> World:
    """The world of this seed: so many customers, open items and payments.

    KeyError for an unknown profile. With too few items for the payments it has fewer payments.
    """
    whose = PROFILES[profile]
    seeded = f"{profile}/{seed}/{customers}/{items}/{payments}"
    rng = random.Random(seeded)  # noqa: S311 (it must come out the same again)
    books = make_books(whose, rng, customers=customers, items=items)
    notes = [n for n, item in enumerate(books.items) if item.open_minor < 0]
    desk = Desk(books=books, profile=whose, rng=rng, credits=notes)
    arrived = _arrivals(desk, _plans(desk, payments))
    rng.shuffle(arrived)
    ids = [f"P{number:06d}" for number in range(len(arrived))]
    rows = list(zip(ids, arrived, strict=True))
    return World(
        profile=profile,
        seed=seed,
        items=tuple(books.items),
        customers=tuple(books.customers),
        closed=tuple(books.closed),
        payments=tuple(replace(payment, id=one) for one, (_plan, payment, _how) in rows),
        truth={one: _ascending(plan.claims) for one, (plan, _payment, _how) in rows},
        scenario={one: plan.scenario for one, (plan, _payment, _how) in rows},
        channel={one: how for one, (_plan, _payment, how) in rows},
    )


def _arrivals(desk: Desk, plans: Iterable[Plan]) -> list[tuple[Plan, Payment, str]]:
    """Each plan with its payment and channel."""
    arrived: list[tuple[Plan, Payment, str]] = []
    for plan in plans:
        if plan.is_again:
            _first, payment, how = arrived[-1]
            arrived.append((plan, replace(payment, paid_on=plan.day), how))
        else:
            arrived.append((plan, *arrive(desk, plan)))
    return arrived


def _plans(desk: Desk, count: int) -> list[Plan]:
    """So many payments, each scenario as often as the mix says and at least once."""
    deck = _deck(desk.profile, count)
    desk.rng.shuffle(deck)
    plans: list[Plan] = []
    for name in deck:
        plans += MAKERS[name](desk)
    for _ in range(count - len(plans)):  # some scenarios find nobody that they fit
        plans += scenarios.one_ref(desk)
    return _cut(plans, count)


def _deck(profile: Profile, count: int) -> list[str]:
    """The scenarios to come; one that makes several payments at once comes up less often."""
    whole = sum(profile.mix.values())
    return [
        name
        for name, part in profile.mix.items()
        for _ in range(math.ceil(part * count / whole / PAYMENTS_EACH.get(name, 1)))
    ]


def _cut(plans: list[Plan], count: int) -> list[Plan]:
    """Down to the number asked for; only of the commonest kind there are too many.

    The first of two payments of one invoice stays, or the second would be right.
    """
    again = {plan.quotes for plan in plans if plan.scenario == "dup_closed"}
    surplus = len(plans) - count
    kept: list[Plan] = []
    for plan in reversed(plans):
        if surplus > 0 and plan.scenario == "one_ref" and plan.quotes not in again:
            surplus -= 1
        else:
            kept.append(plan)
    return kept[::-1]


def _ascending(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple(sorted(claims, key=lambda claim: claim.item_id))


def is_matchable(scenario: str) -> bool:
    """Whether payments of this scenario settle anything."""
    return scenario not in UNMATCHABLE
