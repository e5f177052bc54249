"""How far the business day was moved by the sandbox: one row, refused in production."""

import datetime as dt
import threading
import time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.clock import Clock, SystemClock
from foundation.database import Base, TransactionFactory
from foundation.settings import Settings

OFFSET_SECONDS_KEPT = 1.0  # how long a process may not notice that the sandbox moved the day


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


class MovedDay:
    """How far the sandbox moved the business day; read now and then, not at each question."""

    def __init__(self, transaction: TransactionFactory) -> None:
        self._transaction = transaction
        self._lock = threading.Lock()
        self._offset, self._read_at = dt.timedelta(0), float("-inf")

    def __call__(self) -> dt.timedelta:
        with self._lock:
            if time.monotonic() - self._read_at > OFFSET_SECONDS_KEPT:
                with self._transaction() as session:
                    self._offset = business_offset(session)
                self._read_at = time.monotonic()
            return self._offset


def clock_of(settings: Settings, transaction: TransactionFactory) -> Clock:
    """The machine's clock; the business day follows the sandbox where that may move it."""
    if settings.clock_may_move:
        return SystemClock(settings.zone, offset=MovedDay(transaction))
    return SystemClock(settings.zone)
