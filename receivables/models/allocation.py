"""Which money or credit note settled which invoice. Append-only: undoing adds a reversing row."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class Allocation(Base):
    """`amount_minor` of a receipt or a credit note settles that much of an invoice, one currency.

    `customer_id` is the invoice's, `payer_id` the receipt's: a parent may pay for a branch. A
    credit note only settles invoices of the customer it was issued to.
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
        sa.ForeignKeyConstraint(
            ["payer_id", "credit_note_id", "currency"],
            ["credit_note.customer_id", "credit_note.id", "credit_note.currency"],
            name="fk_allocation_credit_note",
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("num_nonnulls(receipt_id, credit_note_id) = 1", name="one_source"),
        sa.CheckConstraint(
            "credit_note_id IS NULL OR payer_id = customer_id", name="credit_note_is_own"
        ),
        sa.Index("ix_allocation_invoice_id", "invoice_id"),
        sa.Index("ix_allocation_receipt_id", "receipt_id"),
        sa.Index(
            "ix_allocation_credit_note_id",
            "credit_note_id",
            postgresql_where=sa.text("credit_note_id IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID]
    payer_id: Mapped[uuid.UUID]
    receipt_id: Mapped[uuid.UUID | None]
    credit_note_id: Mapped[uuid.UUID | None]
    invoice_id: Mapped[uuid.UUID]
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    journal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("journal.id"))
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("allocation.id"), unique=True
    )
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
