"""Early-payment discount: how much may be taken off, in whole minor units.

A percentage is turned into an amount once, when the invoice is issued, half a unit rounded up.
Where a part of the invoice was credited, the discount shrinks in the same proportion, rounded
alike: what is not owed earns nothing.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from foundation.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountTerms:
    """What an invoice promises: per cent of its total, or an amount, for money by the last day."""

    until: dt.date
    percent: Decimal | None = None
    amount: Money | None = None

    def of(self, total: Money) -> Money:
        """The promise as an amount. Raises ValueError unless it names one of the two."""
        if (self.percent is None) == (self.amount is None):
            raise ValueError("a discount is a percentage or an amount")
        if self.amount is not None:
            return self.amount
        exact = (total.minor * (self.percent or Decimal())).scaleb(-2)
        return Money(int(exact.to_integral_value(ROUND_HALF_UP)), total.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is taken off an invoice if `pays` reaches us by the last day, and settles it whole."""

    discount: Money
    pays: Money
    until: dt.date


def discount_left(discount_minor: int, total_minor: int, credited_minor: int) -> int:
    """The discount on what was not credited: 20 on 1,000, of which 250 are credited, leave 15."""
    return (2 * discount_minor * (total_minor - credited_minor) + total_minor) // (2 * total_minor)
