"""What a contact is about to pay: chosen invoices with amounts, until a payment takes them."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class BasketItem(Base):
    """One chosen invoice; `amount_minor` is what the contact means to pay of it."""

    __tablename__ = "basket_item"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["customer_id", "contact_id"],
            ["contact.customer_id", "contact.id"],
            name="fk_basket_item_contact",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_basket_item_invoice",
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
    )

    contact_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[uuid.UUID]
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    added_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
