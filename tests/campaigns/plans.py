"""What happens in one schedule of faults: drawn from a seed and a number, so it can be run again.

First every point of every way through a payment is hit once, each in a schedule of its own; then
1 to 5 kills are drawn at random and mixed with faults of the provider.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

DEBIT_RETURNED = "debit returned"  # paid days later, and taken back days after that
WAYS = ("messages first", "return first", "declined first", "given up", DEBIT_RETURNED)
PAYERS = ("pays", "pays", "declines and pays", "authenticates", "walks away", "two colleagues")
CALLS = ("POST /v1/checkout/sessions", "GET /v1/checkout/sessions/*", "GET /v1/checkout/sessions")
ANSWERS = ("answer_lost", "late_call", "in_flight", "rate_limited", "server_error", "worked_error")
ORDERS = ("as they came", "reversed", "shuffled", "twice", "never")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One schedule. Each kill ends one life of the process; the next life goes on with the rest."""

    name: str
    way: str
    kills: tuple[int, ...] = ()
    payer: str = "pays"
    faults: tuple[tuple[str, str], ...] = ()
    order: str = "as they came"
    is_late: bool = False  # the bank answers the payment later
    draws: int = 0

    def told(self) -> str:
        """The schedule in one line."""
        unusual = {name: value for name, value in asdict(self).items() if value}
        return ", ".join(f"{name}={value}" for name, value in unusual.items())


@dataclass
class Every:
    """Every point of every way, once; `share` leaves out points between the interesting ones."""

    points: Mapping[str, list[str]]
    share: int = 1
    left: list[Plan] = field(init=False)

    def __post_init__(self) -> None:
        self.left = [
            Plan(name=f"{way}@{at}", way=way, kills=(at,), payer=payer_of(way))
            for way, labels in self.points.items()
            for at, label in enumerate(labels, start=1)
            if self.share == 1 or at % self.share == 0 or _is_an_edge(label)
        ]

    def __iter__(self) -> Iterator[Plan]:
        return iter(self.left)

    def __len__(self) -> int:
        return len(self.left)


def _is_an_edge(label: str) -> bool:
    """A provider call: what is done there cannot be undone by a rollback."""
    return label.startswith(("before ", "after "))


def payer_of(way: str) -> str:
    """What the payer does on this way."""
    return {"declined first": "declines and pays", "given up": "walks away"}.get(way, "pays")


def drawn(seed: int, number: int, points_max: int) -> Plan:
    """The n-th random schedule of a seed."""
    draw = random.Random(f"{seed}:{number}")
    kills = tuple(draw.randint(1, points_max) for _ in range(draw.randint(1, 5)))
    faults = tuple(
        (draw.choice(ANSWERS), draw.choice(CALLS)) for _ in range(draw.choice((0, 1, 1, 2)))
    )
    return Plan(
        name=f"{seed}:{number}",
        way=draw.choice((*WAYS[:2], DEBIT_RETURNED)),
        kills=kills,
        payer=draw.choice(PAYERS),
        faults=faults,
        order=draw.choice(ORDERS),
        is_late=draw.random() < 0.1,
        draws=number,
    )
