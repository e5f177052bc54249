"""Money that came in. `unapplied_minor` follows the journal by itself, like an invoice's open."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.money import Money


class ReceiptMethod(enum.StrEnum):
    """How the money reached us."""

    CARD = "card"
    BANK_DEBIT = "bank_debit"
    BANK_TRANSFER = "bank_transfer"
    EXCHANGE = "exchange"  # from another receipt of the customer, in another currency


class Receipt(Base):
    """One amount received; without a customer it waits in suspense.

    It counts with the fee its bank kept (`fee_minor`, which follows the journal).
    """

    __tablename__ = "receipt"
    __table_args__ = (
        sa.UniqueConstraint("customer_id", "id", "currency"),
        sa.UniqueConstraint("id", "currency"),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint(
            "unapplied_minor BETWEEN 0 AND amount_minor + fee_minor", name="unapplied_within"
        ),
        sa.CheckConstraint("fee_minor >= 0", name="fee_not_negative"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_code"),
        sa.CheckConstraint(
            "method IN ('card', 'bank_debit', 'bank_transfer', 'exchange')", name="method_known"
        ),
        sa.Index("ix_receipt_received", "customer_id", "received_on", "id"),
        sa.Index(
            "ix_receipt_standing",
            "customer_id",
            "ledger_id",
            "currency",
            "received_on",
            "id",
            "open_from",
            "open_until",
        ),
        sa.Index(
            "ix_receipt_unapplied", "customer_id", postgresql_where=sa.text("unapplied_minor > 0")
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[str] = mapped_column(
        sa.String(16),
        unique=True,
        server_default=sa.text("'R-' || lpad(nextval('receipt_number')::text, 6, '0')"),
    )
    ledger_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger.id"))
    customer_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("customer.id"))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    unapplied_minor: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    fee_minor: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    # Nothing was left of it before the first of these days, and nothing is from the second on.
    open_from: Mapped[dt.date] = mapped_column(server_default=sa.text("'0001-01-01'"))
    open_until: Mapped[dt.date] = mapped_column(server_default=sa.text("'9999-12-31'"))
    currency: Mapped[str] = mapped_column(sa.String(3))
    received_on: Mapped[dt.date]
    method: Mapped[str] = mapped_column(sa.String(16))
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))

    @property
    def amount(self) -> Money:
        """What came in."""
        return Money(self.amount_minor, self.currency)
