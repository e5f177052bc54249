"""The money machine, for as long as the suite can give it; `campaign money` gives it more."""

import os
import secrets
import sys

import pytest
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.checked import profile
from tests.stateful.company import Databases
from tests.stateful.machine import MoneyMachine

EXAMPLES, STEPS = 20, 30


@pytest.mark.timeout(600)
def test_money_is_right_after_every_step_of_any_story(clones, capsys):
    drawn = int(os.environ.get("QUITTANCE_SEED") or secrets.randbelow(2**32))
    with capsys.disabled():
        sys.stdout.write(f" (seed {drawn}: QUITTANCE_SEED={drawn} runs it again)")
    databases = Databases(clones)
    machine = seed(drawn)(type("Machine", (MoneyMachine,), {"databases": databases}))

    try:
        run_state_machine_as_test(machine, settings=profile(EXAMPLES, STEPS))
    finally:
        databases.close()
