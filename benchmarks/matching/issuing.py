"""Invoices and credit notes being issued, one after the other, each with its number."""

import datetime as dt
import random
from collections import deque
from dataclasses import dataclass, field

from benchmarks.matching.customers import Payer
from benchmarks.matching.numbering import Scheme
from benchmarks.matching.profiles import Profile
from matching.values import Discount, OpenItem

CREDIT_NOTES = 0.045
CREDIT_SCHEMES = (Scheme(template="CN{n:06d}"), Scheme(template="GS-{n:05d}"))
SAME_ORDER = 0.2  # of the invoices belong to the purchase order before
PRICES = (4_900, 9_900, 11_900, 23_800, 49_900, 59_500, 99_000, 119_000, 250_000)


@dataclass(slots=True)
class Series:
    """One row of numbers being given out."""

    scheme: Scheme
    running: int
    year: int = 0

    def next_number(self, day: dt.date, rng: random.Random) -> str:
        """The number after the last one; a series that names its year begins anew with it."""
        if self.year and day.year != self.year and "{yy" in self.scheme.template:
            self.running = 0
        self.year = day.year
        self.running += 1 if rng.random() < 0.7 else rng.randint(1, self.scheme.gap_max)
        return self.scheme.number(self.running, day)


@dataclass(slots=True, kw_only=True)
class Issuer:
    """Gives out items one after the other, the oldest first."""

    profile: Profile
    payers: list[Payer]
    rng: random.Random
    main: Series
    sides: list[Series]
    side_share: float
    credits: Series
    recent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=60))

    def item(self, place: int, owner: int, day: dt.date) -> OpenItem:
        """The next item of this customer."""
        payer, rng = self.payers[owner], self.rng
        amount = amount_of(payer, rng)
        is_credit = rng.random() < CREDIT_NOTES
        return OpenItem(
            id=f"I{place:07d}",
            number=self._number(owner, day, is_credit=is_credit),
            customer_id=payer.id,
            open_minor=-max(amount // 3, 100) if is_credit else amount,
            currency=payer.currency_of(rng),
            issued_on=day,
            due_on=day if is_credit else day + dt.timedelta(days=payer.terms_days),
            discount=None if is_credit else _discount(payer, amount, day),
            po="" if is_credit else self._order(payer, day),
        )

    def _number(self, owner: int, day: dt.date, *, is_credit: bool) -> str:
        rng = self.rng
        if is_credit and rng.random() < 0.7:
            return self.credits.next_number(day, rng)
        if self.recent and rng.random() < self.profile.reused_numbers:
            whose, number = rng.choice(self.recent)
            if whose != owner:
                return number
        is_side = self.sides and rng.random() < self.side_share
        series = rng.choice(self.sides) if is_side else self.main
        number = series.next_number(day, rng)
        self.recent.append((owner, number))
        return number

    def _order(self, payer: Payer, day: dt.date) -> str:
        if not payer.order_template or self.rng.random() < 0.25:
            return ""
        if not payer.last_order or self.rng.random() >= SAME_ORDER:
            running = self.rng.randrange(100, 100_000)
            payer.last_order = payer.order_template.format(n=running, yy=day.year % 100)
        return payer.last_order


def issuer(profile: Profile, payers: list[Payer], rng: random.Random) -> Issuer:
    """A seller with one main series of numbers and up to three beside it."""
    count = rng.choice((0, 1, 2, 3))
    sides = rng.sample(profile.side_schemes, k=min(count, len(profile.side_schemes)))
    return Issuer(
        profile=profile,
        payers=payers,
        rng=rng,
        main=_series(rng.choice(profile.main_schemes), rng),
        sides=[_series(scheme, rng) for scheme in sides],
        side_share=rng.choice((0.05, 0.12, 0.3)),
        credits=_series(rng.choice(CREDIT_SCHEMES), rng),
    )


def amount_of(payer: Payer, rng: random.Random) -> int:
    """What one invoice of this customer is about, in minor units."""
    if payer.fixed_amounts and rng.random() < 0.8:
        return rng.choice(payer.fixed_amounts)
    if rng.random() < 0.05:
        return rng.choice(PRICES)
    amount = max(int(payer.scale_minor * rng.lognormvariate(0, 0.9)), 300)
    return amount // 100 * 100 if payer.is_whole else amount


def _series(scheme: Scheme, rng: random.Random) -> Series:
    return Series(scheme, rng.randint(scheme.low, scheme.high))


def _discount(payer: Payer, amount: int, day: dt.date) -> Discount | None:
    if payer.discount is None:
        return None
    per_cent, days = payer.discount
    until = day + dt.timedelta(days=days)
    return Discount(amount_minor=(amount * per_cent + 50) // 100, until=until)
