"""From outbox rows to the handlers that know their topics.

A row is leased, worked, and marked done; a worker that dies in between leaves the lease to run out
and another works the row again.
"""

from collections.abc import Sequence

from foundation import logs
from foundation.database import retried
from foundation.mail import MailNotSent
from foundation.outbox import OutboxMessage, fail, finish, lease
from jobs import card, credit_notes, invitations, news, pay_links, people, receipts
from jobs.celery_app import celery_app
from jobs.desk import Desk, desk_here
from jobs.work import Handler, Work

BATCH = 4  # worked one by one within the lease, also when each letter takes its longest
HANDLERS: dict[str, Handler] = {
    **card.HANDLERS,
    **credit_notes.HANDLERS,
    **invitations.HANDLERS,
    **news.HANDLERS,
    **pay_links.HANDLERS,
    **people.HANDLERS,
    **receipts.HANDLERS,
}
_log = logs.logger(__name__)


def work_due(desk: Desk) -> int:
    """Work one batch of due rows, each by itself; how many were taken up."""
    rows = _lease(desk)
    for row in rows:
        _work(desk, row)
    return len(rows)


def work_all(desk: Desk) -> int:
    """Work until nothing is due."""
    total = 0
    while worked := work_due(desk):
        total += worked
    return total


@retried
def _lease(desk: Desk) -> Sequence[OutboxMessage]:
    with desk.transaction() as session:
        return lease(session, now=desk.clock.now(), limit=BATCH)


def _work(desk: Desk, row: OutboxMessage) -> None:
    logs.begin(row.request_id)
    work = Work(id=row.id, topic=row.topic, payload=row.payload, request_id=row.request_id)
    try:
        HANDLERS[row.topic](desk, work)
    except Exception as error:  # whatever it is, the row must be tried again or shown as dead
        _log.exception("work.failed", topic=row.topic, work_id=str(row.id), attempt=row.attempts)
        _fail(desk, row, error)
    else:
        _finish(desk, row)


@retried
def _finish(desk: Desk, row: OutboxMessage) -> None:
    with desk.transaction() as session:
        finish(session, row, now=desk.clock.now())


@retried
def _fail(desk: Desk, row: OutboxMessage, error: Exception) -> None:
    is_permanent = isinstance(error, MailNotSent) and error.is_permanent
    with desk.transaction() as session:
        fail(
            session,
            row,
            now=desk.clock.now(),
            error=f"{type(error).__name__}: {error}",
            is_permanent=is_permanent,
        )


@celery_app.task(name="outbox.work")
def work_outbox() -> None:
    """Somebody says there is work."""
    work_all(desk_here())
