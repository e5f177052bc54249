"""What is paid: each company's presses of "Pay", by its habit."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from foundation.money import Money
from receivables.models import ContactRole
from sandbox.company.days import Year
from sandbox.company.habits import (
    DEAD_AFTER,
    ONE_DAY,
    REFUSED_CARDS,
    Intent,
    aftermath_of,
    business_day,
    intents_of,
    manner_of,
    runs_of,
)
from sandbox.company.values import (
    Cast,
    Company,
    Habit,
    Manner,
    Person,
    PlannedInvoice,
    PlannedPayment,
    Share,
)

EARLIEST, LATEST = 0.1, 0.85  # of a working day: after the invoices, before the evening
FAILING: Final = (Manner.CALLED_OFF, Manner.LEFT)
COMING_BACK: Final = (  # and noticed a good while later
    *(Manner.BOUNCED, Manner.RETURNED),
    *(Manner.REFUNDED, Manner.CONTESTED),
)
SECOND_TRY_DAYS: Final = (1, 2, 5)
NOTICED_AFTER_DAYS: Final = (15, 17, 21)


class Group(NamedTuple):
    """What one press of "Pay" can settle: one day, one entity, one currency."""

    on: dt.date
    entity: str
    currency: str


def paid(
    cast: Cast, invoices: Sequence[PlannedInvoice], *, seed: str, year: Year
) -> list[PlannedPayment]:
    """Every payment up to the moment the year ends, in the order they happen."""
    found = [
        payment
        for company in cast.companies
        for payment in Payers(
            company=company,
            people=payers_of(cast, company.number),
            rng=Random(f"{seed}:pays:{company.number}"),  # noqa: S311 - a play, no secret
            year=year,
        ).pay([invoice for invoice in invoices if invoice.company == company.number])
    ]
    return sorted(found, key=lambda payment: (payment.at, payment.company))


def payers_of(cast: Cast, number: str) -> list[Person]:
    """Who may pay for a company, its payers before its admins."""
    seats = [
        (seat.role is ContactRole.ADMIN, person)
        for person in cast.people
        for seat in person.seats
        if seat.company == number and seat.role is not ContactRole.VIEWER
    ]
    return [person for _, person in sorted(seats, key=lambda found: found[0])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payers:
    """The people of one company who pay, and the dice that decide for them."""

    company: Company
    people: Sequence[Person]
    rng: Random
    year: Year

    def pay(self, invoices: Sequence[PlannedInvoice]) -> Iterator[PlannedPayment]:
        """What they pay of these invoices, press by press."""
        groups: dict[Group, list[Share]] = defaultdict(list)
        runs, last = runs_of(self.company.habit, self.rng), self._last_day()
        for invoice in invoices:
            intents = intents_of(self.company.habit, self.rng, invoice.due_on, runs)
            for intent, share in zip(intents, _shares(invoice, intents), strict=True):
                is_billed = intent.on > invoice.issued_on
                on = intent.on if is_billed else runs.from_day(invoice.issued_on + ONE_DAY)
                if on <= last:
                    groups[Group(on, invoice.entity, invoice.currency)].append(share)
        for group in sorted(groups):
            yield from self._press(group, tuple(groups[group]))

    def _last_day(self) -> dt.date:
        if self.company.habit is Habit.DEAD:
            return self.year.first + dt.timedelta(days=self.year.days * DEAD_AFTER // 100)
        return self.year.today

    def _press(self, group: Group, shares: tuple[Share, ...]) -> Iterator[PlannedPayment]:
        """One payment; a failed one is followed by another, a few days later."""
        manner = manner_of(self.company.habit, self.rng, group.currency)
        yield self._payment(group, shares, manner)
        if manner in (*FAILING, *COMING_BACK):
            days = SECOND_TRY_DAYS if manner in FAILING else NOTICED_AFTER_DAYS
            later = dt.timedelta(days=self.rng.choice(days))
            second = group._replace(on=business_day(group.on + later))
            if second.on <= self.year.today:
                yield self._payment(second, shares, Manner.STRAIGHT)

    def _payment(self, group: Group, shares: tuple[Share, ...], manner: Manner) -> PlannedPayment:
        people = self.people
        return PlannedPayment(
            at=self.year.moment(group.on, self.rng.uniform(EARLIEST, LATEST)),
            company=self.company.number,
            payer=people[0].email,
            colleague=people[-1].email,
            entity=group.entity,
            shares=shares,
            manner=manner,
            refused_card=self.rng.choice(REFUSED_CARDS),
            aftermath=aftermath_of(manner, self.rng),
        )


def _shares(invoice: PlannedInvoice, intents: Sequence[Intent]) -> Iterator[Share]:
    """The intents' parts of an invoice; the last one takes what rounding left."""
    left = invoice.total
    for intent in intents:
        is_rest = intent is intents[-1]
        part = Money(invoice.total.minor * intent.percent // 100, invoice.currency)
        amount = left if is_rest else part
        left -= amount
        yield Share(number=invoice.number, amount=amount, is_rest=is_rest)
