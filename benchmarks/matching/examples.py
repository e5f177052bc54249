"""What a model learns from and is calibrated by: worlds of many books, with their truth."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from benchmarks.matching.books import as_made, dateless, nameless, namesakes, whole_units
from benchmarks.matching.worlds import World, make_world
from matching.engine import Memory, Reviewed, build_index, learn
from matching.hypotheses import Hypothesis
from matching.values import Payment
from matching.weighing import gather

PROFILE: Final = "tuned"
# Customers, items, payments, and how the books differ from the generator's.
BOOKS: Final = (
    (10_000, 100_000, 10_000, as_made),
    (1_000, 10_000, 3_000, as_made),
    (300, 6_000, 3_000, as_made),
    (1_500, 9_000, 4_000, nameless),
    (1_500, 9_000, 4_000, whole_units),
    (800, 8_000, 3_000, dateless),
    (900, 9_000, 3_000, namesakes),
)

Group = list[tuple[list[float], bool]]  # of each explanation of one payment: measures, whether true


def worlds(seeds: Iterable[int]) -> Iterable[World]:
    """Worlds of every kind of books, one of each for each seed."""
    for seed in seeds:
        for place, (customers, items, payments, kind) in enumerate(BOOKS):
            yield kind(
                make_world(
                    PROFILE, seed * 10 + place, customers=customers, items=items, payments=payments
                )
            )


def taught(world: World) -> tuple[Memory, list[Payment]]:
    """What reviews of every third payment taught, and the payments to decide with it."""
    owners = {item.id: item.customer_id for item in world.items}
    reviewed = []
    for payment in world.payments[::3]:
        claims = world.truth[payment.id]
        owner = owners[claims[0].item_id] if claims else ""
        reviewed.append(Reviewed(payment=payment, claims=claims, customer_id=owner))
    return learn(Memory(), reviewed), [p for n, p in enumerate(world.payments) if n % 3]


def settled_by(world: World) -> dict[str, frozenset[str]]:
    """The items that each payment settles."""
    return {one: frozenset(c.item_id for c in claims) for one, claims in world.truth.items()}


def groups_of(world: World) -> list[Group]:
    """The explanations of each payment of a world, with its truth.

    A set that another payment settles is left out where it would be wrong: nothing in the second
    payment of something tells it from the first, that is for the assignment to see.
    """
    memory, payments = taught(world)
    index = build_index(world.items, world.customers, world.closed)
    truths = settled_by(world)
    settled = set(truths.values())
    groups = []
    for one in gather(index, payments, memory):
        truth = truths[one.facts.payment.id]
        kept = [h for h in one.hypotheses if ids_of(h) == truth or ids_of(h) not in settled]
        groups.append([(h.features, ids_of(h) == truth) for h in kept])
    return groups


def ids_of(hypothesis: Hypothesis) -> frozenset[str]:
    """The items of an explanation."""
    return frozenset(item.id for item in hypothesis.items)


def table_of(groups: Sequence[Group]) -> tuple[Any, Any]:
    """Features and labels of all explanations."""
    rows = np.array([features for group in groups for features, _label in group], np.float64)
    labels = np.array([label for group in groups for _features, label in group], bool)
    return rows, labels
