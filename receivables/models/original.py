"""The seller's own document of an invoice, as it was sent."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base

FILE_NAME_LENGTH_MAX = 255


class InvoiceOriginal(Base):
    """One PDF, byte by byte. Never changed, never replaced; read `content` only to send it."""

    __tablename__ = "invoice_original"
    __table_args__ = (
        sa.CheckConstraint("size_bytes = octet_length(content)", name="size_true"),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="sum_true"),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_invoice_original_invoice",
        ),
    )

    invoice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[uuid.UUID]
    currency: Mapped[str] = mapped_column(sa.String(3))  # the invoice's own
    name: Mapped[str] = mapped_column(sa.String(FILE_NAME_LENGTH_MAX))  # of the file we were given
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size_bytes: Mapped[int] = mapped_column(sa.Integer)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
