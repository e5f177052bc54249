"""The seller's legal entities and the terms they sell on."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class Ledger(Base):
    """One legal entity of the seller; invoice numbers are unique in it."""

    __tablename__ = "ledger"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    country: Mapped[str] = mapped_column(sa.String(2))


class PaymentTerms(Base):
    """How long a customer may take: due day = issue day + net_days."""

    __tablename__ = "payment_terms"
    __table_args__ = (sa.CheckConstraint("net_days BETWEEN 0 AND 365", name="net_days_range"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    net_days: Mapped[int] = mapped_column(sa.SmallInteger)
