"""Scheduled runs as rows: a job runs once for each due time, whoever and however many ask."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.database import Base

KEPT = dt.timedelta(days=30)


class JobRun(Base):
    """One scheduled run that somebody took."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    due_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), primary_key=True)
    taken_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))


def take_run(session: Session, job: str, *, every: dt.timedelta, now: dt.datetime) -> bool:
    """Whether this caller is the one to run `job` for the current period."""
    row = insert(JobRun).values(job=job, due_at=_due_at(every, now), taken_at=now)
    taken = session.execute(row.on_conflict_do_nothing().returning(JobRun.job))
    return taken.one_or_none() is not None


def is_due(session: Session, job: str, *, every: dt.timedelta, now: dt.datetime) -> bool:
    """Whether nobody has done `job` in the current period, nor is at it: until commit it is ours.

    For long work that calls `take_run` at its end: killed before, it gives its period back.
    """
    lock = sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtext(f"job_run:{job}")))
    if not session.scalar(lock):
        return False
    done = sa.select(JobRun.job).where(JobRun.job == job, JobRun.due_at == _due_at(every, now))
    return session.scalars(done).one_or_none() is None


def _due_at(every: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """When the current period began."""
    seconds = round(every.total_seconds())
    return dt.datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=dt.UTC)


def forget(session: Session, *, now: dt.datetime) -> None:
    """Drop runs of periods long past."""
    session.execute(sa.delete(JobRun).where(JobRun.due_at < now - KEPT))
