"""Telling a worker that there is work. Only a hint: it may be lost, and the poller comes anyway.

Hints are sent beside the request that left the work, and one speaks for all the work that was left
since the one before: a worker that wakes up works whatever is due.
"""

import os
import threading
import time
from collections.abc import Callable
from functools import cache

from kombu.exceptions import KombuError, OperationalError

from foundation import logs
from jobs.celery_app import celery_app

TASK = "outbox.work"
PAUSE_SECONDS = 0.2  # between two hints of one process; a worker that is at work needs none
_log = logs.logger(__name__)


def wake() -> None:
    """Have a hint sent at once, or at the end of the pause after the last one. Never waits."""
    _hints_of(os.getpid()).want()


def send_hint() -> None:
    """Send one hint; a broker that is down costs a second at most and nothing else."""
    try:
        celery_app.send_task(TASK, retry=False, ignore_result=True)
    except (KombuError, OperationalError, OSError) as error:
        _log.warning("wake.lost", reason=type(error).__name__)


class Hints:
    """A thread that sends a hint when one is wanted, and after each gives the broker a rest."""

    def __init__(self, send: Callable[[], None], *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._send = send
        self._pause_seconds = pause_seconds
        self._wanted = threading.Event()
        threading.Thread(target=self._run, name="hints", daemon=True).start()

    def want(self) -> None:
        """There is work: a hint sent before now does not speak for it."""
        self._wanted.set()

    def _run(self) -> None:
        while self._wanted.wait():
            self._wanted.clear()
            try:
                self._send()
            except Exception:  # whatever it was: the next hint must still go out
                _log.exception("wake.failed")
            time.sleep(self._pause_seconds)


@cache
def _hints_of(_process: int) -> Hints:
    """The thread of this process: a fork takes none of its parent's threads along."""
    return Hints(send_hint)
