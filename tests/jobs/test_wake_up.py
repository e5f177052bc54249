"""The demo's broker is a folder: a hint put there wakes the worker at once."""

import subprocess
import sys
import time

import pytest

from tests.jobs.conftest import ROOT, an_office, until

HEARD_SECONDS_MAX = 10  # there is no poller here: only the hint can have woken anybody


@pytest.mark.timeout(120)
def test_a_hint_in_the_folder_wakes_the_worker(clones, tmp_path):
    with an_office(clones, tmp_path, "filesystem://localhost//") as office, office.worker():
        office.a_paid_payment()
        wake = [sys.executable, "-c", "import jobs.wake as w; w.wake()"]
        subprocess.run(wake, cwd=ROOT, env=office.environment, check=True)  # the worker is up then
        office.until_idle("the first hint was heard")
        office.a_paid_payment()
        subprocess.run(wake, cwd=ROOT, env=office.environment, check=True)

        sent_at = time.monotonic()
        until(lambda: office.settled()[0] == 2, "the second hint was heard")

        assert time.monotonic() - sent_at < HEARD_SECONDS_MAX
        office.until_idle("the letters went out")
        assert office.settled() == (2, 2, 2)
