"""Who may be behind a payment: by account, memory, number, name, or by what the text names."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from matching.index import Index, account_key
from matching.memory import NO_HABIT, Habit, Memory
from matching.names import likeness, spelled
from matching.reading import Reading
from matching.references import Naming, Strength
from matching.values import Payment

PAYERS_MAX: Final = 10  # customers looked at for one payment
SAME_NAME_MAX: Final = 12  # customers of exactly one name that are all looked at
LIKE_MIN: Final = 70.0  # a name less alike is nobody's
SURE_LIKENESS: Final = 90.0
CHILDREN_MAX: Final = 4  # companies of a parent that it may pay for without naming anything
PRICED_MAX: Final = 3  # customers looked at only because one item has the very amount


@dataclass(slots=True)
class Payer:
    """One customer who may have paid, and all that speaks for and against it."""

    customer_id: str
    likeness: float  # of the name, 0 to 100; -1 where none was given
    rival: float  # likeness of the most alike other customer
    has_account: bool  # pays from an account we know as its own
    is_elsewhere: bool  # the account is known as somebody else's
    is_numbered: bool  # its customer number is written
    habit: Habit

    @property
    def is_identified(self) -> bool:
        """Whether the payer is known otherwise than by what it pays."""
        return (
            self.has_account
            or self.is_numbered
            or (self.habit.share > 0.5 and self.habit.weight > 1.2)
            or (self.likeness >= SURE_LIKENESS and self.likeness > self.rival)
        )


@dataclass(slots=True)
class Facts:
    """One payment with everything that was found out about it."""

    payment: Payment
    reading: Reading
    naming: Naming
    owners: tuple[str, ...] = ()  # of the account
    habits: dict[str, Habit] = field(default_factory=dict)
    alike: dict[str, float] = field(default_factory=dict)  # customers by likeness of the name
    is_searched: bool = False  # whether near names were looked for
    payers: list[Payer] = field(default_factory=list)


def facts_of(
    index: Index,
    payments: Sequence[Payment],
    readings: Sequence[Reading],
    namings: Sequence[Naming],
    memory: Memory,
) -> list[Facts]:
    """Look up accounts, memory and exact names of all payments."""
    found = []
    for payment, reading, naming in zip(payments, readings, namings, strict=True):
        facts = Facts(payment, reading, naming)
        account = account_key(payment.payer_account) if payment.payer_account else ""
        if account:
            facts.owners = index.parties.accounts.get(account, ())
            owner = index.parties.numbers.get(account)
            if owner is not None and not facts.owners:
                facts.owners = (owner,)
        if memory.by_key:
            facts.habits = memory.customers(payment, payment.paid_on)
        if payment.payer_name:
            exact = index.parties.names.exact(payment.payer_name)
            facts.alike = dict.fromkeys(exact[:SAME_NAME_MAX], 100.0)
        found.append(facts)
    return found


def search_names(index: Index, all_facts: Sequence[Facts]) -> None:
    """Look for near names where neither account nor exact name tells the payer."""
    asked = [
        facts
        for facts in all_facts
        if facts.payment.payer_name
        and not facts.alike
        and not facts.owners
        and not _is_told_by_numbers(index, facts)
    ]
    names = sorted({facts.payment.payer_name for facts in asked})
    near = dict(zip(names, index.parties.names.near(names), strict=True))
    for facts in asked:
        facts.is_searched = True
        found = near[facts.payment.payer_name]
        facts.alike = {who: alike for who, alike in found if alike >= LIKE_MIN}


def _is_told_by_numbers(index: Index, facts: Facts) -> bool:
    """Whether the text names items of one customer only, and the name is like that customer's."""
    named = facts.naming.items
    if len(named) != 1 or facts.naming.shared:
        return False
    (who,) = named
    alike = _likeness(index, facts.payment.payer_name, who)
    if alike < SURE_LIKENESS:
        return False
    facts.alike = {who: alike}
    return True


def weigh_payers(index: Index, facts: Facts) -> None:
    """List who may have paid, the likeliest first."""
    named, alike, habits = facts.naming.items, facts.alike, facts.habits
    everybody = {*named, *facts.owners, *facts.naming.customers, *habits, *alike}
    if len(everybody) == 1 and named and (facts.owners or alike):  # all speaks of one customer
        facts.payers = [payer_of(index, facts, who) for who in everybody]
        return
    strong = _ordered(named, lambda who: _named_weight(facts, who))
    candidates = dict.fromkeys(strong[:PAYERS_MAX])
    candidates.update(dict.fromkeys(facts.owners))
    if facts.naming.customers:
        candidates.update(dict.fromkeys(sorted(facts.naming.customers)))
    if habits:
        remembered = _ordered(habits, lambda who: (-habits[who].share, who))
        candidates.update(dict.fromkeys(remembered[:PAYERS_MAX]))
    candidates.update(dict.fromkeys(_ordered(alike, lambda who: (-alike[who], who))))
    if not candidates or (not facts.owners and not alike):
        candidates.update(dict.fromkeys(_priced(index, facts.payment)))
    chosen = list(candidates)[: PAYERS_MAX + len(alike)]
    if not strong:  # what a company names for its children leads to them by itself
        children = index.parties.children
        chosen += [child for who in chosen[:2] for child in children.get(who, ())[:CHILDREN_MAX]]
    facts.payers = [payer_of(index, facts, who) for who in dict.fromkeys(chosen)]


def _ordered(whom: Collection[str], order: Callable[[str], tuple[float, str]]) -> list[str]:
    """Customers in this order; most often there is one at most."""
    return sorted(whom, key=order) if len(whom) > 1 else list(whom)


def _named_weight(facts: Facts, who: str) -> tuple[float, str]:
    named = facts.naming.items[who].values()
    return -sum(4.0 if n.strength is Strength.FULL else 1.0 for n in named), who


def _priced(index: Index, payment: Payment) -> list[str]:
    """Customers with an item of exactly this amount, if there are few."""
    items = index.priced(payment.amount_minor)
    owners = sorted({i.customer_id for i in items if i.currency == payment.currency})
    return owners if len(owners) <= PRICED_MAX else []


def payer_of(index: Index, facts: Facts, who: str) -> Payer:
    """This customer as the payer: what speaks for it, and what for somebody else."""
    alike = facts.alike.get(who, -1.0)
    if alike < 0 and facts.payment.payer_name:
        alike = _likeness(index, facts.payment.payer_name, who)
    others = [value for other, value in facts.alike.items() if other != who]
    owners, habits = facts.owners, facts.habits
    return Payer(
        who,
        alike,
        max(others) if others else 0.0,
        has_account=who in owners,
        is_elsewhere=bool(owners) and who not in owners,
        is_numbered=who in facts.naming.customers,
        habit=habits.get(who, NO_HABIT) if habits else NO_HABIT,
    )


def _likeness(index: Index, name: str, who: str) -> float:
    customer = index.parties.customers.get(who)
    if customer is None or not customer.names:
        return -1.0
    asked = spelled(name)
    return max([likeness(asked, spelled(known)) for known in customer.names])
