"""Faults on demand: what a network, a provider and its webhooks do on a bad day.

Each applies to the next `times` matching calls and is then used up. They lie in the store, so the
control page and other processes can set them too.

A call is matched as "POST /v1/checkout/sessions"; `*` stands for anything, so
"GET /v1/checkout/sessions/*" is every look at one session. An event is matched by its type.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from sandbox.stripe.store import Store


class Kind(StrEnum):
    """What can go wrong."""

    ANSWER_LOST = "answer_lost"  # the work is done, the client sees a dropped connection
    LATE_CALL = "late_call"  # the client sees a dropped connection, the work is done later
    SERVER_ERROR = "server_error"  # a 500, saved under the idempotency key
    IN_FLIGHT = "in_flight"  # 409, as if another request held the key
    RATE_LIMITED = "rate_limited"  # 429
    SLOW = "slow"  # the work begins after some seconds, the key is in flight meanwhile
    WEBHOOK_FIRST = "webhook_first"  # waiting webhooks are delivered before the call is answered
    LATE_SUCCESS = "late_success"  # a payment is processing first and succeeds later
    DUPLICATE = "duplicate"  # a webhook is posted several times
    REVERSE = "reverse"  # the next batch of webhooks goes out last one first
    SHUFFLE = "shuffle"  # the next batch goes out in a seeded order
    HOLD = "hold"  # webhooks wait until released
    NEVER = "never"  # webhooks are never sent


OF_CALLS = frozenset(list(Kind)[:7])
OF_EVENTS = frozenset({Kind.DUPLICATE, Kind.HOLD, Kind.NEVER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault that still has calls to spoil."""

    seq: int
    kind: Kind
    matching: str
    remaining: int
    facts: dict[str, Any]


class Faults:
    """The switchboard. Every method adds a fault; `clear` takes all away."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._meanwhile: list[tuple[str, Callable[[], object]]] = []

    def add(self, kind: Kind, matching: str = "*", times: int = 1, **facts: Any) -> None:
        """Switch a fault on for the next `times` matches."""
        self._store.rows(
            "INSERT INTO fault (kind, matching, remaining, facts) VALUES (?, ?, ?, ?)",
            *(kind.value, matching, times, json.dumps(facts)),
        )

    def answer_lost(self, call: str, times: int = 1) -> None:
        """Do the work and drop the connection."""
        self.add(Kind.ANSWER_LOST, call, times)

    def late_call(self, call: str, times: int = 1, *, seconds: float | None = None) -> None:
        """Drop the connection first; do the work after `seconds`, or at `catch_up`."""
        self.add(Kind.LATE_CALL, call, times, seconds=seconds)

    def server_error(self, call: str, times: int = 1, *, worked: bool = False) -> None:
        """Answer 500, after doing the work or without it; a POST's key keeps the 500."""
        self.add(Kind.SERVER_ERROR, call, times, worked=worked)

    def in_flight(self, call: str, times: int = 1) -> None:
        """Answer 409 without beginning."""
        self.add(Kind.IN_FLIGHT, call, times)

    def rate_limited(self, call: str, times: int = 1) -> None:
        """Answer 429 without beginning."""
        self.add(Kind.RATE_LIMITED, call, times)

    def slow(self, call: str, times: int = 1, *, seconds: float) -> None:
        """Wait that long before beginning."""
        self.add(Kind.SLOW, call, times, seconds=seconds)

    def webhook_first(self, call: str, times: int = 1) -> None:
        """Deliver what waits before answering, so that the news overtakes the answer."""
        self.add(Kind.WEBHOOK_FIRST, call, times)

    def before_answer(self, call: str, act: Callable[[], object], times: int = 1) -> None:
        """In process only: do something of the test's between the work and the answer."""
        self._meanwhile += [(call, act)] * times

    def late_success(self, times: int = 1, *, seconds: float | None = None) -> None:
        """Leave the next payment processing; it succeeds after `seconds`, or at `settle`."""
        self.add(Kind.LATE_SUCCESS, "*", times, seconds=seconds)

    def duplicate(self, event: str = "*", times: int = 1, *, copies: int = 2) -> None:
        """Post the next webhooks of that type `copies` times each."""
        self.add(Kind.DUPLICATE, event, times, copies=copies)

    def reverse(self, times: int = 1) -> None:
        """Send the next batches last one first."""
        self.add(Kind.REVERSE, "*", times)

    def shuffle(self, times: int = 1, *, seed: int = 0) -> None:
        """Send the next batches in an order drawn from the seed."""
        self.add(Kind.SHUFFLE, "*", times, seed=seed)

    def hold(self, event: str = "*", times: int = 1_000_000) -> None:
        """Keep webhooks of that type back until `release`."""
        self.add(Kind.HOLD, event, times)

    def never(self, event: str = "*", times: int = 1) -> None:
        """Lose the next webhooks of that type for good; the events stay in the list."""
        self.add(Kind.NEVER, event, times)

    def release(self) -> None:
        """Let the webhooks kept back go out."""
        with self._store.transaction():
            self._store.rows("DELETE FROM fault WHERE kind = ?", Kind.HOLD.value)
            self._store.rows("UPDATE delivery SET state = 'pending' WHERE state = 'held'")

    def clear(self) -> None:
        """All is well again; webhooks kept back go out."""
        self.release()
        self._store.rows("DELETE FROM fault")
        self._meanwhile.clear()

    def remove(self, seq: int) -> None:
        """Switch one fault off."""
        self._store.rows("DELETE FROM fault WHERE seq = ?", seq)

    def active(self) -> list[Fault]:
        """What is switched on, in the order it was set."""
        return [
            Fault(
                seq=row["seq"],
                kind=Kind(row["kind"]),
                matching=row["matching"],
                remaining=row["remaining"],
                facts=json.loads(row["facts"]),
            )
            for row in self._store.rows("SELECT * FROM fault ORDER BY seq")
        ]

    def take(self, subject: str, kinds: frozenset[Kind]) -> dict[Kind, Fault]:
        """Use up one count of every fault that matches this call or event, one of a kind."""
        taken: dict[Kind, Fault] = {}
        with self._store.transaction():
            for fault in self.active():
                if fault.kind not in kinds or fault.kind in taken:
                    continue
                if fnmatchcase(subject, fault.matching):
                    taken[fault.kind] = fault
                    self._use_up(fault)
        return taken

    def _use_up(self, fault: Fault) -> None:
        if fault.remaining <= 1:
            self.remove(fault.seq)
        else:
            self._store.rows("UPDATE fault SET remaining = remaining - 1 WHERE seq = ?", fault.seq)

    def take_late_success(self) -> Fault | None:
        """The fault that makes this payment a late one, if there is one."""
        return self.take("*", frozenset({Kind.LATE_SUCCESS})).get(Kind.LATE_SUCCESS)

    def meanwhile(self, call: str) -> list[Callable[[], object]]:
        """What the test wants done before this call is answered."""
        acts = dict.fromkeys(pair for pair in self._meanwhile if fnmatchcase(call, pair[0]))
        for pair in acts:
            self._meanwhile.remove(pair)
        return [act for _, act in acts]

    def plan_settlement(self, session_id: str, late: Fault) -> None:
        """Note that the bank will answer this payment later."""
        self.plan("settlement", late.facts.get("seconds"), session_id=session_id)

    def plan(self, kind: str, seconds: float | None, **facts: Any) -> None:
        """Note something to be done later; without seconds it waits to be asked for."""
        due = None if seconds is None else self._now() + seconds
        self._store.rows(
            "INSERT INTO late (kind, due, facts) VALUES (?, ?, ?)", kind, due, json.dumps(facts)
        )

    def due(self, kind: str, *, asked: bool) -> list[dict[str, Any]]:
        """Take what is to be done by now; when asked for, also what has no time of its own."""
        sql = "FROM late WHERE kind = ? AND (due <= ? OR ?)"
        with self._store.transaction():
            rows = self._store.rows(f"SELECT facts {sql} ORDER BY seq", kind, self._now(), asked)
            self._store.rows(f"DELETE {sql}", kind, self._now(), asked)
        return [json.loads(row["facts"]) for row in rows]
