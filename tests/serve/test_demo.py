"""The demo as somebody starts it: it comes up, mends itself, and leaves nothing running."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from foundation.settings import Settings
from sandbox.company.famous import DEMO_PASSWORD, DEMO_SIGN_INS
from serve.demo import welcome
from serve.demo_children import demo_environment
from serve.household import ROOT, Company, DatabaseHalfGiven, Household, given_addresses
from serve.postgres_binaries import readable_folder
from serve.processes import command_line_of

PORTS = {"portal": 8000, "api": 8001, "sandbox": 8010, "smtp": 8025}
ADDRESSES = {
    "DATABASE_URL": "postgresql://quittance_app@/q",
    "DATABASE_PORTAL_URL": "postgresql://quittance_portal@/q",
    "DATABASE_OWNER_URL": "postgresql://quittance_owner@/q",
}
UP_SECONDS_MAX = 60


pytestmark = pytest.mark.xdist_group("demo")


@dataclass
class Started:
    """A demo that runs, and what it said so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def listen(self, until: str) -> str:
        """Read on until a line holds this; that line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if until in line:
                return line
        raise AssertionError("".join(self.said))

    def children(self) -> dict[int, str]:
        """Every process below it, with its command line."""
        everyone = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
        parents = {pid: parent_of(pid) for pid in everyone}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return {pid: command_line_of(pid) for pid in found - {self.process.pid}}


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def soon(is_true: Callable[[], bool], seconds: float = 20) -> bool:
    give_up = time.monotonic() + seconds
    while not is_true() and time.monotonic() < give_up:
        time.sleep(0.05)
    return is_true()


def answer_of(url: str) -> int:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return int(answer.status)


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A folder for run files that the database's own user can reach, kept from one start to the
    next; gone afterwards.
    """
    folder = readable_folder("quittance-demo-")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def demo(var: Path) -> Iterator[Started]:
    """The demo on a folder of its own, its company played already (to an empty book)."""
    (var / "company.json").write_text(json.dumps({"sign_ins": []}))
    environment = {key: value for key, value in os.environ.items() if "DATABASE" not in key}
    environment["QUITTANCE_VAR"] = str(var)
    command = [sys.executable, "-m", "serve.demo"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Started(process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=40)


@pytest.mark.timeout(240)
def test_the_demo_comes_up_mends_itself_and_stops_clean(demo: Started):
    demo.listen("Ready in")
    portal = demo.listen("portal").split()[-1]
    page = answer_of(f"{portal}/sign-in")

    kill(demo, "worker -P")
    worker_said = demo.listen("worker ended")
    kill(demo, "postgres -D")
    database_said = demo.listen("database ended")
    is_ready = soon(lambda: b"ready" in ready_of(portal))
    left = left_by(demo, signal.SIGINT)

    assert page == 200
    assert "started again" in worker_said
    assert "started again" in database_said
    assert is_ready
    assert left == []
    assert demo.process.returncode == 0
    assert demo.process.stdout is not None
    assert demo.process.stdout.read().split("\n")[-3:-1] == [
        "Stopping …",
        "Stopped. Everything is kept for the next start.",
    ]


@pytest.mark.timeout(180)
def test_a_demo_that_was_killed_leaves_nothing(demo: Started):
    demo.listen("Ready in")

    assert left_by(demo, signal.SIGKILL) == []


def kill(demo: Started, words: str) -> None:
    """Kill the one child whose command line holds these words."""
    [found] = [pid for pid, command in demo.children().items() if words in command]
    os.kill(found, signal.SIGKILL)


def left_by(demo: Started, ending: signal.Signals) -> list[str]:
    """End the demo; the command lines that are still there a while after."""
    everyone = demo.children()
    assert len(everyone) >= 9  # server, sandbox, two faces with a worker each, worker, beat, poller
    demo.process.send_signal(ending)
    demo.process.wait(60)
    soon(lambda: not any(map(command_line_of, everyone)))
    return [words for words in map(command_line_of, everyone) if words]


def ready_of(portal: str) -> bytes:
    try:
        with urllib.request.urlopen(f"{portal}/ready", timeout=20) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return b""


def test_what_the_demo_says_of_its_sign_ins_fits_eighty_columns(tmp_path, capsys):
    home = Household(tmp_path)
    people = [sign_in.as_json() for sign_in in DEMO_SIGN_INS]
    home.company.write_text(json.dumps({"sign_ins": people}), encoding="utf-8")

    welcome(home, demo_environment(home, ADDRESSES, PORTS))
    told = capsys.readouterr().out

    assert [line for line in told.splitlines() if len(line) > 80] == []
    assert all(person["email"] in told for person in people)
    assert f"The password of each is {DEMO_PASSWORD}, unless you changed it." in told


def test_both_companies_are_kept_and_commands_find_the_one_started_last(tmp_path, monkeypatch):
    monkeypatch.setenv("QUITTANCE_VAR", str(tmp_path))

    first = Household.here()
    whole, found = Household.of(Company.WHOLE), Household.here()
    small = Household.of(Company.SMALL)

    assert first == small == Household.here()
    assert found == whole
    assert whole.cluster != small.cluster


def test_every_process_of_the_demo_reads_safe_settings(tmp_path):
    home = Household(tmp_path)

    settings = Settings.from_environment(demo_environment(home, ADDRESSES, PORTS))

    assert settings.mode == "demo"
    assert settings.stripe_key.startswith("sk_test_")
    assert settings.secret_keys[0] != settings.audit_key.decode()
    assert settings.database_portal_url != settings.database_url


def test_a_database_is_given_for_all_three_roles_or_for_none():
    assert given_addresses({}) == {}
    assert given_addresses({**ADDRESSES, "HOME": "x"}) == ADDRESSES
    with pytest.raises(DatabaseHalfGiven, match="DATABASE_OWNER_URL, DATABASE_PORTAL_URL"):
        given_addresses({"DATABASE_URL": "postgresql://quittance_app@/q"})
