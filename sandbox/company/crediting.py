"""What is credited: goods that come back, prices that were wrong; some days after the invoice."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from random import Random
from typing import Final

from foundation.money import Money
from receivables.actions.invoices import LineDraft
from receivables.models import CreditReason
from sandbox.company.days import Year
from sandbox.company.habits import business_day
from sandbox.company.values import ENTITIES, PlannedCreditNote, PlannedInvoice

CREDITED_IN_A_HUNDRED: Final = 5  # invoices
RETURNED_IN_A_HUNDRED: Final = 60  # credit notes for goods; the others correct a price
APPLIED_IN_A_HUNDRED: Final = 65  # credit notes we set against their invoice at once
SOONEST, LATEST = 4, 24  # days after the invoice
OFF: Final = (5, 8, 10, 12, 15)  # per cent by which a price was too high


def credited(
    invoices: Sequence[PlannedInvoice], *, seed: str, year: Year
) -> list[PlannedCreditNote]:
    """The credit notes of the year, numbered in the order of issue."""
    rng = Random(f"{seed}:credits")  # noqa: S311 - a play, no secret
    drafts = sorted(_drafts(rng, invoices, year.today), key=lambda draft: draft.issued_on)
    prefixes = {entity.code: entity.credit_prefix for entity in ENTITIES}
    numbers = {entity.code: count(101) for entity in ENTITIES}
    return [
        replace(draft, number=f"{prefixes[draft.entity]}{next(numbers[draft.entity])}")
        for draft in drafts
    ]


def _drafts(
    rng: Random, invoices: Sequence[PlannedInvoice], last: dt.date
) -> Iterator[PlannedCreditNote]:
    for invoice in invoices:
        if rng.randrange(100) >= CREDITED_IN_A_HUNDRED:
            continue
        later = dt.timedelta(days=rng.randint(SOONEST, LATEST))
        is_return = rng.randrange(100) < RETURNED_IN_A_HUNDRED
        line = rng.choice(invoice.lines)
        draft = PlannedCreditNote(
            company=invoice.company,
            entity=invoice.entity,
            number="",
            invoice=invoice.number,
            reason=CreditReason.GOODS_RETURNED if is_return else CreditReason.PRICE_CORRECTED,
            issued_on=business_day(invoice.issued_on + later),
            currency=invoice.currency,
            lines=(_returned(rng, line) if is_return else _corrected(rng, line),),
            is_applied=rng.randrange(100) < APPLIED_IN_A_HUNDRED,
        )
        if draft.issued_on <= last:
            yield draft


def _returned(rng: Random, line: LineDraft) -> LineDraft:
    """Some pieces of a line, at the price and the tax they were billed at."""
    billed = int(line.quantity)
    back = rng.randint(1, max(1, billed // 3))
    return replace(
        line,
        quantity=str(back),
        net=_share(line.net, back, billed),
        tax=_share(line.tax, back, billed),
    )


def _corrected(rng: Random, line: LineDraft) -> LineDraft:
    """The whole line, by how much its price was too high."""
    percent = rng.choice(OFF)
    return replace(line, net=_share(line.net, percent, 100), tax=_share(line.tax, percent, 100))


def _share(amount: Money, part: int, whole: int) -> Money:
    """That part of an amount, half a minor unit rounded up."""
    return Money((2 * amount.minor * part + whole) // (2 * whole), amount.currency)
