"""One table of currencies: how many decimals they have, and how the card provider counts them.

Exponents are ISO 4217's. CLDR's "digits" are for display and differ (RSD 0, IQD 0): not used here.
Every amount in this table is in our own minor units.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from foundation.errors import QuittanceError


class UnknownCurrency(QuittanceError):
    """No such currency in our table."""

    code = "currency.unknown"

    def __init__(self, typed: str) -> None:
        self.typed = typed
        super().__init__(f"no currency {typed!r}")


class NotInProviderUnits(QuittanceError):
    """An amount the provider cannot express, or one of the provider's that we cannot."""

    code = "currency.not_in_provider_units"

    def __init__(self, amount: int, currency: str, step: int) -> None:
        self.amount, self.currency, self.step = amount, currency, step
        super().__init__(f"{amount} minor units of {currency}: only multiples of {step}")


def _tens(power: int) -> int:
    return int(10 ** max(0, power))


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency; `charge_*` bound one card payment and are 0 where cards are not taken in it."""

    code: str
    exponent: int  # decimals of our minor unit
    provider_exponent: int  # decimals of the unit the provider counts in
    charge_min: int
    charge_max: int
    charge_step: int  # a card payment is a multiple of this

    @property
    def is_chargeable(self) -> bool:
        """Whether the provider takes cards in this currency at all."""
        return self.charge_max > 0

    def provider_units(self, minor: int) -> int:
        """Our minor units as the provider counts them: 5 ISK are 500 there."""
        if minor % self.charge_step:
            raise NotInProviderUnits(minor, self.code, self.charge_step)
        return minor * self._larger // self._smaller

    def minor_units(self, provider: int) -> int:
        """The provider's count as our minor units; the inverse of `provider_units`."""
        if provider % self._larger:
            raise NotInProviderUnits(provider, self.code, self._larger)
        return provider * self._smaller // self._larger

    @property
    def _larger(self) -> int:
        """How many times larger the provider's count is: 100 for ISK."""
        return _tens(self.provider_exponent - self.exponent)

    @property
    def _smaller(self) -> int:
        """How many times smaller it is: 100 for MGA."""
        return _tens(self.exponent - self.provider_exponent)


_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_TWO_DECIMALS = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD
    MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
    RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
    UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG
"""
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

# Stripe's list of presentment currencies leaves these out.
_NO_CARDS = "BTN CUP ERN GHS IQD IRR KPW LYD MRU SDG SSP STN SYP TMT VES ZWG"

# Stripe counts ISK and UGX with two decimals that must be 00, and MGA without any. HUF and TWD are
# whole only in payouts; charges keep their two decimals.
_PROVIDER_EXPONENT: Final = {"ISK": 2, "UGX": 2, "MGA": 0}

# The smallest charge Stripe documents for its own settlement in that currency. Others are checked
# by Stripe after conversion, so here they only have to be positive.
_CHARGE_MIN: Final = {
    "AED": 200, "ARS": 50, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "COP": 50, "CZK": 1500,
    "DKK": 250, "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "IDR": 50, "ILS": 50, "INR": 50,
    "JPY": 50, "KRW": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PHP": 50, "PLN": 200,
    "RON": 200, "RUB": 50, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50, "ZAR": 50,
}  # fmt: skip

# Digits of the provider's own count. Its currency page allows cards twelve, its API reference and
# Python client eight: we keep to the narrower, which every card and method takes.
_PROVIDER_DIGITS_MAX: Final = {"IDR": 12, "COP": 10, "INR": 9}
_PROVIDER_DIGITS: Final = 8


def _charge_step(exponent: int, provider_exponent: int) -> int:
    """Three-decimal amounts must end in 0 at the provider; MGA is charged in whole units only."""
    return 10 if exponent == 3 else _tens(exponent - provider_exponent)


def _row(code: str, exponent: int) -> Currency:
    provider_exponent = _PROVIDER_EXPONENT.get(code, exponent)
    step = _charge_step(exponent, provider_exponent)
    if code in _NO_CARDS.split():
        bounds = (0, 0)
    else:
        digits = _PROVIDER_DIGITS_MAX.get(code, _PROVIDER_DIGITS)
        largest = (10**digits - 1) * 10**exponent // 10**provider_exponent
        bounds = (_CHARGE_MIN.get(code, step), largest - largest % step)
    return Currency(
        code=code,
        exponent=exponent,
        provider_exponent=provider_exponent,
        charge_min=bounds[0],
        charge_max=bounds[1],
        charge_step=step,
    )


CURRENCIES: Final[Mapping[str, Currency]] = MappingProxyType(
    {
        code: _row(code, exponent)
        for exponent, codes in ((0, _NO_DECIMALS), (2, _TWO_DECIMALS), (3, _THREE_DECIMALS))
        for code in codes.split()
    }
)


def currency(code: str) -> Currency:
    """The row of this ISO code, in capitals as ISO writes it. Raises UnknownCurrency."""
    try:
        return CURRENCIES[code]
    except KeyError:
        raise UnknownCurrency(code) from None
