"""Money: whole minor units of one currency. No float, no rounding, nothing mixed by accident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import total_ordering
from typing import Final, Self

from foundation.currency import CURRENCIES, UnknownCurrency
from foundation.errors import QuittanceError

MINOR_MAX: Final = 10**18 - 1  # eighteen digits; a BIGINT column holds 9.2 x 10^18


class CurrencyMismatch(QuittanceError):
    """Two currencies met where there can be only one."""

    code = "money.currency_mismatch"

    def __init__(self, ours: str, theirs: str) -> None:
        self.ours, self.theirs = ours, theirs
        super().__init__(f"{ours} met {theirs}")


class MoneyTooLarge(QuittanceError):
    """More minor units than a column of ours can hold."""

    code = "money.too_large"

    def __init__(self, minor: int, currency: str) -> None:
        self.minor, self.currency = minor, currency
        super().__init__(f"{minor} minor units of {currency}")


class MoneyNotWhole(TypeError):
    """A float, bool or text where minor units belong: a mistake of ours, never of a person's."""


def _whole(value: object) -> int:
    if type(value) is not int:
        raise MoneyNotWhole(f"{value!r} is not a whole number")
    return value


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`Money(1250, "EUR")` is 12.50 euro. Ordered within one currency only."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not -MINOR_MAX <= _whole(self.minor) <= MINOR_MAX:
            raise MoneyTooLarge(self.minor, self.currency)
        if self.currency not in CURRENCIES:
            raise UnknownCurrency(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, of a stated currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        """The sum of the amounts; zero of that currency when there are none."""
        return sum(amounts, start=cls(0, currency))

    @property
    def exponent(self) -> int:
        """Decimals of the currency."""
        return CURRENCIES[self.currency].exponent

    @property
    def is_zero(self) -> bool:
        """Neither owed nor given."""
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        """More than nothing."""
        return self.minor > 0

    @property
    def is_negative(self) -> bool:
        """Less than nothing."""
        return self.minor < 0

    def __add__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * _whole(times), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor < self._same(other)

    def __str__(self) -> str:
        """For logs and tests; people read `format_money`."""
        return f"{self.decimal_text()} {self.currency}"

    def split(self, parts: int) -> tuple["Money", ...]:
        """Equal parts that sum to the whole; the first ones carry what does not divide."""
        return self.allocate([1] * parts)

    def allocate(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Parts in proportion to the weights, by largest remainder; they sum to the whole.

        Ties go to the earlier part: 100 over [1, 1, 1] is [34, 33, 33].
        """
        whole = sum(_whole(weight) for weight in weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("weights are not negative, and not all zero")
        shares = [divmod(abs(self.minor) * weight, whole) for weight in weights]
        missing = abs(self.minor) - sum(share for share, _ in shares)
        by_remainder = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))
        lucky = frozenset(by_remainder[:missing])
        sign = -1 if self.minor < 0 else 1
        return tuple(
            Money(sign * (share + (place in lucky)), self.currency)
            for place, (share, _) in enumerate(shares)
        )

    def decimal_text(self) -> str:
        """ "1234.50": a point, no groups, an ASCII minus; for machines."""
        whole, part = divmod(abs(self.minor), 10**self.exponent)
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{whole}.{part:0{self.exponent}}" if self.exponent else f"{sign}{whole}"

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor
