"""F1 in the suite: a share of the kills that `dev.py campaign faults` does in full.

In a process of its own: what forks must not share the test runner's threads and connections.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MINUTES = 0.8
EVERY = 7  # the statements between: every seventh; provider calls: all of them
SCHEDULES_MIN = 12


@pytest.mark.timeout(180)
def test_a_payment_killed_anywhere_ends_once_and_whole(server, clones, database_folder, capsys):
    """`clones` makes the template; the campaign's process joins the run's server."""
    command = [sys.executable, "-m", "tests.campaigns", "faults", "--minutes", str(MINUTES)]
    command += ["--share", str(EVERY), "--server", str(database_folder)]

    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=dict(os.environ), check=False
    )

    report = ended.stdout.strip().splitlines()[-1:]
    with capsys.disabled():
        sys.stdout.write(f"\n{report}\n")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    done = int(re.search(r"faults: (\d+) done", report[0]).group(1))
    assert done >= SCHEDULES_MIN
    for wrong in ("lost", "doubled", "stuck", "unsound"):
        assert f" 0 {wrong}" in report[0]
