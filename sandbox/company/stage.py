"""What the play is played with: the books, the card company, a clock that is told the time."""

import datetime as dt
import itertools
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from foundation.database import Transaction
from foundation.deed import SYSTEM_ID, Deed
from payments.card.gateway import Gateway, StripeGateway
from sandbox.company.days import Year
from sandbox.stripe.world import StripeWorld
from serve.demo_children import SELLER


class PlayedClock:
    """A Clock whose wall time and business day are what the play says; both move together."""

    def __init__(self, zone: ZoneInfo, at: dt.datetime) -> None:
        self._zone = zone
        self.at = at

    def now(self) -> dt.datetime:
        """The played moment."""
        return self.at

    def today(self) -> dt.date:
        """The played moment's day at the seller's."""
        return self.at.astimezone(self._zone).date()


@dataclass(slots=True, kw_only=True)
class Register:
    """The ids the product gave to what the play knows by number, code or address."""

    entities: dict[str, uuid.UUID] = field(default_factory=dict)
    customers: dict[str, uuid.UUID] = field(default_factory=dict)
    people: dict[str, uuid.UUID] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)  # of people
    contacts: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)  # company, e-mail
    invoices: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)  # entity, number


class Agenda:
    """What the outside world does on a later day."""

    def __init__(self) -> None:
        self._acts: dict[dt.date, list[Callable[[], object]]] = defaultdict(list)

    def note(self, on: dt.date, act: Callable[[], object]) -> None:
        """Let it happen as that day ends."""
        self._acts[on].append(act)

    def carry_out(self, on: dt.date) -> None:
        """Do what was noted for a day, in the order in which it was."""
        for act in self._acts.pop(on, ()):
            act()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Our own people act as quittance_app (`books`), payers as quittance_portal (`portal`)."""

    books: Transaction
    portal: Transaction
    gateway: Gateway
    world: StripeWorld
    clock: PlayedClock
    portal_url: str
    draws: Random  # for ids the product lets its caller choose
    register: Register = field(default_factory=Register)
    agenda: Agenda = field(default_factory=Agenda)
    _requests: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def deed(self, actor_id: uuid.UUID = SYSTEM_ID, subject_id: uuid.UUID | None = None) -> Deed:
        """Something done at the played moment, by the system unless a person is named."""
        return Deed(
            actor_id=actor_id,
            subject_id=subject_id,
            request_id=f"play-{next(self._requests):06d}",
            at=self.clock.now(),
            on=self.clock.today(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the played payments lead to: the customers' portal, the card company and its file."""

    portal_url: str
    stripe_url: str
    stripe_key: str
    stripe_file: Path


@contextmanager
def staged(
    *, books: Transaction, portal: Transaction, at: Addresses, seed: str, year: Year
) -> Iterator[Stage]:
    """A stage on the first day. The card company keeps its file for whoever serves it next."""
    clock = PlayedClock(year.zone, year.moment(year.first, 0))
    world = StripeWorld(
        clock.now,
        at.stripe_file,
        api_key=at.stripe_key,
        seller=SELLER,
        origin=at.stripe_url,
    )
    try:
        yield Stage(
            books=books,
            portal=portal,
            gateway=StripeGateway(world.client(), webhook_secrets=()),
            world=world,
            clock=clock,
            portal_url=at.portal_url,
            draws=Random(f"{seed}:ids"),  # noqa: S311 - a play, no secret
        )
    finally:
        world.close()
