"""Telling a worker that there is work. Only a hint: it may be lost, and the poller comes anyway."""

from kombu.exceptions import KombuError, OperationalError

from foundation import logs
from jobs.celery_app import celery_app

TASK = "outbox.work"
_log = logs.logger(__name__)


def wake() -> None:
    """Send the hint; a broker that is down costs a second at most and nothing else."""
    try:
        celery_app.send_task(TASK, retry=False, ignore_result=True)
    except (KombuError, OperationalError, OSError) as error:
        _log.warning("wake.lost", reason=type(error).__name__)
