"""A whole play as values: who is billed what, when, and who pays it how. No database, no clock."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from sandbox.company.billing import billed
from sandbox.company.cast import cast_of
from sandbox.company.crediting import credited
from sandbox.company.days import Year
from sandbox.company.famous import MILL, PACKER
from sandbox.company.habits import REFUSED_CARDS
from sandbox.company.paying import paid, payers_of
from sandbox.company.values import Cast, Manner, Plan, PlannedInvoice, PlannedPayment, Share
from sandbox.company.wires import wired

# (company, which of its payers, how long before the end, how it stands): open when the play ends
LAST_PAGES: Final = (
    (PACKER, 0, dt.timedelta(minutes=17), Manner.REFUSED),
    (MILL, 1, dt.timedelta(minutes=9), Manner.UNDERWAY),
)
ON_LAST_PAGE: Final = 2  # invoices


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is played: a whole small company unless said otherwise."""

    customers: int = 40
    months: int = 12
    invoices: int = 1_500

    @property
    def days(self) -> int:
        """Twelve months are 365 days."""
        return self.months * 365 // 12


SMALL: Final = Size()
WHOLE: Final = Size(customers=320, months=12, invoices=12_100)


def plan_of(*, seed: str, size: Size, year: Year) -> Plan:
    """The play of that seed which ends at that moment; the same arguments, the same play."""
    cast = cast_of(Random(f"{seed}:cast"), size.customers)  # noqa: S311 - a play, no secret
    invoices = billed(cast, seed=seed, wanted=size.invoices, year=year)
    credit_notes = credited(invoices, seed=seed, year=year)
    payments = list(wired(paid(cast, invoices, seed=seed, year=year)))
    payments += _last_pages(cast, invoices, payments, year)
    return Plan(
        cast=cast,
        invoices=tuple(invoices),
        credit_notes=tuple(credit_notes),
        payments=tuple(payments),
    )


def _last_pages(
    cast: Cast,
    invoices: Sequence[PlannedInvoice],
    payments: Sequence[PlannedPayment],
    year: Year,
) -> Iterator[PlannedPayment]:
    """Pages somebody has open at this moment, for invoices nobody touched, oldest due first."""
    touched = {(payment.entity, share.number) for payment in payments for share in payment.shares}
    for company, at, before, manner in LAST_PAGES:
        untouched = [
            invoice
            for invoice in sorted(invoices, key=lambda invoice: invoice.due_on)
            if invoice.company == company and (invoice.entity, invoice.number) not in touched
        ]
        if not untouched:
            continue
        first = untouched[0]
        payers = payers_of(cast, company)
        yield PlannedPayment(
            at=year.now - before,
            company=company,
            payer=payers[at].email,
            colleague=payers[0].email,
            entity=first.entity,
            shares=tuple(
                Share(number=invoice.number, amount=invoice.total, is_rest=True)
                for invoice in untouched
                if (invoice.entity, invoice.currency) == (first.entity, first.currency)
            )[:ON_LAST_PAGE],
            manner=manner,
            refused_card=REFUSED_CARDS[1],
        )
