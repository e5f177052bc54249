"""A link in a mail by which somebody without an account pays chosen invoices of one customer."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base

MOMENT = sa.DateTime(timezone=True)


class PayLink(Base):
    """One letter to one address. Its token is derived from the ids and our secret: none is kept."""

    __tablename__ = "pay_link"
    __table_args__ = (
        sa.UniqueConstraint("customer_id", "id", "currency"),
        sa.ForeignKeyConstraint(
            ["customer_id", "contact_id"],
            ["contact.customer_id", "contact.id"],
            name="fk_pay_link_contact",
        ),
        sa.CheckConstraint("expires_at > created_at", name="expires_later"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="language_known"),
        sa.Index("ix_pay_link_of_customer", "customer_id", "created_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer.id"))
    operation_id: Mapped[uuid.UUID] = mapped_column(unique=True)  # made by the page that asked
    ledger_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger.id"))
    currency: Mapped[str] = mapped_column(sa.String(3))
    contact_id: Mapped[uuid.UUID]  # who made it; without their right to pay it opens nothing
    made_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(2))
    created_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    expires_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)


class PayLinkItem(Base):
    """One invoice a link asks to pay: always for what settles it on the day it is opened."""

    __tablename__ = "pay_link_item"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["customer_id", "pay_link_id", "currency"],
            ["pay_link.customer_id", "pay_link.id", "pay_link.currency"],
            name="fk_pay_link_item_link",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_pay_link_item_invoice",
        ),
        sa.Index("ix_pay_link_item_invoice_id", "invoice_id"),
    )

    pay_link_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[uuid.UUID]
    currency: Mapped[str] = mapped_column(sa.String(3))
