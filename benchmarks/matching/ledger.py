"""Customers and what they owe: the books that payments are made for."""

import datetime as dt
import random
from dataclasses import dataclass
from itertools import accumulate

from benchmarks.matching.customers import Payer, make_payers
from benchmarks.matching.issuing import issuer
from benchmarks.matching.profiles import Profile
from matching.values import ClosedItem, Customer, OpenItem

AGE_DAYS_MEAN = 34  # of what is open: young items are many, old ones few
AGE_DAYS_MAX = 300
BURSTS = 0.22  # the next number goes to the same customer
CLOSED_SHARE = 0.2


@dataclass(slots=True, kw_only=True)
class Books:
    """The ledger of one world; `free` tells which items no payment has settled yet."""

    today: dt.date
    customers: list[Customer]
    payers: list[Payer]
    items: list[OpenItem]
    closed: list[ClosedItem]
    owners: list[int]  # by item, the place of its customer
    owned: list[list[int]]  # by customer, the places of its items in the order they fall due
    places: dict[str, int]  # of the customers, by id
    free: bytearray

    def free_of(self, payer: int) -> list[int]:
        """Its invoices that no payment has settled yet, in its main currency, the oldest first."""
        currency = self.payers[payer].locale.currency
        return [n for n in self.owned[payer] if self.free[n] and self._is_invoice(n, currency)]

    def free_credits_of(self, payer: int) -> list[int]:
        """Its credit notes that nobody has taken yet, in its main currency."""
        currency = self.payers[payer].locale.currency
        found = (n for n in self.owned[payer] if self.free[n] and self.items[n].open_minor < 0)
        return [n for n in found if self.items[n].currency == currency]

    def due_on(self, place: int) -> dt.date:
        """When the item falls due."""
        return self.items[place].due_on or self.today

    def _is_invoice(self, place: int, currency: str) -> bool:
        item = self.items[place]
        return item.open_minor > 0 and item.currency == currency


def make_books(profile: Profile, rng: random.Random, *, customers: int, items: int) -> Books:
    """A ledger of so many customers who owe so many items, and what was settled lately."""
    today = dt.date(2025, 1, 1) + dt.timedelta(days=rng.randrange(400))
    payers = make_payers(profile, rng, count=customers)
    total = items + int(items * CLOSED_SHARE)
    owners = _owners(payers, total, rng)
    issue = issuer(profile, payers, rng).item
    days = _issue_days(today, total, rng)
    made = [issue(n, owner, day) for n, (owner, day) in enumerate(zip(owners, days, strict=True))]
    is_closed = _closed(total, total - items, rng)
    kept = [n for n in range(total) if not is_closed[n]]
    gone = [made[n] for n in range(total) if is_closed[n]]
    books = Books(
        today=today,
        customers=[p.as_customer(payers[p.parent].id if p.parent >= 0 else "") for p in payers],
        payers=payers,
        items=[made[n] for n in kept],
        closed=[_settled(item, today, rng) for item in gone if item.open_minor > 0],
        owners=[owners[n] for n in kept],
        owned=[[] for _ in payers],
        places={payer.id: place for place, payer in enumerate(payers)},
        free=bytearray(b"\x01") * items,
    )
    _index(books)
    return books


def _index(books: Books) -> None:
    for place, owner in enumerate(books.owners):
        books.owned[owner].append(place)
    for places in books.owned:
        places.sort(key=lambda place: (books.due_on(place), place))


def _issue_days(today: dt.date, count: int, rng: random.Random) -> list[dt.date]:
    ages = [min(int(rng.expovariate(1 / AGE_DAYS_MEAN)), AGE_DAYS_MAX) for _ in range(count)]
    days = [today - dt.timedelta(days=age) for age in range(AGE_DAYS_MAX + 1)]
    return [days[age] for age in sorted(ages, reverse=True)]


def _owners(payers: list[Payer], count: int, rng: random.Random) -> list[int]:
    weights = list(accumulate(payer.weight for payer in payers))
    owners = rng.choices(range(len(payers)), cum_weights=weights, k=count)
    for place in range(1, count):
        if rng.random() < BURSTS:
            owners[place] = owners[place - 1]
    return owners


def _closed(total: int, count: int, rng: random.Random) -> bytearray:
    """Which items were settled before; the youngest quarter is still open."""
    is_closed = bytearray(total)
    for place in rng.sample(range(total * 3 // 4), k=count):
        is_closed[place] = 1
    return is_closed


def _settled(item: OpenItem, today: dt.date, rng: random.Random) -> ClosedItem:
    return ClosedItem(
        number=item.number,
        customer_id=item.customer_id,
        amount_minor=item.open_minor,
        currency=item.currency,
        closed_on=today - dt.timedelta(days=rng.randrange(7, 90)),
    )
