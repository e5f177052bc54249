"""What the engine is told and what it answers. Amounts are minor units of the value's currency."""

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING


class Verdict(enum.StrEnum):
    """What is to be done with a payment."""

    AUTO = "auto"  # certain, and no rival: apply it
    SUGGEST = "suggest"  # a person decides; the best explanation is shown first
    UNMATCHED = "unmatched"  # nothing explains it well enough; the reason says why


class Residual(enum.StrEnum):
    """How the payment differs from the sum of the items it settles."""

    EXACT = "exact"
    DISCOUNT = "discount"  # the agreed cash discount, within its days
    LATE_DISCOUNT = "late_discount"  # the same, taken after its last day
    FEE = "fee"  # what a bank keeps on the way
    SHORT = "short"  # less, unexplained
    OVER = "over"  # more, unexplained
    PART = "part"  # one item, knowingly paid in part


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A cash discount: `amount_minor` off if the money is there on `until` at the latest."""

    amount_minor: int
    until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An invoice with what is still open of it (positive), or a credit note (negative)."""

    id: str
    number: str
    customer_id: str
    open_minor: int
    currency: str
    issued_on: dt.date | None = None
    due_on: dt.date | None = None
    discount: Discount | None = None
    po: str = ""  # the customer's purchase order


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who owes: every spelling of the name we know, and the accounts it is known to pay from."""

    id: str
    names: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    parent_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedItem:
    """A number that was settled before: evidence that a payment comes twice."""

    number: str
    customer_id: str
    amount_minor: int
    currency: str
    closed_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that came in. `text` is what the payer or the bank wrote; all of it may be empty."""

    id: str
    paid_on: dt.date
    amount_minor: int
    currency: str
    payer_name: str = ""
    payer_account: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """So much of one item is settled; for a credit note the amount is negative."""

    item_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for or against, in facts a face puts into words.

    `kind` is a stable code; `start` and `end` mark the span of the payment's text that it rests on
    (both 0 where it rests on something else); `points` is its share of the additive score.
    """

    kind: str
    points: float
    start: int = 0
    end: int = 0
    item_id: str = ""
    detail: str = ""


class _Deferred:
    """Room for what works out the evidence when it is first asked for."""

    __slots__ = ("_why",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(_Deferred):
    """One explanation of a payment: these items, for these amounts, because of this.

    Most are never read by anybody, so `evidence` and its sum, `score`, may be worked out when they
    are first asked for (`Proposal.deferred`); nobody sees the difference but in time.
    """

    claims: tuple[Claim, ...]  # ascending by item id
    residual: Residual
    residual_minor: int  # payment less the sum of the claims' full open amounts
    probability: float  # calibrated: of 1,000 proposals at 0.99 about 990 are right
    evidence: tuple[Evidence, ...]  # strongest first; the points add up to the score
    score: float
    solutions: int  # how many sets of the payer's items sum to the same; 0: not countable
    customer_id: str = ""  # whose items; of several customers the one with most of them

    @classmethod
    def deferred(
        cls,
        why: Callable[[], tuple[Evidence, ...]],
        claims: tuple[Claim, ...],
        residual: Residual,
        residual_minor: int,
        probability: float,
        solutions: int,
        customer_id: str,
    ) -> "Proposal":
        """A proposal whose evidence `why` gives, which must give the same whenever it is called."""
        made = object.__new__(cls)
        give = object.__setattr__
        give(made, "_why", why)
        give(made, "claims", claims)
        give(made, "residual", residual)
        give(made, "residual_minor", residual_minor)
        give(made, "probability", probability)
        give(made, "solutions", solutions)
        give(made, "customer_id", customer_id)
        return made

    if not TYPE_CHECKING:  # a checker knows the fields; only what is not there yet comes here

        def __getattr__(self, name: str) -> object:
            """Work out the evidence and its sum, once."""
            if name not in ("evidence", "score"):
                raise AttributeError(name)
            why = self._why
            if why is not None:
                evidence = why()
                object.__setattr__(self, "evidence", evidence)
                object.__setattr__(self, "score", fsum(one.points for one in evidence))
                object.__setattr__(self, "_why", None)
            return object.__getattribute__(self, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of one payment, and why; replayable from the model's version and the input."""

    payment_id: str
    verdict: Verdict
    best: Proposal | None
    runner_up: Proposal | None
    reasons: tuple[str, ...]  # stable codes, strongest first
    lane: str  # which part of the engine found it
    model: str  # version of the model that gave the probability
