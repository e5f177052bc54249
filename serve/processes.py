"""Processes that never outlive whoever started them. Standard library only."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1  # linux/prctl.h

# Loaded before any fork: a child between fork and exec must not import or allocate much.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(wish: signal.Signals) -> Callable[[], None]:
    """What a child calls before exec so that the kernel sends it `wish` when its parent dies.

    Covers a parent that gets SIGKILL and cannot say goodbye. Where there is no such call (not
    Linux) it does nothing, and only a parent that ends properly stops its children.
    """
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, int(wish), 0, 0, 0)
            if os.getppid() != parent:  # it died before we could ask
                os.kill(os.getpid(), wish)

    return ask_the_kernel


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside, SIGTERM and a closed terminal end us as Ctrl-C does: by one KeyboardInterrupt.

    Further wishes are ignored, so that the way out is walked to its end.
    """

    def end_once(_number: int, _frame: FrameType | None) -> None:
        for wish in before:
            signal.signal(wish, signal.SIG_IGN)
        raise KeyboardInterrupt

    endings = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # else somebody said nohup
        endings.append(signal.SIGHUP)
    before = {wish: signal.signal(wish, signal.SIG_DFL) for wish in endings}
    for wish in before:
        signal.signal(wish, end_once)
    try:
        yield
    finally:
        for wish, handler in before.items():
            signal.signal(wish, handler)


def command_line_of(pid: int) -> str:
    """The command line of a running process; empty when there is none."""
    entry = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return entry.read_text(errors="replace").replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):  # gone, or going while we read
            return ""
    asked = ["ps", "-o", "args=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout
