"""A hint wakes the worker at once, and one hint speaks for much work."""

import subprocess
import sys
import threading
import time

import pytest

from jobs.wake import Hints
from tests.jobs.conftest import ROOT, an_office, until

HEARD_SECONDS_MAX = 10  # there is no poller here: only the hint can have woken anybody


@pytest.mark.timeout(120)
def test_a_hint_in_the_folder_wakes_the_worker(clones, tmp_path):
    with an_office(clones, tmp_path, "filesystem://localhost//") as office, office.worker():
        office.a_paid_payment()
        wake = [sys.executable, "-c", "import jobs.wake as w, time; w.wake(); time.sleep(1)"]
        subprocess.run(wake, cwd=ROOT, env=office.environment, check=True)  # the worker is up then
        office.until_idle("the first hint was heard")
        office.a_paid_payment()
        subprocess.run(wake, cwd=ROOT, env=office.environment, check=True)

        sent_at = time.monotonic()
        until(lambda: office.settled()[0] == 2, "the second hint was heard")

        assert time.monotonic() - sent_at < HEARD_SECONDS_MAX
        office.until_idle("the letters went out")
        assert office.settled() == (2, 2, 2)


def test_whatever_work_is_left_while_a_hint_is_sent_gets_one_hint_more():
    """A hundred payments in one moment are no reason to wake anybody a hundred times."""
    sending, may_go_on, sent = threading.Semaphore(0), threading.Semaphore(0), []

    def send():
        sent.append("hint")
        sending.release()
        assert may_go_on.acquire(timeout=HEARD_SECONDS_MAX)

    hints = Hints(send, pause_seconds=0)
    hints.want()
    assert sending.acquire(timeout=HEARD_SECONDS_MAX)
    for _ in range(100):
        hints.want()
    may_go_on.release()
    assert sending.acquire(timeout=HEARD_SECONDS_MAX)
    may_go_on.release()

    assert not sending.acquire(timeout=0.2)
    assert sent == ["hint", "hint"]


def test_a_hint_that_could_not_be_sent_does_not_keep_back_the_next():
    tried = threading.Semaphore(0)

    def send():
        tried.release()
        raise OSError("the broker is elsewhere")

    hints = Hints(send, pause_seconds=0)
    for _ in range(2):
        hints.want()
        assert tried.acquire(timeout=HEARD_SECONDS_MAX)
