"""Card payments: what we intend, what the provider said, and how one became the other.

A payment's state moves only along MOVES (the database holds the same table and refuses others).
`FORCED` edges are late truths: money that arrived after we were told it would not; each such move
carries its reason.
"""

import datetime as dt
import enum
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.keyring import Concealed
from foundation.money import Money
from foundation.secrets_at_rest import ConcealedText

MOMENT = sa.DateTime(timezone=True)


class CardPaymentState(enum.StrEnum):
    """Where a card payment stands."""

    SUBMITTING = "submitting"  # our intent is stored; the provider is being asked for its page
    UNKNOWN = "unknown"  # no sure answer came; only asking again resolves it
    AWAITING_PAYER = "awaiting_payer"  # the payment page is open; nothing is taken
    PROCESSING = "processing"  # the provider has the order, not yet the money
    SUCCEEDED = "succeeded"  # taken, booked, allocated
    REVIEW = "review"  # taken and booked, but not what we asked for: a case is open
    REFUSED = "refused"  # the provider would not open a page; nothing is taken
    CANCELED = "canceled"  # given up by us or the payer, confirmed by the provider
    EXPIRED = "expired"  # the provider closed the page unpaid


S = CardPaymentState
ENDINGS = (S.SUCCEEDED, S.REVIEW, S.CANCELED, S.EXPIRED)
MOVES: dict[CardPaymentState, frozenset[CardPaymentState]] = {
    S.SUBMITTING: frozenset(set(S) - {S.SUBMITTING}),
    S.UNKNOWN: frozenset(set(S) - {S.SUBMITTING, S.UNKNOWN}),
    S.AWAITING_PAYER: frozenset({S.UNKNOWN, S.PROCESSING, *ENDINGS}),
    S.PROCESSING: frozenset({S.UNKNOWN, S.AWAITING_PAYER, *ENDINGS}),
    S.SUCCEEDED: frozenset(),
    S.REVIEW: frozenset(),
    S.REFUSED: frozenset(),
    S.CANCELED: frozenset(),
    S.EXPIRED: frozenset(),
}
FORCED: dict[CardPaymentState, frozenset[CardPaymentState]] = {
    state: frozenset({S.SUCCEEDED, S.REVIEW}) for state in (S.REFUSED, S.CANCELED, S.EXPIRED)
}
UNDERWAY = frozenset({S.SUBMITTING, S.UNKNOWN, S.AWAITING_PAYER, S.PROCESSING})
PAID = frozenset({S.SUCCEEDED, S.REVIEW})  # their money is booked
SETTLED = frozenset(set(S) - UNDERWAY)


class CardPayment(Base):
    """One wish of a payer to pay these invoices by card: of a contact, or of who holds a link."""

    __tablename__ = "card_payment"
    __table_args__ = (
        sa.UniqueConstraint("customer_id", "id", "currency"),
        sa.ForeignKeyConstraint(
            ["customer_id", "saved_method_id"],
            ["saved_method.customer_id", "saved_method.id"],
            name="fk_card_payment_saved_method",
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint(
            "state IN ('submitting', 'unknown', 'awaiting_payer', 'processing', 'succeeded',"
            " 'review', 'refused', 'canceled', 'expired')",
            name="state_known",
        ),
        sa.CheckConstraint(
            "(state IN ('succeeded', 'review')) = (receipt_id IS NOT NULL)", name="receipt_if_paid"
        ),
        sa.CheckConstraint("num_nonnulls(contact_id, pay_link_id) = 1", name="one_payer"),
        sa.ForeignKeyConstraint(
            ["customer_id", "pay_link_id", "currency"],
            ["pay_link.customer_id", "pay_link.id", "pay_link.currency"],
            name="fk_card_payment_pay_link",
        ),
        sa.Index(
            "ix_card_payment_pay_link_id",
            "pay_link_id",
            postgresql_where=sa.text("pay_link_id IS NOT NULL"),
        ),
        sa.Index("ix_card_payment_started", "customer_id", "created_at", "id"),
        sa.Index(
            "ix_card_payment_check",
            "next_check_at",
            postgresql_where=sa.text("next_check_at IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer.id"))
    ledger_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger.id"))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[str] = mapped_column(sa.String(16))
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
    operation_id: Mapped[uuid.UUID] = mapped_column(unique=True)  # made by the page that asked
    body_hash: Mapped[str] = mapped_column(sa.String(64))  # what was asked under that id
    # The method it is charged to; without one the payer types a card on the provider's page.
    saved_method_id: Mapped[uuid.UUID | None]
    # What the provider knows it by: the page, or the intent where a saved method is charged.
    session_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    page_url: Mapped[str | None] = mapped_column(sa.String(4000))
    return_url: Mapped[str] = mapped_column(sa.String(500))  # asking again asks the same
    return_token: Mapped[Concealed | None] = mapped_column(ConcealedText)  # for its "{token}"
    language: Mapped[str] = mapped_column(sa.String(2))
    contact_id: Mapped[uuid.UUID | None]  # who pays: a contact, or the holder of a pay link
    pay_link_id: Mapped[uuid.UUID | None]
    started_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(sa.String(64))  # where the request came from, for limits
    created_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    expires_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    next_check_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    checks: Mapped[int] = mapped_column(sa.Integer, default=0)
    decline_code: Mapped[str | None] = mapped_column(sa.String(64))  # of the latest attempt
    # How the latest attempt pays ("card", "bank_debit"); unknown until somebody tried.
    method: Mapped[str | None] = mapped_column(sa.String(16))
    receipt_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("receipt.id"), unique=True)

    @property
    def amount(self) -> Money:
        """What the payer is asked for."""
        return Money(self.amount_minor, self.currency)


class CardPaymentItem(Base):
    """One invoice of a card payment and how much of it is to be paid."""

    __tablename__ = "card_payment_item"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["customer_id", "card_payment_id", "currency"],
            ["card_payment.customer_id", "card_payment.id", "card_payment.currency"],
            name="fk_card_payment_item_payment",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_card_payment_item_invoice",
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.Index("ix_card_payment_item_invoice_id", "invoice_id"),
    )

    card_payment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[uuid.UUID]
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))


class CardPaymentMove(Base):
    """One change of state: who, when, and for a forced one why. Append-only."""

    __tablename__ = "card_payment_move"
    __table_args__ = (sa.UniqueConstraint("card_payment_id", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    card_payment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("card_payment.id"))
    customer_id: Mapped[uuid.UUID]
    version: Mapped[int] = mapped_column(sa.Integer)
    from_state: Mapped[str | None] = mapped_column(sa.String(16))
    to_state: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    actor_id: Mapped[uuid.UUID]
    impersonation_id: Mapped[uuid.UUID | None]
    request_id: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[dt.datetime] = mapped_column(MOMENT)


class CardAttempt(Base):
    """One try of the payer on the provider's page. Append-only; never a card number."""

    __tablename__ = "card_attempt"

    charge_ref: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    card_payment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("card_payment.id"), index=True)
    customer_id: Mapped[uuid.UUID]
    is_paid: Mapped[bool]
    decline_code: Mapped[str | None] = mapped_column(sa.String(64))
    brand: Mapped[str | None] = mapped_column(sa.String(32))
    last_four: Mapped[str | None] = mapped_column(sa.String(4))
    at: Mapped[dt.datetime] = mapped_column(MOMENT)


class ProviderEffect(Base):
    """A fact of the provider that was booked: the same fact is never booked twice. Append-only."""

    __tablename__ = "provider_effect"

    provider: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    object_ref: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    effect: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    customer_id: Mapped[uuid.UUID | None]
    journal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("journal.id"))


class ProviderEvent(Base):
    """The inbox: what the provider told us, stored before anything is done about it."""

    __tablename__ = "provider_event"

    id: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    type: Mapped[str] = mapped_column(sa.String(128))
    object_ref: Mapped[str | None] = mapped_column(sa.String(255))
    payment_id: Mapped[uuid.UUID | None]  # ours, from the object's metadata; not trusted further
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    done_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)


class PaymentCase(Base):
    """Something about money that a person must look at."""

    __tablename__ = "payment_case"
    __table_args__ = (
        sa.UniqueConstraint("kind", "object_ref"),
        sa.CheckConstraint(
            "kind IN ('amount_differs', 'paid_twice', 'payment_missing', 'answer_missing',"
            " 'debit_returned', 'disputed', 'dispute_lost', 'dispute_won_late', 'refunded',"
            " 'refund_failed', 'goes_back_beyond', 'movement_unknown', 'waits_for_person')",
            name="kind_known",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str] = mapped_column(sa.String(32))
    object_ref: Mapped[str] = mapped_column(sa.String(255))
    customer_id: Mapped[uuid.UUID | None]
    card_payment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("card_payment.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    opened_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    closed_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)


class CardPaymentEdge(Base):
    """The database's copy of MOVES and FORCED; its trigger refuses every other change."""

    __tablename__ = "card_payment_edge"

    from_state: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    to_state: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    is_forced: Mapped[bool]
