"""The safety net under Celery: looks for work every two seconds, broker or no broker.

`python -m jobs.poller` runs until SIGTERM or SIGINT.
"""

import datetime as dt
import signal
import threading

from sqlalchemy.exc import SQLAlchemyError

from foundation import logs
from jobs.card import check_if_due, sweep_if_due
from jobs.desk import Desk, desk_here
from jobs.dispatch import work_all

PAUSE_SECONDS = 2.0
_log = logs.logger(__name__)


def look(desk: Desk) -> None:
    """Work what is due, and ask about quiet payments if nobody did lately."""
    work_all(desk)
    check_if_due(desk, "poller")
    sweep_if_due(desk, "poller")


def main() -> None:
    """Look again and again, until told to stop; a database that is away is waited for."""
    stop = threading.Event()
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, lambda *_: stop.set())
    desk = desk_here()
    pause = dt.timedelta(seconds=PAUSE_SECONDS)
    while not stop.is_set():
        try:
            look(desk)
        except SQLAlchemyError:
            _log.exception("poller.database")
        stop.wait(pause.total_seconds())


if __name__ == "__main__":
    main()
