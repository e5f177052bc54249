"""Housekeeping by the day: what may be forgotten, and whether the books still agree."""

import datetime as dt

from foundation import limits, logs
from foundation.job_run import take_run
from jobs.celery_app import celery_app
from jobs.desk import Desk, desk_here
from jobs.schedule import DAY
from receivables.queries.verify import findings

_log = logs.logger(__name__)


def once_a(period: dt.timedelta, job: str, desk: Desk) -> bool:
    """Whether this process is the one to run `job` in this period."""
    with desk.transaction() as session:
        return take_run(session, job, every=period, now=desk.clock.now())


@celery_app.task(name="upkeep.forget")
def forget() -> None:
    """Drop counted attempts that no limit looks at any more."""
    desk = desk_here()
    if once_a(DAY, "upkeep.forget", desk):
        with desk.transaction() as session:
            limits.forget(session, now=desk.clock.now())


@celery_app.task(name="upkeep.verify")
def verify() -> None:
    """Compare projections, invariants and the audit chain with the journal; say what differs."""
    desk = desk_here()
    if once_a(DAY, "upkeep.verify", desk):
        with desk.transaction() as session:
            for finding in findings(session, desk.settings.audit_key):
                _log.error("books.differ", finding=finding)
