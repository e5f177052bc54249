"""How far the business day was moved by the sandbox: one row, refused in production."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.database import Base


class BusinessClock(Base):
    """Exactly one row; zero seconds means the real day."""

    __tablename__ = "business_clock"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    offset_seconds: Mapped[int] = mapped_column(sa.BigInteger)


def business_offset(session: Session) -> dt.timedelta:
    """How far the business clock runs ahead of the wall clock."""
    return dt.timedelta(seconds=session.scalars(sa.select(BusinessClock.offset_seconds)).one())


def move_business_clock(session: Session, offset: dt.timedelta) -> None:
    """Let the business day be another one; the wall clock stays what it is."""
    session.execute(sa.update(BusinessClock).values(offset_seconds=round(offset.total_seconds())))
