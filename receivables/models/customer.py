"""Who owes: customer companies, their branches, and the people who act for them."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class Standing(enum.StrEnum):
    """Whether money of a customer meets its invoices without a person of ours.

    Without auto-apply it stays credit until somebody applies it, or the customer itself uses it; of
    an insolvent customer only our people say what settles what.
    """

    ACTIVE = "active"
    NO_AUTO_APPLY = "no_auto_apply"
    INSOLVENT = "insolvent"


class Customer(Base):
    """One company (or a branch of one: `parent_id`) that buys on account."""

    __tablename__ = "customer"
    __table_args__ = (
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="language_known"),
        sa.CheckConstraint(
            "standing IN ('active', 'no_auto_apply', 'insolvent')", name="standing_known"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[str] = mapped_column(sa.String(32), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("customer.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    country: Mapped[str] = mapped_column(sa.String(2))
    terms_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("payment_terms.id"))
    standing: Mapped[str] = mapped_column(sa.String(16), server_default=sa.text("'active'"))
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))


class ContactRole(enum.StrEnum):
    """What a contact may do on the account; each may all that stands before it."""

    VIEWER = "viewer"
    PAYER = "payer"
    ADMIN = "admin"


class Contact(Base):
    """A person's right on one customer's account."""

    __tablename__ = "contact"
    __table_args__ = (
        sa.UniqueConstraint("customer_id", "person_id"),
        sa.UniqueConstraint("customer_id", "id"),
        sa.CheckConstraint("role IN ('viewer', 'payer', 'admin')", name="role_known"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(8))
    is_active: Mapped[bool] = mapped_column(default=True)
    # Mails about all payments of the account, and about those the person made.
    gets_receipts: Mapped[bool] = mapped_column(default=True)
    gets_own_receipts: Mapped[bool] = mapped_column(default=True)
    gets_news: Mapped[bool] = mapped_column(default=True)
    gets_own_news: Mapped[bool] = mapped_column(default=True)
    gets_credit_notes: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
