"""The demo's supervisor: restarts what dies, gives up aloud, leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from serve import supervisor
from serve.processes import command_line_of
from serve.supervisor import RESTARTS_MAX, Child, ChildKeepsDying, Supervisor

ROOT = Path(supervisor.__file__).resolve().parent.parent
SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True); time.sleep(60)",
]
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time;"
    "child = subprocess.Popen(['sleep', '60']); print(child.pid, flush=True); time.sleep(60)",
]
SUPERVISED = (
    "import pathlib, sys, time; from serve.processes import ended_by_signals;"
    "from serve.supervisor import Child, Supervisor\n"
    "with ended_by_signals(), Supervisor(print) as home:\n"
    "    home.start(Child('sleeper', ['sleep', '61'], pathlib.Path(sys.argv[1])))\n"
    "    print(home._children[0].process.pid, flush=True)\n"
    "    home.watch()\n"
)


def soon(is_true: Callable[[], bool], seconds: float = 10) -> bool:
    give_up = time.monotonic() + seconds
    while not is_true() and time.monotonic() < give_up:
        time.sleep(0.02)
    return is_true()


def child(tmp_path: Path, command: list[str], name: str = "child") -> Child:
    return Child(name, command, tmp_path / "log" / f"{name}.log")


def pid_of(one: Child) -> int:
    assert one.process is not None
    return one.process.pid


def test_a_child_that_died_is_started_again_and_it_is_said_aloud(tmp_path):
    said: list[str] = []
    sleeper = child(tmp_path, SLEEPER)
    with Supervisor(said.append) as home:
        home.start(sleeper)
        first = pid_of(sleeper)
        os.kill(first, signal.SIGKILL)
        restarted = soon(lambda: home.look() or bool(said))
        second = pid_of(sleeper)

    assert restarted
    assert second != first
    assert "child ended (code -9)" in said[0]


def test_a_child_that_keeps_dying_ends_everything_and_its_log_is_shown(tmp_path):
    broken = child(tmp_path, [sys.executable, "-c", "raise SystemExit('no such table')"])
    sleeper = child(tmp_path, SLEEPER, "sleeper")
    said: list[str] = []

    with Supervisor(said.append) as home:
        home.start(sleeper)
        home.start(broken)
        alive = pid_of(sleeper)
        with pytest.raises(ChildKeepsDying, match="no such table"):
            home.watch()

    assert len(said) == RESTARTS_MAX
    assert command_line_of(alive) == ""


@pytest.mark.parametrize("command", [SLEEPER, DEAF], ids=["polite", "deaf"])
def test_stopping_leaves_nothing_running(tmp_path, command):
    one = child(tmp_path, command)

    with Supervisor(print, patience=0.5) as home:
        home.start(one)
        soon(lambda: "up" in one.log.read_text())
        pid = pid_of(one)

    assert command_line_of(pid) == ""


def test_what_a_child_started_ends_with_it(tmp_path):
    one = child(tmp_path, PARENT)
    with Supervisor(print) as home:
        home.start(one)
        soon(lambda: one.log.read_text().strip().isdigit())
        grandchild = int(one.log.read_text())

    assert soon(lambda: command_line_of(grandchild) == "")


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_the_supervisor_ends_nothing_is_left(tmp_path, wish):
    command = [sys.executable, "-c", SUPERVISED, str(tmp_path / "sleeper.log")]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as home:
        assert home.stdout is not None
        sleeper = int(home.stdout.readline())
        assert "sleep" in command_line_of(sleeper)
        home.send_signal(wish)

    assert soon(lambda: command_line_of(sleeper) == "")
