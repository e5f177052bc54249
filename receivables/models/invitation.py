"""An invitation by mail to act for a customer."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class Invitation(Base):
    """One letter to one address, good once. Its link is derived from the ids and our secret.

    `account_ids` are the customer it was sent for and the branches the new contact shall reach.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        sa.CheckConstraint("role IN ('viewer', 'payer', 'admin')", name="role_known"),
        sa.CheckConstraint("expires_at > created_at", name="expires_later"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="ends_once"),
        sa.CheckConstraint("cardinality(account_ids) > 0", name="leads_somewhere"),
        sa.Index("ix_invitation_of_customer", "customer_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer.id"))
    account_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(sa.Uuid))
    email: Mapped[str] = mapped_column(sa.String(254))
    role: Mapped[str] = mapped_column(sa.String(8))
    invited_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    expires_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    accepted_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    asked_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
