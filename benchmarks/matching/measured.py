"""CPU seconds and memory of this process: figures of a fresh child, never of one that did more."""

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

MEGABYTE = 1_000_000
Made = TypeVar("Made")
STATUS = Path("/proc/self/status")
CLEAR_PEAK = "5"  # what Linux takes in clear_refs for: forget the peak


def cpu_of(work: Callable[[], Made]) -> tuple[Made, float]:
    """What the work gives, and the CPU seconds of all threads that it took."""
    before = time.process_time()
    made = work()
    return made, time.process_time() - before


def memory_of(work: Callable[[], Made]) -> tuple[Made, float]:
    """What the work gives, and by how many MB the process was larger at most meanwhile."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text(CLEAR_PEAK)
    before = _kilobytes("VmRSS")
    made = work()
    return made, (_kilobytes("VmHWM") - before) * 1_024 / MEGABYTE


def _kilobytes(field: str) -> int:
    lines = STATUS.read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1])
