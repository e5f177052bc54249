"""Which currencies the played Stripe charges, in which minor units, from which amount on.

Stripe's own figures, written down a second time on purpose: the sandbox is an oracle for the
product's table, so it must not read it.
"""

from decimal import Decimal

from babel.numbers import format_currency

from sandbox.stripe.errors import invalid

ZERO_DECIMALS = frozenset({"clp", "jpy", "krw", "pyg", "vnd", "xaf", "xof", "xpf"})
THREE_DECIMALS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
# Whole units only, although sent with two decimals: 5 ISK is 500.
WHOLE_UNITS = frozenset({"isk", "ugx"})

SMALLEST = {
    "aed": 200,
    "aud": 50,
    "brl": 50,
    "cad": 50,
    "chf": 50,
    "czk": 1500,
    "dkk": 250,
    "eur": 50,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "inr": 50,
    "jpy": 50,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "nzd": 50,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "sgd": 50,
    "thb": 1000,
    "usd": 50,
}
OTHERS = frozenset(
    {"clp", "cop", "ils", "isk", "krw", "mad", "ugx", "vnd", "xaf", "xof", "xpf", "zar"}
)
KNOWN = frozenset(SMALLEST) | THREE_DECIMALS | OTHERS | frozenset({"pyg"})
LARGEST = 99_999_999


def exponent(currency: str) -> int:
    """How many digits of an amount are behind the decimal sign: 2 for eur, 0 for jpy, 3 for kwd."""
    if currency in ZERO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def written(amount: int, currency: str, language: str) -> str:
    """The amount as people read it: `written(1284550, "eur", "fr")` is "12 845,50 €"."""
    value = Decimal(amount).scaleb(-exponent(currency))
    return format_currency(value, currency.upper(), locale=language)


def chargeable(amount: int, currency: str) -> None:
    """Refuse what Stripe would not charge: too little, too much, or a fraction it cannot pay."""
    least = SMALLEST.get(currency, 1)
    if amount < least:
        text = written(least, currency, "en")
        raise invalid(
            f"The Checkout Session's total amount must add up to at least {text} {currency}",
            code="amount_too_small",
        )
    if amount > LARGEST:
        text = written(LARGEST, currency, "en")
        raise invalid(
            f"The Checkout Session's total amount due must be no more than {text}",
            code="amount_too_large",
        )
    step = 10 if currency in THREE_DECIMALS else 100 if currency in WHOLE_UNITS else 1
    if amount % step:
        raise invalid(f"Amounts in {currency} must be a multiple of {step}.")
