"""Small differences between what came and what was owed: which are let go, and how large."""

from dataclasses import dataclass
from typing import Final

from foundation.money import Money
from receivables.models import AdjustmentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many per cent of the invoice's total, and at most so many minor units."""

    percent: int
    minor: int | None = None

    def of(self, total: Money) -> Money:
        """The largest difference that an invoice of that total allows, rounded down."""
        share = total.minor * self.percent // 100
        return Money(share if self.minor is None else min(share, self.minor), total.currency)


LIMITS: Final = {
    AdjustmentKind.BANK_FEE: Limit(percent=10, minor=5_000),
    AdjustmentKind.TOLERANCE: Limit(percent=1, minor=500),
    AdjustmentKind.FX_DIFFERENCE: Limit(percent=5),
}
