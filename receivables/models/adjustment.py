"""What settles besides money, credit notes and discounts. Append-only: undoing adds a row."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class AdjustmentKind(enum.StrEnum):
    """Why so much needs no money: given up, kept by a bank, too small, or a matter of rates."""

    WRITE_OFF = "write_off"
    BANK_FEE = "bank_fee"
    TOLERANCE = "tolerance"
    FX_DIFFERENCE = "fx_difference"


class WriteOffReason(enum.StrEnum):
    """Why we give an amount up."""

    UNCOLLECTIBLE = "uncollectible"
    INSOLVENCY = "insolvency"
    SMALL_BALANCE = "small_balance"
    GOODWILL = "goodwill"


class Adjustment(Base):
    """`amount_minor` of an invoice that nobody pays, or of a receipt that pays nothing.

    A bank's fee adds to its receipt. A difference belongs to the allocation it was booked with, and
    is undone with it.
    """

    __tablename__ = "adjustment"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_adjustment_invoice",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "receipt_id", "currency"],
            ["receipt.customer_id", "receipt.id", "receipt.currency"],
            name="fk_adjustment_receipt",
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint(
            "CASE kind"
            " WHEN 'write_off' THEN invoice_id IS NOT NULL AND allocation_id IS NULL"
            " WHEN 'bank_fee' THEN receipt_id IS NOT NULL AND allocation_id IS NOT NULL"
            " WHEN 'tolerance' THEN allocation_id IS NOT NULL"
            " WHEN 'fx_difference' THEN allocation_id IS NOT NULL"
            " ELSE false END",
            name="kind_named",
        ),
        sa.CheckConstraint("num_nonnulls(invoice_id, receipt_id) = 1", name="one_document"),
        sa.CheckConstraint(
            "CASE WHEN kind = 'write_off' THEN coalesce(reason IN"
            " ('uncollectible', 'insolvency', 'small_balance', 'goodwill'), false)"
            " ELSE reason IS NULL END",
            name="reason_known",
        ),
        *(
            sa.Index(f"ix_adjustment_{name}", name, postgresql_where=sa.text(f"{name} IS NOT NULL"))
            for name in ("invoice_id", "receipt_id", "allocation_id")
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(sa.String(16))
    invoice_id: Mapped[uuid.UUID | None]
    receipt_id: Mapped[uuid.UUID | None]
    allocation_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("allocation.id", deferrable=True, initially="DEFERRED")
    )
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    reason: Mapped[str | None] = mapped_column(sa.String(16))
    journal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("journal.id"))
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("adjustment.id"), unique=True
    )
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
