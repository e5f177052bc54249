"""F18 on Redis: workers die, messages repeat, the broker forgets everything; no work is lost.

All in one company; each test looks at what it adds.
"""

import subprocess
import sys
import time

import pytest

from tests.jobs.conftest import ROOT, kill, until

pytestmark = [pytest.mark.xdist_group("redis"), pytest.mark.timeout(180)]
LOOK = "GET /v1/checkout/sessions/*"
HINT_SECONDS_MAX = 3  # by default the library tries for seven
TIMED_HINT = (
    "import time, jobs.wake\n"
    "jobs.wake.send_hint()  # loads what it needs\n"
    "began = time.monotonic(); jobs.wake.send_hint(); print(time.monotonic() - began)"
)
UPKEEP = "SELECT count(*) FROM job_run WHERE job LIKE 'upkeep.%'"
LEASED = "SELECT count(*) FROM outbox_message WHERE attempts > 0 AND done_at IS NULL"


def test_a_worker_killed_in_mid_task_loses_nothing(office):
    before = office.settled()
    office.sandbox.world.faults.slow(LOOK, seconds=2)
    office.a_paid_payment()

    with office.worker() as worker:
        office.send()
        until(lambda: office.count(LEASED) == 1, "the worker took it up")
        kill(worker)
    after_kill = office.settled()
    office.leases_run_out()
    with office.worker():
        office.send()
        office.until_idle("another worker finished it")

    assert after_kill == before
    assert office.settled() == tuple(count + 1 for count in before)


def test_messages_repeated_to_two_workers_and_by_two_beats_have_one_effect(office):
    before = office.settled()
    with office.worker(), office.worker():
        office.a_paid_payment()
        for task in ("outbox.work", "card.check_due", "upkeep.forget", "upkeep.verify"):
            for _ in range(4):
                office.send(task)
        office.until_idle("it was worked")
        until(lambda: office.count(UPKEEP) == 2, "both daily jobs were taken")
        time.sleep(0.5)  # the other messages find nothing to do

    assert office.settled() == tuple(count + 1 for count in before)
    assert office.count(UPKEEP) == 2


def test_a_broker_that_lost_everything_loses_no_work(office, redis):
    before = office.settled()
    office.a_paid_payment()
    office.send()
    redis.stop()
    redis.start()

    with office.poller():
        office.until_idle("the poller came by")

    assert office.settled() == tuple(count + 1 for count in before)


def test_a_worker_outlives_its_broker(office, redis):
    before = office.settled()
    with office.worker():
        office.a_paid_payment()
        office.send()
        office.until_idle("the worker is up")
        redis.stop()
        redis.start()
        office.a_paid_payment()
        office.send()
        office.until_idle("the worker came back to the broker")

    assert office.settled() == tuple(count + 2 for count in before)


def test_without_a_broker_nobody_waits_for_the_hint_and_the_poller_does_the_work(office, redis):
    before = office.settled()
    redis.stop()
    asked = subprocess.run(
        [sys.executable, "-c", TIMED_HINT],
        cwd=ROOT,
        env=office.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    office.a_paid_payment()

    with office.poller():
        office.until_idle("the poller came by")
    redis.start()

    assert float(asked.stdout.splitlines()[-1]) < HINT_SECONDS_MAX
    assert office.settled() == tuple(count + 1 for count in before)
