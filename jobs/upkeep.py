"""Housekeeping by the day: what may be forgotten, and whether the books still agree."""

import datetime as dt

from foundation import job_run, limits, logs, outbox
from foundation.database import TransactionFactory, allow_minutes
from foundation.job_run import is_due, take_run
from jobs.celery_app import UPKEEP_SECONDS_MAX, celery_app
from jobs.desk import Desk, desk_here
from jobs.schedule import DAY
from payments.card.verify import findings
from payments.links.actions import forget_pay_links
from people.actions.sign_in_links import forget_links
from people.actions.web_sessions import forget_sessions
from receivables.actions.invitations import forget_invitations

MINUTES_MAX = UPKEEP_SECONDS_MAX // 60
FORGETTING = (
    limits.forget,
    outbox.forget,
    job_run.forget,
    forget_sessions,
    forget_links,
    forget_invitations,
    forget_pay_links,
)
_log = logs.logger(__name__)


def once_a(period: dt.timedelta, job: str, desk: Desk) -> bool:
    """Whether this process is the one to run `job` in this period."""
    with desk.transaction() as session:
        return take_run(session, job, every=period, now=desk.clock.now())


@celery_app.task(name="upkeep.forget", time_limit=UPKEEP_SECONDS_MAX)
def forget() -> None:
    """Drop what nobody looks at any more: counted attempts, done work, ended sessions, links
    and invitations."""
    desk = desk_here()
    if once_a(DAY, "upkeep.forget", desk):
        forget_all(desk.transaction, now=desk.clock.now())


def forget_all(transaction: TransactionFactory, *, now: dt.datetime) -> None:
    """The same at once, a transaction each."""
    for forget_some in FORGETTING:
        with transaction() as session:
            allow_minutes(session, MINUTES_MAX)
            forget_some(session, now=now)


@celery_app.task(name="upkeep.verify", time_limit=UPKEEP_SECONDS_MAX)
def verify() -> None:
    """Compare projections, invariants and the audit chain with the journal; say what differs."""
    verify_once_a_day(desk_here())


def verify_once_a_day(desk: Desk) -> None:
    """The same, if nobody has done it today; a check that was killed is made up within the hour."""
    job, now = "upkeep.verify", desk.clock.now()
    with desk.transaction() as session:
        if not is_due(session, job, every=DAY, now=now):
            return
        _log.info("books.compare_begun")
        allow_minutes(session, MINUTES_MAX)
        found = list(findings(session, desk.settings.audit_key))
        for finding in found:
            _log.error("books.differ", finding=finding)
        take_run(session, job, every=DAY, now=now)
        _log.info("books.compared", findings=len(found))
