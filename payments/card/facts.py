"""What the provider says, in our words: the edge between its objects and ours."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from foundation.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRef:
    """A saved method as the provider knows it, and whose it is there."""

    method_ref: str = field(repr=False)
    customer_ref: str = field(repr=False)
    kind: str  # of MethodKind
    is_usable: bool = True  # until it is removed: from then on nothing more is charged to it


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutWish:
    """What we ask the provider for: one page on which one amount is paid, or one charge.

    Everything in it is stored with the payment, so that asking again asks the same. With `saved`
    that method is charged at once, with nobody on any page.
    """

    payment_id: uuid.UUID
    ledger_id: uuid.UUID
    amount: Money
    documents: int
    language: str
    return_url: str
    expires_at: dt.datetime
    saved: SavedRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupWish:
    """What we ask the provider for: one page on which one method is saved; nothing is taken."""

    setup_id: uuid.UUID
    kind: str  # of MethodKind
    customer_ref: str | None = field(repr=False)  # as whom the provider knows the customer so far
    language: str
    return_url: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFact:
    """A method that was saved: what may be shown of it, and the reference that may not."""

    method_ref: str = field(repr=False)
    kind: str
    brand: str | None  # of the card, or the bank
    last_four: str | None
    expiry: tuple[int, int] | None  # month and year, of a card


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupFact:
    """A page for saving as the provider has it now; `method` once something was saved there."""

    session_ref: str
    setup_id: uuid.UUID | None
    status: str  # "open", "complete" or "expired"
    page_url: str | None
    customer_ref: str | None = field(repr=False)
    method: MethodFact | None


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

    Or the charge of a saved method, whose `status` may be "declined", too: it takes nothing unless
    we try again. Else it is "open", "complete" or "expired"; `charge` is the latest try, if there
    was one, and `earlier` the tries before it, oldest first, where they were asked for.
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
    setup_id: uuid.UUID | None = None  # the saving of a method of ours that it is about
