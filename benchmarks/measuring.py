"""CPU of the thread that serves, and statements it sends: figures that hold on a noisy machine.

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
    """What is measured, and what has to be made ready before each time and does not count."""

    call: Call
    prepare: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One kind of request: median CPU in ms, its 95th percentile, statements of one request."""

    cpu_ms: float
    p95_ms: float
    statements: int


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
    acts: Mapping[str, Act], engines: Sequence[sa.Engine], *, times: int
) -> dict[str, Measured]:
    """Each act so many times a round, in turn, over ROUNDS rounds after one that is not counted."""
    samples: dict[str, list[float]] = {name: [] for name in acts}
    for number in range(ROUNDS + 1):
        for name, act in acts.items():
            taken = [_cpu_ms(act) for _ in range(times)]
            if number:
                samples[name] += taken
    return {
        name: Measured(
            cpu_ms=statistics.median(samples[name]),
            p95_ms=statistics.quantiles(samples[name], n=20)[-1],
            statements=_count(act, engines),
        )
        for name, act in acts.items()
    }


def _cpu_ms(act: Act) -> float:
    if act.prepare:
        act.prepare()
    before = time.thread_time()
    act.call()
    return (time.thread_time() - before) * 1_000


def _count(act: Act, engines: Sequence[sa.Engine]) -> int:
    if act.prepare:
        act.prepare()
    with statements(engines) as sent:
        act.call()
    return len(sent)
