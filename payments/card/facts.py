"""What the provider says, in our words: the edge between its objects and ours."""

import datetime as dt
import uuid
from dataclasses import dataclass

from foundation.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutWish:
    """What we ask the provider for: one page on which one amount is paid by card.

    Everything in it is stored with the payment, so that asking again asks the same.
    """

    payment_id: uuid.UUID
    ledger_id: uuid.UUID
    amount: Money
    documents: int
    language: str
    return_url: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFact:
    """One try to take the money. `received` is what was taken, in full and before any fee."""

    charge_ref: str
    is_paid: bool
    received: Money
    decline_code: str | None
    brand: str | None
    last_four: str | None
    at: dt.datetime
    method: str = "card"  # or "bank_debit"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFact:
    """A payment page as the provider has it now.

    `status` is "open", "complete" or "expired"; `charge` is the latest try, if there was one, and
    `earlier` the tries before it, oldest first, where they were asked for.
    """

    session_ref: str
    payment_id: uuid.UUID | None
    ledger_id: uuid.UUID | None
    status: str
    page_url: str | None
    asked: Money
    is_processing: bool
    intent_ref: str | None
    charge: ChargeFact | None
    method: str | None = None  # of the latest try, also while its bank has not answered
    earlier: tuple[ChargeFact, ...] = ()

    @property
    def attempts(self) -> tuple[ChargeFact, ...]:
        """Every try we know of, oldest first."""
        return (*self.earlier, self.charge) if self.charge else self.earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFact:
    """Money on its way back. `state` is one of RefundState; the refs are movements on the balance.

    `paid_ref` says that the provider took it from our balance, `back_ref` that it gave it back.
    """

    ref: str
    amount: Money
    state: str
    paid_ref: str | None
    back_ref: str | None
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFact:
    """A bank that wants money back. `state` is one of DisputeState.

    `movements` are what it did to our balance so far, by their refs: negative is taken.
    """

    ref: str
    amount: Money
    state: str
    reason: str
    movements: tuple[tuple[str, Money], ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterwardsFact:
    """What became of one charge after it was taken, as the provider has it now."""

    charge: ChargeFact
    payment_id: uuid.UUID | None
    refunds: tuple[RefundFact, ...]
    disputes: tuple[DisputeFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFact:
    """One movement on our balance at the provider: `amount` before its `fee`, negative when gone.

    `charge_ref` is the charge it is about, itself or by a refund or a dispute of it.
    """

    ref: str
    kind: str
    amount: Money
    fee: Money
    charge_ref: str | None
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFact:
    """One signed message of the provider; only its ids are used, the object is fetched anew."""

    event_id: str
    type: str
    object_ref: str | None
    payment_id: uuid.UUID | None
    payload: dict[str, object]
    charge_ref: str | None = None  # the charge that a refund or a dispute is about
