"""What came of payments whose truth is known, as rates with their intervals."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scipy.special import betaincinv

CONFIDENCE: Final = 0.95
SIZES: Final = (("1", 1, 1), ("2", 2, 2), ("3-5", 3, 5), ("6+", 6, None))

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One payment: what we said, held against what really was paid."""

    payment_id: str
    level: str  # how much the payer wrote
    size: int  # items really paid
    pays_all: bool  # whether these were all items the customer had open
    is_auto: bool
    is_right: bool  # the best explanation has the very items and amounts
    is_proposed: bool  # some explanation has
    is_hidden: bool  # nothing could be right: the items were taken out
    wrong_items: int  # items of an automatic decision that the payment did not settle
    account: str = ""  # a wrong automatic decision in full, to be read by a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of one group of payments; rates are of all payments of the group."""

    payments: int
    auto: int
    auto_wrong: int
    first_right: int
    proposed: int
    wrong_items: int

    @property
    def precision(self) -> float | None:
        """Of the automatic ones, the share that is strictly right; None where there is none."""
        return (self.auto - self.auto_wrong) / self.auto if self.auto else None

    @property
    def interval(self) -> Interval:
        """Where the precision lies with 95 % confidence, by Clopper and Pearson."""
        return clopper_pearson(self.auto - self.auto_wrong, self.auto)

    def rate(self, count: int) -> float:
        """A count as a share of the payments."""
        return count / self.payments if self.payments else 0.0

    def as_json(self) -> dict[str, Any]:
        """The figures under the names the outside reads."""
        return {
            "payments": self.payments,
            "auto_rate": self.rate(self.auto),
            "auto_precision": self.precision,
            "auto_wrong": self.auto_wrong,
            "top1_rate": self.rate(self.first_right),
        }


def figures_of(outcomes: Iterable[Outcome]) -> Figures:
    """Count a group."""
    group = list(outcomes)
    return Figures(
        payments=len(group),
        auto=sum(one.is_auto for one in group),
        auto_wrong=sum(one.is_auto and not one.is_right for one in group),
        first_right=sum(one.is_right for one in group),
        proposed=sum(one.is_proposed for one in group),
        wrong_items=sum(one.wrong_items for one in group),
    )


def by_level(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """A group for each remittance level there is."""
    levels = sorted({one.level for one in outcomes})
    return {level: figures_of(one for one in outcomes if one.level == level) for level in levels}


def by_size(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """A group for each number of items really paid; empty groups are left out."""
    groups = {
        name: figures_of(one for one in outcomes if least <= one.size <= (most or one.size))
        for name, least, most in SIZES
    }
    return {name: group for name, group in groups.items() if group.payments}


def by_rest(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """Payments that clear the account, and those that leave something open."""
    named: list[tuple[str, Callable[[Outcome], bool]]] = [
        ("pays all open", lambda one: one.pays_all),
        ("leaves some open", lambda one: not one.pays_all),
    ]
    return {name: figures_of(one for one in outcomes if fits(one)) for name, fits in named}


def posted_when_hidden(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    """Of the payments whose items were taken out: applied nevertheless, and all."""
    hidden = [one for one in outcomes if one.is_hidden]
    return sum(one.is_auto for one in hidden), len(hidden)


def clopper_pearson(right: int, whole: int) -> Interval:
    """The exact interval of a share with 95 % confidence; of nothing nothing is known: (0, 1)."""
    tail = (1 - CONFIDENCE) / 2
    low = float(betaincinv(right, whole - right + 1, tail)) if right else 0.0
    high = float(betaincinv(right + 1, whole - right, 1 - tail)) if right < whole else 1.0
    return low, high
