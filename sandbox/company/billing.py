"""What is billed: each company's invoices over the year, numbered in the order of issue."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import count
from random import Random
from typing import Final

from receivables.discounts import DiscountTerms
from sandbox.company.days import Year
from sandbox.company.goods import lines_for
from sandbox.company.values import ENTITIES, Cast, Company, Habit, PlannedInvoice
from sandbox.company.words import COUNTRIES

DISCOUNTED: Final = frozenset({Habit.PROMPT, Habit.MIXED})
PERCENT: Final = Decimal(2)
EARLIER: Final = dt.timedelta(days=5)  # than the due day, is early enough
FEWEST = 3  # invoices a company gets at least
ORDERED_IN_A_HUNDRED = 70  # invoices that name the buyer's own purchase order


def billed(cast: Cast, *, seed: str, wanted: int, year: Year) -> list[PlannedInvoice]:
    """About `wanted` invoices, by day of issue; a company's share goes by its weight."""
    total = sum(company.weight for company in cast.companies)
    drafts = [
        draft
        for company in cast.companies
        for draft in _of_company(
            Random(f"{seed}:bills:{company.number}"),  # noqa: S311 - a play, no secret
            company,
            max(FEWEST, round(wanted * company.weight / total)),
            year,
        )
    ]
    prefixes = {entity.code: entity.prefix for entity in ENTITIES}
    numbers = {entity.code: count(entity.first_number) for entity in ENTITIES}
    in_order = sorted(drafts, key=lambda draft: draft.issued_on)  # equal days keep their order
    return [
        replace(draft, number=f"{prefixes[draft.entity]}{next(numbers[draft.entity])}")
        for draft in in_order
    ]


def _of_company(rng: Random, company: Company, wanted: int, year: Year) -> Iterator[PlannedInvoice]:
    countries = {entity.code: entity.country for entity in ENTITIES}
    weights = [selling.weight for selling in company.sellings]
    for day in sorted(rng.choices(year.business_days(), k=wanted)):
        [selling] = rng.choices(company.sellings, weights)
        lines = lines_for(
            rng,
            currency=selling.currency,
            language=company.language,
            seller=countries[selling.entity],
            buyer=company.country,
        )
        yield PlannedInvoice(
            company=company.number,
            entity=selling.entity,
            number="",
            purchase_order=_purchase_order(rng, company),
            issued_on=day,
            due_on=day + company.net,
            currency=selling.currency,
            lines=lines,
            discount=_discount(company, day),
        )


def _discount(company: Company, issued_on: dt.date) -> DiscountTerms | None:
    """Two per cent for who pays some days early, for companies that mean to be in time."""
    if company.habit not in DISCOUNTED or company.net_days < EARLIER.days * 2:
        return None
    return DiscountTerms(until=issued_on + company.net - EARLIER, percent=PERCENT)


def _purchase_order(rng: Random, company: Company) -> str | None:
    if rng.randrange(100) >= ORDERED_IN_A_HUNDRED:
        return None
    return rng.choice(COUNTRIES[company.country].orders).format(rng.randint(10_000, 99_999))
