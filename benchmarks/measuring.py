"""CPU of the process that serves, and statements it sends: figures that hold on a noisy machine.

Only ratios within one run mean anything: everything is measured in turn, round by round, and the
median of the rounds is told.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

ROUNDS = 7
Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Act:
    """What is measured, and what has to be made ready before each time and does not count.

    A call that does the same thing several times in a row says so in `pieces`.
    """

    call: Call
    prepare: Call | None = None
    pieces: int = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of request: median CPU, and the 95th percentile on the wall, in ms."""

    cpu_ms: float
    wall_p95_ms: float


@contextmanager
def statements(engines: Sequence[sa.Engine]) -> Iterator[list[str]]:
    """Every statement sent through these engines meanwhile."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", note)


def measure(
    acts: Mapping[str, Act], used: Callable[[], float], *, times: int
) -> dict[str, Measured]:
    """Each act so many times a round, in turn, over ROUNDS rounds after one that is not counted.

    `used` tells the CPU used so far, in ms.
    """
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in acts}
    for number in range(ROUNDS + 1):
        for name, act in acts.items():
            taken = [_once(act, used) for _ in range(times)]
            if number:
                samples[name] += taken
    return {
        name: Measured(
            statistics.median(cpu for cpu, _ in taken),
            statistics.quantiles((wall for _, wall in taken), n=20)[-1],
        )
        for name, taken in samples.items()
    }


def count(act: Act, engines: Sequence[sa.Engine]) -> int:
    """How many statements a piece sends; it is done once before, so that nothing is learnt."""
    for _ in range(2):
        if act.prepare:
            act.prepare()
        with statements(engines) as sent:
            act.call()
    return len(sent) // act.pieces


def _once(act: Act, used: Callable[[], float]) -> tuple[float, float]:
    """CPU and time on the wall of one piece, in ms."""
    if act.prepare:
        act.prepare()
    before, begun = used(), time.perf_counter()
    act.call()
    ended = time.perf_counter()
    return (used() - before) / act.pieces, (ended - begun) * 1_000 / act.pieces
