"""The customers of a world, each with the habits that its payments show."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.matching import naming
from benchmarks.matching.locales import LOCALES, Locale
from benchmarks.matching.numbering import iban
from benchmarks.matching.profiles import Profile
from matching.values import Customer

PAYS_FOR_OTHERS = ("Treasury Centre", "Shared Services", "Finance", "Zahlstelle", "Cash Pool")


@dataclass(slots=True, kw_only=True)
class Payer:
    """One customer: what the books know (names, known accounts) and how it pays."""

    id: str
    locale: Locale
    names: tuple[str, ...]
    account: str
    is_account_known: bool
    parent: int = -1  # place of the company it belongs to
    bank_name: str = ""
    third_party: tuple[str, str] | None = None  # name and account of who pays for it
    third_party_share: float = 0.0
    weight: float = 1.0  # how many of the items are its own
    terms_days: int = 30
    discount: tuple[int, int] | None = None  # per cent, days
    scale_minor: float = 40_000.0
    fixed_amounts: tuple[int, ...] = ()
    is_whole: bool = False  # its amounts have no cents
    order_template: str = ""
    last_order: str = ""
    second_currency: str = ""
    pays_oldest_first: bool = True
    style: str = "full"
    layout: str = "labelled"
    channel: str = "sepa"
    names_itself: bool = False  # writes its customer number

    def currency_of(self, rng: random.Random) -> str:
        """What one item is in; few customers owe in two currencies."""
        is_second = self.second_currency and rng.random() < 0.4
        return self.second_currency if is_second else self.locale.currency

    def as_customer(self, parent_id: str) -> Customer:
        """What the seller knows of it."""
        accounts = (self.account,) if self.is_account_known else ()
        return Customer(id=self.id, names=self.names, accounts=accounts, parent_id=parent_id)


def make_payers(profile: Profile, rng: random.Random, *, count: int) -> list[Payer]:
    """So many customers, some of them siblings of earlier ones."""
    places = rng.choices(list(profile.countries), list(profile.countries.values()), k=count)
    template = rng.choice(profile.customer_templates)
    first = rng.randrange(100, 9_000)
    payers: list[Payer] = []
    for place, country in enumerate(places):
        elder = rng.randrange(place) if place and rng.random() < profile.siblings else -1
        payer = _payer(template.format(n=first + place * 3), country, payers, elder, rng)
        _give_account(payer, profile, rng)
        _give_habits(payer, profile, rng)
        _give_trade(payer, profile, rng)
        payers.append(payer)
    return payers


def one_of(shares: Mapping[str, float], rng: random.Random) -> str:
    """One of the keys, as often as its share says."""
    return rng.choices(list(shares), list(shares.values()))[0]


def _payer(
    customer_id: str, country: str, payers: list[Payer], elder: int, rng: random.Random
) -> Payer:
    locale = LOCALES[country]
    name = naming.company(locale, rng)
    parent = -1
    if elder >= 0:
        locale = payers[elder].locale
        name = naming.sibling(payers[elder].names[0], locale, rng)
        parent = elder if rng.random() < 0.5 and payers[elder].parent < 0 else -1
    names = (name, name.rpartition(" ")[0].upper()) if rng.random() < 0.12 else (name,)
    return Payer(
        id=customer_id,
        locale=locale,
        names=names,
        account="",
        is_account_known=False,
        parent=parent,
    )


def _give_account(payer: Payer, profile: Profile, rng: random.Random) -> None:
    locale = payer.locale
    payer.account = iban(
        locale.country if locale.account_digits else "", locale.account_digits, rng
    )
    payer.is_account_known = rng.random() < profile.known_accounts


def _give_habits(payer: Payer, profile: Profile, rng: random.Random) -> None:
    """How it writes, through which bank, and who pays for it."""
    payer.pays_oldest_first = rng.random() < 0.68
    payer.style = one_of(profile.styles, rng)
    payer.layout = one_of(profile.layouts, rng)
    payer.channel = one_of(profile.channels, rng)
    payer.names_itself = rng.random() < 0.09
    kind = profile.channel_kinds[payer.channel]
    payer.bank_name = naming.as_a_bank_shows(
        payer.names[0], rng, capitals=kind.in_capitals, short=profile.shortened_words
    )
    if rng.random() < profile.third_parties * 2:
        payer.third_party = _third_party(payer, rng)
        payer.third_party_share = rng.choice((0.2, 0.5, 1.0))


def _third_party(payer: Payer, rng: random.Random) -> tuple[str, str]:
    locale = payer.locale
    account = iban(locale.country if locale.account_digits else "", locale.account_digits, rng)
    if rng.random() < 0.4:
        return f"{payer.names[0].split(' ')[0]} {rng.choice(PAYS_FOR_OTHERS)}", account
    return naming.company(locale, rng), account


def _give_trade(payer: Payer, profile: Profile, rng: random.Random) -> None:
    """What it buys, how much of it, and on which terms."""
    payer.weight = rng.lognormvariate(0, 1.0)
    payer.terms_days = rng.choice((14, 30, 30, 30, 45, 60))
    payer.discount = rng.choice(profile.discounts) if rng.random() < 0.3 else None
    payer.scale_minor = rng.lognormvariate(10.9, 1.1)
    payer.is_whole = rng.random() < 0.15
    if rng.random() < 0.14:
        count = rng.choice((1, 1, 2, 3))
        payer.fixed_amounts = tuple(int(rng.lognormvariate(9.6, 0.9)) + 500 for _ in range(count))
    if rng.random() < 0.4:
        payer.order_template = rng.choice(profile.order_templates)
    if rng.random() < 0.03:
        payer.second_currency = "EUR" if payer.locale.currency != "EUR" else "USD"
