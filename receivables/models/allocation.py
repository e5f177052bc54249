"""Which money settled which invoice. Append-only: an undone allocation gets a reversing row."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class Allocation(Base):
    """`amount_minor` of a receipt settles that much of an invoice, in one currency.

    `customer_id` is the invoice's, `payer_id` the receipt's: a parent may pay for a branch.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_allocation_invoice",
        ),
        sa.ForeignKeyConstraint(
            ["payer_id", "receipt_id", "currency"],
            ["receipt.customer_id", "receipt.id", "receipt.currency"],
            name="fk_allocation_receipt",
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.Index("ix_allocation_invoice_id", "invoice_id"),
        sa.Index("ix_allocation_receipt_id", "receipt_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID]
    payer_id: Mapped[uuid.UUID]
    receipt_id: Mapped[uuid.UUID]
    invoice_id: Mapped[uuid.UUID]
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    journal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("journal.id"))
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("allocation.id"), unique=True
    )
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
