"""What a person proves themselves with. Only hashes are kept."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class Credential(Base):
    """One proof of one kind. The portal's role sees only that of the person a transaction names."""

    __tablename__ = "credential"
    __table_args__ = (sa.CheckConstraint("kind IN ('password')", name="kind_known"),)

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(200))
    changed_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
