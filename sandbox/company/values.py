"""What the play is made of, as values: sellers, companies, people, invoices, payments."""

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Final

from foundation.money import Money
from receivables.actions.invoices import LineDraft
from receivables.discounts import DiscountTerms
from receivables.models import ContactRole, CreditReason
from serve.demo_children import SELLER


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One legal entity of the seller, with how it numbers invoices and credit notes."""

    code: str
    name: str
    country: str
    prefix: str
    first_number: int
    credit_prefix: str


ENTITIES: Final = (
    Entity(
        code="FR01",
        name=f"{SELLER} SAS",
        country="FR",
        prefix="FA-",
        first_number=20_114,
        credit_prefix="AV-",
    ),
    Entity(
        code="GB01",
        name=f"{SELLER} Ltd",
        country="GB",
        prefix="INV-",
        first_number=7_301,
        credit_prefix="CN-",
    ),
)


class Habit(enum.StrEnum):
    """How a company pays."""

    PROMPT = "prompt"  # in time, once a week
    LATE = "late"  # every week, but what is due since long
    BATCHES = "batches"  # twice a month, all that is due
    PARTS = "parts"  # half when it is due, the rest weeks after
    DECLINED = "declined"  # the first card is refused more often than not
    TWICE = "twice"  # two people pay the same now and then; what is too much stays as credit
    HESITANT = "hesitant"  # opens the page, leaves it, comes back another day
    DEAD = "dead"  # stopped paying
    CONTESTING = "contesting"  # has its bank contest what was charged, or wants it back
    MIXED = "mixed"  # a bit of everything, as a large account does


class Manner(enum.StrEnum):
    """How one payment goes."""

    STRAIGHT = "straight"
    ASKED = "asked"  # the bank asks for 3-D Secure
    DECLINED = "declined"  # the first card is refused, another one works
    TWICE = "twice"  # a colleague pays a part of the same at the same moment
    CALLED_OFF = "called_off"  # the payer cancels
    LEFT = "left"  # the payer closes the browser; the page runs out
    DEBITED = "debited"  # by bank debit, which settles days later
    RETURNED = "returned"  # the same, and its bank takes it back days after that
    BOUNCED = "bounced"  # the same, but the account has not enough on it
    WIRED = "wired"  # by bank transfer; our bookkeeper applies it, with what its bank kept
    REFUNDED = "refunded"  # by card, and days later we send all or a part of it back
    CONTESTED = "contested"  # by card, and days later the cardholder's bank wants it back
    UNDERWAY = "underway"  # the page is still open when the play ends
    REFUSED = "refused"  # the page is still open, after a card was refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Selling:
    """One of our entities sells to a company in one currency; `weight` is its share."""

    entity: str
    currency: str
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What a person may do at one company."""

    company: str
    role: ContactRole
    gets_receipts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an address and one seat or more."""

    email: str
    name: str
    language: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A customer: `weight` is its share of all invoices, `parent` the number of its head office."""

    number: str
    name: str
    country: str
    language: str
    net_days: int
    habit: Habit
    sellings: tuple[Selling, ...]
    weight: int
    parent: str | None = None

    @property
    def net(self) -> dt.timedelta:
        """How long it may take to pay."""
        return dt.timedelta(days=self.net_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody. A head office stands before its branches."""

    companies: tuple[Company, ...]
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedInvoice:
    """An invoice to be issued; entity and number name it."""

    company: str
    entity: str
    number: str
    purchase_order: str | None
    issued_on: dt.date
    due_on: dt.date
    currency: str
    lines: tuple[LineDraft, ...]
    discount: DiscountTerms | None = None

    @property
    def total(self) -> Money:
        """What is billed, tax included."""
        return Money.total((line.net + line.tax for line in self.lines), self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCreditNote:
    """A credit note to be issued for an invoice; `is_applied`: set against it at once, by us."""

    company: str
    entity: str
    number: str
    invoice: str
    reason: CreditReason
    issued_on: dt.date
    currency: str
    lines: tuple[LineDraft, ...]
    is_applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of an invoice a payment means to pay: all that is open, or less."""

    number: str
    amount: Money
    is_rest: bool  # nothing is left after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What happens to money that was taken, and how that ends: days after the payment."""

    days: int
    decided_days: int  # the bank takes the refund or not, the network decides the dispute
    is_success: bool  # the refund arrives, the dispute is won by us
    percent: int = 100  # of the charge


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPayment:
    """One press of "Pay": who, when, what for, and how it goes."""

    at: dt.datetime
    company: str
    payer: str  # e-mail
    colleague: str  # who pays the same in Manner.TWICE
    entity: str
    shares: tuple[Share, ...]
    manner: Manner
    refused_card: str  # the one tried first where one is refused
    aftermath: Aftermath | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole play: documents by issue day, payments by moment."""

    cast: Cast
    invoices: tuple[PlannedInvoice, ...]
    credit_notes: tuple[PlannedCreditNote, ...]
    payments: tuple[PlannedPayment, ...]
