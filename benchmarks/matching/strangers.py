"""Payments that settle nothing of ours, and the card company's payouts that settle many."""

import datetime as dt
from dataclasses import replace

from benchmarks.matching import naming
from benchmarks.matching.issuing import amount_of
from benchmarks.matching.locales import LOCALES
from benchmarks.matching.picking import DAYS_MAX, Desk, Plan, Quote
from benchmarks.matching.scenarios import one_ref
from matching.values import Claim

CARD_COMPANIES = ("Payhalm Europe", "Cardwick Payments", "SumQuay", "Tillport Ltd", "Zahlwerk AG")
CARD_RATE, CARD_FIX = 140, 25  # of 10,000, and minor units a card payment
PAID_TWICE_IN_A_WEEK = 0.15
NOT_FOR_US = ("refund tax", "insurance claim", "interest", "rent", "salary return", "subsidy")


def dup_closed(desk: Desk) -> list[Plan]:
    """An invoice paid a second time; its number is written. Some pay twice within the week."""
    if desk.rng.random() < PAID_TWICE_IN_A_WEEK or not desk.books.closed:
        return _paid_twice(desk)
    closed = desk.rng.choice(desk.books.closed)
    owner = _place_of(desk, closed.customer_id)
    quote = Quote(text=closed.number, amount_minor=closed.amount_minor)
    return [
        Plan(
            scenario="dup_closed",
            payer=owner,
            amount_minor=closed.amount_minor,
            currency=closed.currency,
            day=desk.day,
            quotes=(quote,),
        )
    ]


def prepay(desk: Desk) -> list[Plan]:
    """Money for what is not billed yet, from a customer of ours."""
    owner = desk.rng.choice(desk.books.owners)
    payer = desk.payer(owner)
    amount = amount_of(payer, desk.rng)
    if desk.rng.random() < 0.4:
        amount = max(amount // 5_000 * 5_000, 5_000)
    items = [desk.item(place) for place in desk.books.owned[owner]]
    off = {item.open_minor - item.discount.amount_minor for item in items if item.discount}
    while amount in off or any(item.open_minor == amount for item in items):
        amount += desk.rng.randrange(1, 900)
    return [
        Plan(
            scenario="prepay",
            payer=owner,
            amount_minor=amount,
            currency=payer.locale.currency,
            day=desk.day,
            quotes=_paper_of_theirs(desk),
            words="prepay",
        )
    ]


def foreign(desk: Desk) -> list[Plan]:
    """Money that is not for us at all, from somebody we do not know."""
    country = desk.rng.choice(sorted(desk.profile.countries))
    locale = LOCALES[country]
    amount = max(int(desk.rng.lognormvariate(10.6, 1.2)), 500)
    return [
        Plan(
            scenario="foreign",
            payer=-1,
            amount_minor=amount,
            currency=locale.currency,
            day=desk.day,
            quotes=_paper_of_theirs(desk),
            name=naming.company(locale, desk.rng),
            channel="sepa" if locale.account_digits else "ach",
            words=desk.rng.choice(NOT_FOR_US) if desk.rng.random() < 0.5 else "",
        )
    ]


def card_payout(desk: Desk) -> list[Plan]:
    """What a card company collected from several customers, less its fee."""
    found = desk.someone(1)
    if not found:
        return []
    places = [found[1][0]]
    currency = desk.item(places[0]).currency
    for _ in range(desk.rng.randint(2, 9)):
        other = desk.someone(1, fits=lambda item: item.currency == currency)
        free = [place for place in other[1] if place not in places] if other else []
        places += free[:1]
    desk.take(places)
    claims = tuple(_less_fee(claim) for claim in desk.claims(places))
    return [
        Plan(
            scenario="card_payout",
            payer=-1,
            amount_minor=sum(claim.amount_minor for claim in claims),
            currency=currency,
            day=desk.day,
            claims=claims,
            quotes=desk.quotes(places, share=0.85),
            name=desk.rng.choice(CARD_COMPANIES),
            channel="payout",
            words="payout",
        )
    ]


def _paid_twice(desk: Desk) -> list[Plan]:
    plans = one_ref(desk)
    if not plans:
        return []
    first = replace(plans[0], day=desk.books.today - dt.timedelta(days=DAYS_MAX))
    again = replace(first, scenario="dup_closed", claims=(), day=desk.day, is_again=True)
    return [first, again]


def _place_of(desk: Desk, customer_id: str) -> int:
    return desk.books.places[customer_id]


def _less_fee(claim: Claim) -> Claim:
    fee = claim.amount_minor * CARD_RATE // 10_000 + CARD_FIX
    return Claim(item_id=claim.item_id, amount_minor=max(claim.amount_minor - fee, 1))


def _paper_of_theirs(desk: Desk) -> tuple[Quote, ...]:
    """The number of some paper that is not an open invoice of the payer, in half of the cases."""
    kind = desk.rng.random()
    if kind < 0.5:
        return ()
    scheme = desk.rng.choice((*desk.profile.side_schemes, *desk.profile.main_schemes))
    return (Quote(text=scheme.number(desk.rng.randint(scheme.low, scheme.high), desk.day)),)
