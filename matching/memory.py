"""What reviewed payments taught: who pays for whom, from which account, and in what manner.

A memory belongs to one seller. It forgets by half in HALF_LIFE_DAYS, and what one review taught
can be taken out again.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from matching.names import spelled
from matching.numbers import compacted
from matching.values import Claim, Decision, Payment

HALF_LIFE_DAYS: Final = 365
REFUSAL_HALF_LIFE_DAYS: Final = 120
LESSONS_MAX: Final = 64  # of one payer that are listened to, the latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A payment a person looked at: what it truly settled, whose it was, what we had said."""

    payment: Payment
    claims: tuple[Claim, ...]  # () when it settles nothing of ours
    customer_id: str  # empty when it is nobody's
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one review taught, kept so that it can be forgotten."""

    payment_id: str
    on: dt.date
    keys: tuple[str, ...]  # of the payer: account and name
    customer_id: str
    refused: str  # the customer of a suggestion that was wrong, or empty
    item_count: int


@dataclass(frozen=True, slots=True)
class Habit:
    """How sure a key points at a customer: shares of the past, decayed, and how much past."""

    share: float
    weight: float
    refusals: float


NO_HABIT: Final = Habit(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Memory:
    """Lessons by payment; everything else is derived. `Memory()` knows nothing."""

    lessons: dict[str, Lesson] = field(default_factory=dict)
    by_key: dict[str, tuple[Lesson, ...]] = field(default_factory=dict)

    def without(self, payment_ids: Collection[str]) -> "Memory":
        """The memory as if these had never been reviewed."""
        gone = set(payment_ids)
        kept = {one: lesson for one, lesson in self.lessons.items() if one not in gone}
        return Memory(kept, _filed({}, kept.values()))

    def customers(self, payment: Payment, on: dt.date) -> dict[str, Habit]:
        """Who was behind this payer's account or name before, as known on that day."""
        if not self.by_key:
            return {}
        found: dict[str, Habit] = {}
        for key in payer_keys(payment):
            for customer, habit in _habits(self.by_key.get(key, ()), on).items():
                known = found.get(customer, NO_HABIT)
                if (habit.share, habit.weight) > (known.share, known.weight):
                    found[customer] = habit
        return found


def payer_keys(payment: Payment) -> tuple[str, ...]:
    """What tells this payer from others: the account, then the name."""
    account, name = compacted(payment.payer_account), spelled(payment.payer_name).whole
    keys = (f"account:{account}" if account else "", f"name:{name}" if name else "")
    return tuple(key for key in keys if key)


def learn(memory: Memory, reviewed: Iterable[Reviewed]) -> Memory:
    """The memory with these reviews in it; a payment reviewed again replaces what it taught."""
    lessons = [_lesson(review) for review in reviewed]
    known = [lesson.payment_id for lesson in lessons if lesson.payment_id in memory.lessons]
    before = memory.without(known) if known else memory
    newest = {lesson.payment_id: lesson for lesson in lessons}
    return Memory({**before.lessons, **newest}, _filed(before.by_key, newest.values()))


def _lesson(review: Reviewed) -> Lesson:
    said = review.decision.best if review.decision else None
    settled = {claim.item_id for claim in review.claims}
    wrong = said is not None and {claim.item_id for claim in said.claims} != settled
    refused = said.customer_id if said is not None and wrong else ""
    return Lesson(
        payment_id=review.payment.id,
        on=review.payment.paid_on,
        keys=payer_keys(review.payment),
        customer_id=review.customer_id,
        refused="" if refused == review.customer_id else refused,
        item_count=len(review.claims),
    )


def _filed(
    by_key: dict[str, tuple[Lesson, ...]], lessons: Iterable[Lesson]
) -> dict[str, tuple[Lesson, ...]]:
    """The lessons under each of their keys, in an order that does not tell when they came."""
    filed = dict(by_key)
    for lesson in lessons:
        for key in lesson.keys:
            filed[key] = tuple(sorted((*filed.get(key, ()), lesson), key=_lesson_order))
    return filed


def _lesson_order(lesson: Lesson) -> tuple[dt.date, str]:
    return lesson.on, lesson.payment_id


def _habits(lessons: Sequence[Lesson], on: dt.date) -> dict[str, Habit]:
    weights: dict[str, float] = {}
    refusals: dict[str, float] = {}
    for lesson in lessons[-LESSONS_MAX:]:
        age = max((on - lesson.on).days, 0)
        weight = 0.5 ** (age / HALF_LIFE_DAYS)
        if lesson.customer_id:
            weights[lesson.customer_id] = weights.get(lesson.customer_id, 0.0) + weight
        if lesson.refused:
            weight = 0.5 ** (age / REFUSAL_HALF_LIFE_DAYS)
            refusals[lesson.refused] = refusals.get(lesson.refused, 0.0) + weight
    total = sum(weights.values())
    return {
        customer: Habit(
            weights.get(customer, 0.0) / total if total else 0.0,
            weights.get(customer, 0.0),
            refusals.get(customer, 0.0),
        )
        for customer in sorted({*weights, *refusals})
    }
