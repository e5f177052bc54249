"""When companies mean to pay what they owe, and how their payments go."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from sandbox.company.values import Aftermath, Habit, Manner
from sandbox.stripe.cards import CARDS

FRIDAY: Final = 4
TWICE_A_MONTH: Final = frozenset({Habit.PROMPT, Habit.MIXED})
ONE_DAY: Final = dt.timedelta(days=1)
DEAD_AFTER: Final = 55  # per cent of the play, after which the dead pay nothing more
REFUSED_CARDS: Final = tuple(
    card.number for card in CARDS if card.decline and not card.can_be_saved
)
ASKED_IN_A_HUNDRED: Final = 15  # payments for which the bank asks for 3-D Secure


class Intent(NamedTuple):
    """On which day to pay how many per cent of an invoice."""

    on: dt.date
    percent: int


Intents = Sequence[Intent]


def business_day(day: dt.date) -> dt.date:
    """That day, or the Monday after it."""
    while day.weekday() > FRIDAY:
        day += ONE_DAY
    return day


@dataclass(frozen=True, slots=True)
class PayRuns:
    """The days of a month on which a company pays."""

    days: tuple[int, ...]

    def from_day(self, day: dt.date) -> dt.date:
        """The first run on or after that day; on a weekend it waits for Monday."""
        while day.day not in self.days:
            day += ONE_DAY
        return business_day(day)

    def until(self, day: dt.date) -> dt.date:
        """The last run on or before that day; on a weekend it waits for Monday."""
        while day.day not in self.days:
            day -= ONE_DAY
        return business_day(day)


def runs_of(habit: Habit, rng: Random) -> PayRuns:
    """A company's own days: twice a month where it means to be in time, else once."""
    first = rng.randint(1, 13)
    if habit in TWICE_A_MONTH:
        return PayRuns((first, first + 14))
    return PayRuns((first + rng.choice((0, 14)),))


def intents_of(habit: Habit, rng: Random, due_on: dt.date, runs: PayRuns) -> Intents:
    """What a company of that habit means to do about one invoice; nothing where it never pays."""
    return _HABITS[habit](rng, due_on, runs)


def _prompt(rng: Random, due_on: dt.date, runs: PayRuns) -> Intents:
    return _whole(runs.until(due_on))


def _late(rng: Random, due_on: dt.date, runs: PayRuns) -> Intents:
    days = rng.randint(45, 80) if rng.random() < 0.1 else rng.randint(4, 30)
    return _whole(runs.from_day(due_on + dt.timedelta(days=days)))


def _batches(rng: Random, due_on: dt.date, runs: PayRuns) -> Intents:
    return _whole(runs.from_day(due_on))


def _parts(rng: Random, due_on: dt.date, runs: PayRuns) -> Intents:
    first = runs.from_day(due_on)
    percent = rng.choice((40, 50, 50, 60))
    rest = runs.from_day(first + dt.timedelta(days=rng.randint(18, 40)))
    return (Intent(first, percent), Intent(rest, 100 - percent))


def _often_prompt(rng: Random, due_on: dt.date, runs: PayRuns) -> Intents:
    kind = _prompt if rng.random() < 0.6 else _late
    return kind(rng, due_on, runs)


def _loose(rng: Random, due_on: dt.date, runs: PayRuns) -> Intents:
    kind = _batches if rng.random() < 0.6 else _late
    return kind(rng, due_on, runs)


def _mixed(rng: Random, due_on: dt.date, runs: PayRuns) -> Intents:
    drawn = rng.random()
    if drawn < 0.03:
        return ()  # not paid, for a reason nobody has told us
    if drawn < 0.35:
        return _prompt(rng, due_on, runs)
    return (_parts if drawn < 0.45 else _late)(rng, due_on, runs)


def _whole(on: dt.date) -> Intents:
    return (Intent(on, 100),)


_HABITS: Final[Mapping[Habit, Callable[[Random, dt.date, PayRuns], Intents]]] = {
    Habit.PROMPT: _prompt,
    Habit.LATE: _late,
    Habit.BATCHES: _batches,
    Habit.PARTS: _parts,
    Habit.DECLINED: _often_prompt,
    Habit.TWICE: _loose,
    Habit.HESITANT: _often_prompt,
    Habit.DEAD: _late,
    Habit.CONTESTING: _often_prompt,
    Habit.MIXED: _mixed,
}

# How often, in a hundred payments, something other than the plain way happens.
_ODDS: Final[Mapping[Habit, Mapping[Manner, int]]] = {
    Habit.DECLINED: {Manner.DECLINED: 60},
    Habit.TWICE: {Manner.TWICE: 45},
    Habit.HESITANT: {Manner.CALLED_OFF: 18, Manner.LEFT: 18},
    Habit.CONTESTING: {Manner.CONTESTED: 26, Manner.REFUNDED: 20},
    Habit.PROMPT: {Manner.DEBITED: 22, Manner.RETURNED: 2},
    Habit.BATCHES: {Manner.DEBITED: 30, Manner.BOUNCED: 6, Manner.RETURNED: 3},
    Habit.MIXED: {
        Manner.DEBITED: 12,
        Manner.RETURNED: 3,
        Manner.DECLINED: 8,
        Manner.CALLED_OFF: 4,
        Manner.LEFT: 3,
    },
}
WON_IN_A_HUNDRED: Final = 40  # disputes
REFUNDS_TAKEN_IN_A_HUNDRED: Final = 85  # the others come back: the card is closed by then


# By bank debit: what follows the scheme in the name of the test account; a scheme is of a currency.
DEBITS: Final = {Manner.DEBITED: "", Manner.RETURNED: "_returned", Manner.BOUNCED: "_fails"}
SCHEMES: Final = {"EUR": "sepa", "USD": "ach"}


def manner_of(habit: Habit, rng: Random, currency: str) -> Manner:
    """How the next payment of such a company goes; without a scheme a debit is a card."""
    manner = _drawn(habit, rng)
    return Manner.STRAIGHT if manner in DEBITS and currency not in SCHEMES else manner


def _drawn(habit: Habit, rng: Random) -> Manner:
    drawn = rng.randrange(100)
    for manner, odds in (*_ODDS.get(habit, {}).items(), (Manner.ASKED, ASKED_IN_A_HUNDRED)):
        if drawn < odds:
            return manner
        drawn -= odds
    return Manner.STRAIGHT


def aftermath_of(manner: Manner, rng: Random) -> Aftermath | None:
    """What follows such a payment, within a fortnight; nothing where money stays where it is."""
    if manner is Manner.CONTESTED:
        is_won = rng.randrange(100) < WON_IN_A_HUNDRED
        return Aftermath(days=rng.randint(2, 6), decided_days=rng.randint(8, 13), is_success=is_won)
    if manner is Manner.REFUNDED:
        is_taken = rng.randrange(100) < REFUNDS_TAKEN_IN_A_HUNDRED
        days = rng.randint(2, 9)
        percent = rng.choice((100, 100, 50, 25))
        decided_days = days + rng.randint(1, 3)
        return Aftermath(days=days, decided_days=decided_days, is_success=is_taken, percent=percent)
    return None
