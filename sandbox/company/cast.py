"""Who takes part: the famous companies, and as many composed from word lists as are wanted."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Final

from receivables.models import ContactRole
from sandbox.company.famous import (
    EUR_OF_FR,
    FAMOUS,
    FAMOUS_PEOPLE,
    GBP_OF_GB,
    USD_OF_GB,
)
from sandbox.company.values import Cast, Company, Habit, Person, Seat, Selling
from sandbox.company.words import COUNTRIES

FIRST_NUMBER: Final = 10_001
# Most buy now and then, a few all the time.
WEIGHTS: Final = (3, 3, 4, 5, 6, 8, 10, 30, 110)
TERMS: Final = (14, 30, 30, 45, 60)
# In turn, so that a small company too has every country and every habit.
ORIGINS: Final = ("DE", "US", "FR", "GB", "FR", "PL", "DE", "GB")
HABITS: Final = (
    Habit.PROMPT,
    Habit.DECLINED,
    Habit.HESITANT,
    Habit.DEAD,
    Habit.LATE,
    Habit.BATCHES,
    Habit.PROMPT,
    Habit.TWICE,
    Habit.PARTS,
    Habit.CONTESTING,
)
PAID_BY_PARENT: Final = 0.6  # of the branches
BRANCHED: Final = 11  # every so many-th composed company is a head office with branches
SPELT_OUT: Final = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "Ł": "L"})
POUNDS_AND_EUROS = (*GBP_OF_GB, Selling(entity="FR01", currency="EUR"))
SELLINGS: Final = {
    "FR": (EUR_OF_FR,),
    "GB": (GBP_OF_GB, GBP_OF_GB, POUNDS_AND_EUROS),
    "DE": (EUR_OF_FR,),
    "PL": (EUR_OF_FR,),
    "US": ((USD_OF_GB,),),
}


def cast_of(rng: Random, customers: int) -> Cast:
    """The famous ones and composed ones up to that number of customers."""
    companies = list(FAMOUS)
    names = {company.name for company in companies}
    heads = 0
    while len(companies) < customers:
        head = _company(rng, len(companies), names, origin=ORIGINS[heads % len(ORIGINS)])
        companies.append(head)
        heads += 1
        if heads % BRANCHED == 0:
            companies += _branches(rng, head, len(companies), customers - len(companies))
    composed = companies[len(FAMOUS) :]
    taken = {person.name for person in FAMOUS_PEOPLE}
    people: dict[str, list[Person]] = {}  # by the company they work at
    for company in composed:
        is_paid_for = company.parent is not None and rng.random() < PAID_BY_PARENT
        if is_paid_for and company.parent:
            people[company.parent][0] = _with_seat(people[company.parent][0], company)
        people[company.number] = list(_people(rng, company, taken, has_payer=not is_paid_for))
    everybody = [person for some in people.values() for person in some]
    return Cast(companies=tuple(companies), people=(*FAMOUS_PEOPLE, *everybody))


def _company(rng: Random, at: int, names: set[str], *, origin: str) -> Company:
    words = COUNTRIES[origin]
    name = ""
    while not name or name in names:
        name = words.form.format(
            place=rng.choice(words.places),
            trade=rng.choice(words.trades),
            kind=rng.choice(words.kinds),
        )
    names.add(name)
    return Company(
        number=_number(at),
        name=name,
        country=origin,
        language="fr" if origin == "FR" else "en",
        net_days=rng.choice(TERMS),
        habit=HABITS[at % len(HABITS)],
        sellings=rng.choice(SELLINGS[origin]),
        weight=rng.choice(WEIGHTS),
    )


def _branches(rng: Random, head: Company, at: int, room: int) -> list[Company]:
    places = COUNTRIES[head.country].branches[: min(2, room)]
    return [
        Company(
            number=_number(at + count),
            name=f"{head.name}, {place}",
            country=head.country,
            language=head.language,
            net_days=head.net_days,
            habit=HABITS[(at + count) % len(HABITS)],
            sellings=head.sellings,
            weight=rng.choice(WEIGHTS[:-2]),
            parent=head.number,
        )
        for count, place in enumerate(places)
    ]


def _number(at: int) -> str:
    return f"C-{FIRST_NUMBER + at}"


def _with_seat(person: Person, branch: Company) -> Person:
    """A payer of a head office, who pays for one more of its branches."""
    seat = Seat(company=branch.number, role=ContactRole.PAYER, gets_receipts=True)
    return replace(person, seats=(*person.seats, seat))


def _people(rng: Random, company: Company, taken: set[str], *, has_payer: bool) -> Iterator[Person]:
    """A payer, unless the head office pays; admins, who pay too, and viewers, mostly by chance."""
    roles = [ContactRole.PAYER] if has_payer else []
    if company.habit is Habit.TWICE or rng.random() < 0.5:
        roles.append(ContactRole.ADMIN)
    if rng.random() < 0.25:
        roles.append(ContactRole.VIEWER)
    for role in roles:
        name = _name(rng, company, taken)
        seat = Seat(company=company.number, role=role, gets_receipts=role is ContactRole.PAYER)
        yield Person(
            email=f"{slug(name, '.')}@{slug(company.name.split(',')[0], '-')}.example",
            name=name,
            language=company.language,
            seats=(seat,),
        )


def _name(rng: Random, company: Company, taken: set[str]) -> str:
    words = COUNTRIES[company.country]
    name = ""
    while not name or name in taken:
        name = f"{rng.choice(words.first_names)} {rng.choice(words.last_names)}"
    taken.add(name)
    return name


def slug(text: str, joint: str) -> str:
    """Plain ASCII words, joined: "Élodie Straßmeier" is elodie.strassmeier."""
    plain = unicodedata.normalize("NFKD", text.translate(SPELT_OUT))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    return joint.join(words)
