"""A person who may come in: once, however many companies they act for."""

import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base

EMAIL_LENGTH_MAX = 254  # what RFC 5321 leaves for an address inside a path
NAME_LENGTH_MAX = 200


class PersonKind(enum.StrEnum):
    """Whose side somebody is on."""

    CONTACT = "contact"  # works for a customer
    STAFF = "staff"  # works for the seller
    SYSTEM = "system"  # acts in jobs; nobody signs in as it


class Person(Base):
    """One human being (or the system). The lower-case e-mail address names one person."""

    __tablename__ = "person"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="language_known"),
        sa.CheckConstraint("kind IN ('contact', 'staff', 'system')", name="kind_known"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(sa.String(EMAIL_LENGTH_MAX), unique=True)
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH_MAX))
    language: Mapped[str] = mapped_column(sa.String(2))
    kind: Mapped[str] = mapped_column(sa.String(8))
    is_active: Mapped[bool] = mapped_column(default=True)  # may sign in
