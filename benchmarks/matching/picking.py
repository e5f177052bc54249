"""Choosing what a payment settles: a customer, its items, the day; the plan that comes of it."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.matching.customers import Payer
from benchmarks.matching.ledger import Books
from benchmarks.matching.profiles import Profile
from matching.values import Claim, OpenItem

TRIES = 300
DAYS_MAX = 7  # payments of one world came within a week

Found = tuple[int, list[int]]  # a customer and places of its items


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One number that the payer means to write, as our papers have it."""

    text: str
    kind: str = "number"  # number, order, rf, credit
    amount_minor: int = 0
    issued_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A payment before it is written down. Claims sum to the amount, but for what is too much."""

    scenario: str
    payer: int  # the customer's place; -1: nobody we know
    amount_minor: int
    currency: str
    day: dt.date
    claims: tuple[Claim, ...] = ()
    quotes: tuple[Quote, ...] = ()
    words: str = ""  # which words go with it: short, discount, rate, prepay, range, more, ...
    part: tuple[int, int] = (0, 0)  # which of how many instalments
    name: str = ""  # of a stranger
    is_again: bool = False  # the very same transfer as the one before, some days after it
    channel: str = ""  # empty: the payer's own


@dataclass(slots=True, kw_only=True)
class Desk:
    """Where payments are thought up: the books, and chance."""

    books: Books
    profile: Profile
    rng: random.Random
    credits: list[int]

    @property
    def day(self) -> dt.date:
        """Some day of the last week."""
        return self.books.today - dt.timedelta(days=self.rng.randrange(DAYS_MAX))

    def payer(self, place: int) -> Payer:
        """The customer at this place."""
        return self.books.payers[place]

    def item(self, place: int) -> OpenItem:
        """The item at this place."""
        return self.books.items[place]

    def someone(
        self, count: int, *, fits: Callable[[OpenItem], bool] | None = None
    ) -> Found | None:
        """A customer with so many free invoices that fit; busy customers come up more often."""
        owners, books = self.books.owners, self.books
        for _ in range(TRIES):
            place = self.rng.randrange(len(owners))
            if fits and not fits(books.items[place]):
                continue
            free = books.free_of(owners[place])
            fitting = [n for n in free if fits(books.items[n])] if fits else free
            if len(fitting) >= count:
                return owners[place], fitting
        return None

    def some(self, payer: int, free: Sequence[int], count: int) -> list[int]:
        """So many of these, as this customer chooses: the oldest together, or any."""
        if not self.payer(payer).pays_oldest_first:
            return sorted(self.rng.sample(free, k=count), key=free.index)
        start = 0 if self.rng.random() < 0.7 else self.rng.randrange(len(free) - count + 1)
        return list(free[start : start + count])

    def take(self, places: Sequence[int]) -> None:
        """These are settled now; no other payment gets them."""
        for place in places:
            self.books.free[place] = 0

    def oldest_twins(self, free: Sequence[int], places: Sequence[int]) -> list[int]:
        """The same amounts on the oldest items: who names none pays what has waited longest."""
        wanted = Counter(self.item(place).open_minor for place in places)
        found = []
        for place in free:
            amount = self.item(place).open_minor
            if wanted[amount]:
                wanted[amount] -= 1
                found.append(place)
        return found

    def quote(self, place: int) -> Quote:
        """The item's number, as the payer read it on our paper."""
        item = self.item(place)
        kind = "credit" if item.open_minor < 0 else "number"
        return Quote(
            text=item.number, kind=kind, amount_minor=item.open_minor, issued_on=item.issued_on
        )

    def quotes(self, places: Sequence[int], *, share: float = 1.0) -> tuple[Quote, ...]:
        """All numbers, or none at all in the rest of the cases."""
        is_quoted = self.rng.random() < share
        return tuple(self.quote(place) for place in places) if is_quoted else ()

    def claims(self, places: Sequence[int]) -> tuple[Claim, ...]:
        """All that is open of these items."""
        return tuple(
            Claim(item_id=(i := self.item(n)).id, amount_minor=i.open_minor) for n in places
        )

    def sum_of(self, places: Sequence[int]) -> int:
        """What is open of these items together."""
        return sum(self.item(place).open_minor for place in places)


def batch_size(rng: random.Random, most: int) -> int:
    """How many invoices somebody pays at once: mostly few, seldom thirty; at least two."""
    return min(2 + int(rng.expovariate(0.45)), most, 30)
