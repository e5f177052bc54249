"""Telling a worker that there is work. Only a hint: it may be lost, and the poller comes anyway.

Hints are sent beside the request that left the work, and one speaks for all the work that was left
since the one before: a worker that wakes up works whatever is due.
"""

import os
import threading
import time
from collections.abc import Callable

from kombu.exceptions import KombuError, OperationalError

from foundation import logs
from jobs.celery_app import celery_app

TASK = "outbox.work"
PAUSE_SECONDS = 0.2  # between two hints of one process; a worker that is at work needs none
_log = logs.logger(__name__)


def wake() -> None:
    """Have a hint sent soon: at once, or at the end of the pause after the last one. Never waits.

    A process that ends meanwhile takes the hint along.
    """
    try:
        _hints.of_this_process().want()
    except RuntimeError as error:  # no thread can be started: the poller comes anyway
        _log.warning("wake.lost", reason=str(error))


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


class _OfThisProcess:
    """The one thread of this process, begun when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hints: Hints | None = None

    def of_this_process(self) -> Hints:
        with self._lock:
            self._hints = self._hints or Hints(send_hint)
            return self._hints

    def forget(self) -> None:
        """After a fork: it takes none of its parent's threads along, and the lock as it was."""
        self._lock, self._hints = threading.Lock(), None


_hints = _OfThisProcess()
os.register_at_fork(after_in_child=_hints.forget)
