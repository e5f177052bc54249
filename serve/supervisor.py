"""Keep a handful of processes running, say aloud when one dies, leave none behind.

Each child leads a process group of its own: Ctrl-C reaches only us, and a group is ended whole. A
child that keeps dying is not started for ever: then everything is stopped and its log is shown.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from serve.processes import die_with_parent

RESTARTS_MAX = 5
RESTART_WINDOW_SECONDS = 60
STOP_SECONDS_MAX = 10
LOG_LINES_SHOWN = 15


class ChildKeepsDying(Exception):
    """A child ended too often in a short time; the message carries the end of its log."""


@dataclass
class Child:
    """One program that has to run as long as we do."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    ended: deque[float] = field(default_factory=deque)  # when it died, within the window
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program; its words go to the end of its log."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def died(self, now: float) -> bool:
        """Whether it is gone; if so, remembers when."""
        if self.process is None or self.process.poll() is None:
            return False
        self._tell(signal.SIGKILL)  # whoever it may have left behind in its group
        self.ended.append(now)
        while now - self.ended[0] > RESTART_WINDOW_SECONDS:
            self.ended.popleft()
        return True

    def ask_to_stop(self) -> None:
        """Ask politely; returns at once."""
        self._tell(signal.SIGTERM)

    def end(self, give_up: float) -> None:
        """Wait until it is gone; after `give_up` its whole group is killed."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, give_up - time.monotonic()))
        self._tell(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-LOG_LINES_SHOWN:])

    def _tell(self, wish: signal.Signals) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, wish)


class Supervisor:
    """Starts children, watches them, and stops all of them when it is left, however that is."""

    def __init__(self, say: Callable[[str], None], *, patience: float = STOP_SECONDS_MAX) -> None:
        self._say, self._patience = say, patience
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        child.log.parent.mkdir(parents=True, exist_ok=True)
        child.log.write_bytes(b"")
        self._children.append(child)
        child.start()

    def look(self) -> None:
        """Start again whoever died. Raises ChildKeepsDying when that does not help."""
        for child in self._children:
            if not child.died(time.monotonic()):
                continue
            code = child.process.returncode if child.process else None
            if len(child.ended) > RESTARTS_MAX:
                raise ChildKeepsDying(
                    f"{child.name} keeps dying (code {code}). The end of {child.log}:\n"
                    f"{child.last_words()}"
                )
            time.sleep(0.2 * len(child.ended))  # a little longer each time
            self._say(f"{child.name} ended (code {code}) and is started again; see {child.log}")
            child.start()

    def watch(self, first: Callable[[], None] = lambda: None) -> None:
        """Look after the children until a signal ends us; `first` looks after what they need."""
        while True:
            first()
            self.look()
            time.sleep(0.2)

    def stop(self) -> None:
        """End every child, the last started first; who does not listen is killed."""
        for child in reversed(self._children):
            child.ask_to_stop()
        give_up = time.monotonic() + self._patience
        for child in reversed(self._children):
            child.end(give_up)
        self._children.clear()
