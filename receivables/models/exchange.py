"""Money that changed its currency. Append-only: undoing adds a reversing row."""

import datetime as dt
import uuid
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class Exchange(Base):
    """`from_minor` of one receipt became `to_minor` of another, at `rate` (to for one of from).

    Both receipts are of the same customer, in different currencies; the second was made by it.
    """

    __tablename__ = "exchange"
    __table_args__ = (
        *(
            sa.ForeignKeyConstraint(
                ["customer_id", f"{end}_receipt_id", f"{end}_currency"],
                ["receipt.customer_id", "receipt.id", "receipt.currency"],
                name=f"fk_exchange_{end}_receipt",
            )
            for end in ("from", "to")
        ),
        sa.CheckConstraint("from_minor > 0 AND to_minor > 0 AND rate > 0", name="all_positive"),
        sa.CheckConstraint("from_currency <> to_currency", name="currencies_differ"),
        sa.Index("ix_exchange_from_receipt_id", "from_receipt_id"),
        sa.Index("ix_exchange_to_receipt_id", "to_receipt_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID]
    from_receipt_id: Mapped[uuid.UUID]
    from_minor: Mapped[int] = mapped_column(sa.BigInteger)
    from_currency: Mapped[str] = mapped_column(sa.String(3))
    to_receipt_id: Mapped[uuid.UUID]
    to_minor: Mapped[int] = mapped_column(sa.BigInteger)
    to_currency: Mapped[str] = mapped_column(sa.String(3))
    rate: Mapped[Decimal] = mapped_column(sa.Numeric(20, 10))
    journal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("journal.id"))
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("exchange.id"), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
