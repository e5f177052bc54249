"""What we owe back. `unapplied_minor` follows the journal by itself, like an invoice's open."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.money import Money


class CreditReason(enum.StrEnum):
    """Why a credit note was issued."""

    GOODS_RETURNED = "goods_returned"
    PRICE_CORRECTED = "price_corrected"
    OTHER = "other"


class CreditNote(Base):
    """One issued credit note of a ledger; `invoice_id` is the invoice it corrects, if it says one.

    Amounts are positive and never change after issue: they lower what is owed.
    """

    __tablename__ = "credit_note"
    __table_args__ = (
        sa.UniqueConstraint("ledger_id", "number"),
        sa.UniqueConstraint("customer_id", "id", "currency"),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_credit_note_invoice",
        ),
        sa.CheckConstraint("total_minor > 0", name="total_positive"),
        sa.CheckConstraint("unapplied_minor BETWEEN 0 AND total_minor", name="unapplied_within"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_code"),
        sa.CheckConstraint(
            "reason IN ('goods_returned', 'price_corrected', 'other')", name="reason_known"
        ),
        sa.Index("ix_credit_note_issued", "customer_id", "issued_on", "id"),
        sa.Index("ix_credit_note_invoice_id", "invoice_id"),
        sa.Index(
            "ix_credit_note_standing",
            "customer_id",
            "ledger_id",
            "currency",
            "issued_on",
            "id",
            "open_from",
            "open_until",
        ),
        sa.Index(
            "ix_credit_note_unapplied",
            "customer_id",
            postgresql_where=sa.text("unapplied_minor > 0"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    ledger_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger.id"))
    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer.id"))
    invoice_id: Mapped[uuid.UUID | None]
    number: Mapped[str] = mapped_column(sa.String(32))
    reason: Mapped[str] = mapped_column(sa.String(16))
    issued_on: Mapped[dt.date]
    currency: Mapped[str] = mapped_column(sa.String(3))
    total_minor: Mapped[int] = mapped_column(sa.BigInteger)
    unapplied_minor: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    # Nothing was left of it before the first of these days, and nothing is from the second on.
    open_from: Mapped[dt.date] = mapped_column(server_default=sa.text("'0001-01-01'"))
    open_until: Mapped[dt.date] = mapped_column(server_default=sa.text("'9999-12-31'"))
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))

    @property
    def total(self) -> Money:
        """What was credited, tax included."""
        return Money(self.total_minor, self.currency)

    @property
    def unapplied(self) -> Money:
        """What of it is left to use, as of the moment the row was read."""
        return Money(self.unapplied_minor, self.currency)


class CreditNoteLine(Base):
    """One line of a credit note; the lines' net and tax add up to its total."""

    __tablename__ = "credit_note_line"
    __table_args__ = (
        sa.UniqueConstraint("credit_note_id", "position"),
        sa.ForeignKeyConstraint(
            ["customer_id", "credit_note_id", "currency"],
            ["credit_note.customer_id", "credit_note.id", "credit_note.currency"],
            name="fk_credit_note_line_credit_note",
        ),
        sa.CheckConstraint("position > 0", name="position_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    credit_note_id: Mapped[uuid.UUID]
    customer_id: Mapped[uuid.UUID]
    position: Mapped[int] = mapped_column(sa.Integer)
    description: Mapped[str] = mapped_column(sa.String(500))
    quantity: Mapped[str] = mapped_column(sa.String(32))  # as printed, "12" or "1.5"
    unit: Mapped[str] = mapped_column(sa.String(16))
    net_minor: Mapped[int] = mapped_column(sa.BigInteger)
    tax_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
