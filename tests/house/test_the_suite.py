"""The suite leaves nothing out quietly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browsers import HOW_TO_GET_ONE
from tests.house.tree import ROOT

SKIPPING = "import pytest\n\ndef test_nothing():\n    pytest.sk" + "ip('not today')\n"


def pytest_says(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pytest of its own on something, in the environment of somebody else."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    kept = {k: v for k, v in os.environ.items() if k not in ("CI", "QUITTANCE_CHROMIUM")}
    return subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False
    )


def skipping(tmp_path: Path) -> list[str]:
    file = tmp_path / "test_skipping.py"
    file.write_text(SKIPPING)
    return [str(file), "-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml")]


def test_a_test_that_skips_itself_fails_in_ci(tmp_path):
    in_ci = pytest_says(*skipping(tmp_path), CI="1")

    assert in_ci.returncode == 1
    assert "was skipped, and CI leaves nothing out" in in_ci.stdout


def test_without_chromium_the_last_line_says_how_to_get_it():
    told = pytest_says("--collect-only", "tests/browser", PATH="")

    assert told.stdout.splitlines()[-1] == HOW_TO_GET_ONE
    assert "test_" not in told.stdout


@pytest.mark.xdist_group("suite")
def test_what_shares_a_group_stays_with_one_worker(request):
    is_alone = "PYTEST_XDIST_WORKER" not in os.environ

    assert is_alone or request.node.nodeid.endswith("@suite")


def test_without_chromium_ci_fails():
    told = pytest_says("--collect-only", "tests/browser", PATH="", CI="1")

    assert told.returncode != 0
    assert HOW_TO_GET_ONE in told.stdout + told.stderr
