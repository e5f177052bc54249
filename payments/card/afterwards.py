"""What became of money after it was taken: refunds and disputes, each a machine of its own.

A debit that its bank returns after it was paid is a dispute that is lost at once: nobody is asked.
Facts of the provider only ever move these forward; the database holds the same tables.
"""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.money import Money
from payments.card.models import MOMENT


class RefundState(enum.StrEnum):
    """Where a refund stands; one that was paid may still come back."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DisputeState(enum.StrEnum):
    """Where a dispute stands. One that was lost may be won by an appeal."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


REFUND_MOVES: dict[RefundState, frozenset[RefundState]] = {
    RefundState.PENDING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
    RefundState.FAILED: frozenset(),
}
DISPUTE_MOVES: dict[DisputeState, frozenset[DisputeState]] = {
    DisputeState.OPEN: frozenset({DisputeState.WON, DisputeState.LOST}),
    DisputeState.LOST: frozenset({DisputeState.WON}),
    DisputeState.WON: frozenset(),
}


class CardRefund(Base):
    """Money of one charge that was sent back to its payer, or is on its way."""

    __tablename__ = "card_refund"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("state IN ('pending', 'succeeded', 'failed')", name="state_known"),
        sa.Index("ix_card_refund_payment", "card_payment_id"),
    )

    ref: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    charge_ref: Mapped[str] = mapped_column(sa.String(255))
    receipt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("receipt.id"))
    card_payment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("card_payment.id"))
    customer_id: Mapped[uuid.UUID | None]
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[str] = mapped_column(sa.String(16))
    opened_at: Mapped[dt.datetime] = mapped_column(MOMENT)  # by the provider's clock
    changed_at: Mapped[dt.datetime] = mapped_column(MOMENT)  # when we last learned something new

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)


class CardDispute(Base):
    """A payer's bank that wants the money of one charge back, or has taken it."""

    __tablename__ = "card_dispute"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("state IN ('open', 'won', 'lost')", name="state_known"),
        sa.Index("ix_card_dispute_payment", "card_payment_id"),
    )

    ref: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    charge_ref: Mapped[str] = mapped_column(sa.String(255))
    receipt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("receipt.id"))
    card_payment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("card_payment.id"))
    customer_id: Mapped[uuid.UUID | None]
    is_return: Mapped[bool]  # of a debit, by its bank
    reason: Mapped[str] = mapped_column(sa.String(64))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[str] = mapped_column(sa.String(16))
    opened_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    changed_at: Mapped[dt.datetime] = mapped_column(MOMENT)

    @property
    def amount(self) -> Money:
        """What the bank wants back."""
        return Money(self.amount_minor, self.currency)


class ProviderCut(Base):
    """Up to when the provider's lists were looked through whole."""

    __tablename__ = "provider_cut"

    provider: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    swept_until: Mapped[dt.datetime] = mapped_column(MOMENT)


class AfterwardsEdge(Base):
    """The database's copy of both tables of moves; its trigger refuses every other change."""

    __tablename__ = "afterwards_edge"

    machine: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    from_state: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    to_state: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
