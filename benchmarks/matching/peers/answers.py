"""What every matcher of the benchmark answers, and the numbers and names all of them are given.

Peers get what we would use ourselves: numbers cut out of the text, names without legal forms.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from benchmarks.matching.naming import plain
from benchmarks.matching.worlds import World
from matching.values import Claim, OpenItem

RUNS = re.compile(r"[A-Z0-9][A-Z0-9./_\-]*[A-Z0-9]")
RF = re.compile(r"RF\d\d(?:\s?[A-Z0-9]){4,25}")
DIGITS = re.compile(r"\d{4,}")
FORMS = re.compile(
    r"\b(GMBH|MBH|AG|KG|OHG|EK|UG|CO|LTD|LIMITED|PLC|LLP|INC|INCORPORATED|LLC|CORP|CORPORATION|LP"
    r"|SARL|SAS|SA|EURL|SNC|SRL|SPA|SL|SLU|BV|NV|VOF|SP|Z|OO|SPJ|SPK|AB|HB|KB|AKTIEBOLAG)\b"
)
TAIL_MIN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a matcher makes of one payment: its first suggestion, and whether it would apply it.

    `score` is what a threshold is put on, the higher the surer; `claims` are there where the
    matcher says how much of each item is settled.
    """

    payment_id: str
    items: tuple[str, ...] = ()  # ascending; none: no suggestion
    score: float = 0.0
    is_auto: bool = False
    is_shown: bool = True  # whether a person is shown it where it is not applied
    claims: tuple[Claim, ...] = ()


@dataclass(slots=True)
class Ledger:
    """A world's open items as the re-stated rules look them up."""

    world: World
    items: dict[str, OpenItem] = field(default_factory=dict)
    by_customer: dict[str, list[OpenItem]] = field(default_factory=lambda: defaultdict(list))
    by_token: dict[str, list[OpenItem]] = field(default_factory=lambda: defaultdict(list))
    by_account: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for item in self.world.items:
            self.items[item.id] = item
            self.by_customer[item.customer_id].append(item)
            for group in DIGITS.findall(f"{item.number} {item.po}"):
                self.by_token[group].append(item)
        for customer in self.world.customers:
            self.by_account.update(dict.fromkeys(customer.accounts, customer.id))
            for name in customer.names:
                self.by_name[bare_name(name)].append(customer.id)


def bare_name(name: str) -> str:
    """In capitals, without accents, marks and legal forms."""
    letters = re.sub(r"[^A-Z0-9 ]", "", plain(name).upper().replace("&", " ").replace(".", ""))
    return " ".join(FORMS.sub(" ", letters).split())


def tokens(text: str) -> list[str]:
    """Every number-like piece of a text, without what is written inside it, the longest first."""
    capitals = text.upper().replace("\n", "")
    found = {re.sub(r"\W", "", run) for run in RUNS.findall(capitals)}
    found |= {re.sub(r"\s", "", run)[4:] for run in RF.findall(capitals)}
    found |= set(DIGITS.findall(capitals))
    return sorted(
        (one for one in found if re.search(r"\d{3}", one)), key=lambda one: (-len(one), one)
    )


def number_keys(item: OpenItem) -> list[str]:
    """How the number of an item may stand in a text: whole, its digits, its order."""
    whole = re.sub(r"\W", "", item.number.upper())
    keys = [whole, re.sub(r"\D", "", whole), re.sub(r"\W", "", item.po.upper())]
    return [key for key in dict.fromkeys(keys) if len(key) >= TAIL_MIN]


def tails(pieces: Iterable[str]) -> list[str]:
    """Their last digits: what is left of a number whose beginning was not written."""
    groups = (DIGITS.findall(piece) for piece in pieces)
    return sorted({group[-1][-5:].lstrip("0") for group in groups if group} - {""})


def ids(items: Iterable[OpenItem]) -> tuple[str, ...]:
    """Their ids, ascending."""
    return tuple(sorted(item.id for item in items))


def net_of(item: OpenItem) -> int:
    """What is to be paid where the discount is taken."""
    return item.open_minor - (item.discount.amount_minor if item.discount else 0)


def by_id(answers: Iterable[Answer]) -> Mapping[str, Answer]:
    """The answers, by payment."""
    return {answer.payment_id: answer for answer in answers}
