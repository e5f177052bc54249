"""The money machine with many more and longer stories than the suite has time for."""

import time
from argparse import Namespace
from functools import partial

from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from tests import databases
from tests.campaigns.records import Record
from tests.campaigns.stage import a_server
from tests.stateful.checked import profile
from tests.stateful.company import Databases
from tests.stateful.machine import MoneyMachine

EXAMPLES, STEPS = 20, 100


def run(wanted: Namespace) -> int:
    """Batches of stories, each with a seed of its own, until the time is over."""
    record = Record.kept("money", wanted.seed, is_kept=True)
    ends = time.monotonic() + wanted.minutes * 60
    with a_server(wanted.server) as (server, template):
        while time.monotonic() < ends:
            drawn = record.seed + record.done
            trouble = story(Databases(partial(databases.cloned, server, template)), drawn)
            record.note(str(drawn), {"stories": EXAMPLES}, trouble)
    record.close()
    return 1 if record.failed else 0


def story(companies: Databases, drawn: int) -> str:
    """One batch; what went wrong in it."""
    machine = seed(drawn)(type("Machine", (MoneyMachine,), {"databases": companies}))
    try:
        run_state_machine_as_test(machine, settings=profile(EXAMPLES, STEPS))
    except Exception as error:  # the campaign goes on; the seed is kept
        return f"{type(error).__name__}: {error} {getattr(error, '__notes__', '')}"
    finally:
        companies.close()
    return ""
