"""Where the played Stripe keeps its state: one sqlite file (or memory), one writer at a time.

A transaction a request: what was answered survives a SIGKILL. The pages of the log are handed to
the operating system at every commit, so only a power cut could lose the last of them.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

Obj = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, seq);
CREATE INDEX IF NOT EXISTS object_created ON object (kind, created);
CREATE INDEX IF NOT EXISTS object_open ON object (json_extract(body, '$.expires_at'))
    WHERE kind = 'checkout.session' AND json_extract(body, '$.status') = 'open';
CREATE INDEX IF NOT EXISTS object_intent ON object (kind, json_extract(body, '$.payment_intent'));
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, type TEXT NOT NULL,
    endpoint_id TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL, status INTEGER, note TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_event ON delivery (event_id);
CREATE INDEX IF NOT EXISTS delivery_state ON delivery (state, seq);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, created REAL NOT NULL, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS fault (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, matching TEXT NOT NULL,
    remaining INTEGER NOT NULL, facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS late (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, due REAL, facts TEXT NOT NULL);
"""

# What was under way when the process died is not under way any more: a half-run request changed
# nothing (its transaction never ended), a half-sent webhook is sent again.
AFTER_A_CRASH = """
DELETE FROM idempotency WHERE status IS NULL;
UPDATE delivery SET state = 'pending' WHERE state = 'sending';
"""


class Store:
    """Rows of JSON behind one connection and one lock; usable from any thread."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = RLock()
        self._depth = 0
        name = ":memory:" if path is None else str(path)
        self._connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA + AFTER_A_CRASH)

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; an inner transaction is part of the outer one."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if outermost:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if outermost:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Run one statement and read all it returns."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def add(self, thing: Obj) -> Obj:
        """Keep a new object, by its `id`, `object` and `created`."""
        self.rows(
            "INSERT INTO object (id, kind, created, body) VALUES (?, ?, ?, ?)",
            *(thing["id"], thing["object"], thing.get("created", 0), json.dumps(thing)),
        )
        return thing

    def save(self, thing: Obj) -> Obj:
        """Keep an object as it is now."""
        self.rows("UPDATE object SET body = ? WHERE id = ?", json.dumps(thing), thing["id"])
        return thing

    def find(self, identifier: str, kind: str | None = None) -> Obj | None:
        """The object of that id (and kind), or None."""
        found = self.rows("SELECT kind, body FROM object WHERE id = ?", identifier)
        if not found or (kind is not None and found[0]["kind"] != kind):
            return None
        return load(found[0])

    def all(self, kind: str) -> list[Obj]:
        """Every object of a kind, oldest first."""
        found = self.rows("SELECT body FROM object WHERE kind = ? ORDER BY seq", kind)
        return [load(row) for row in found]


def load(row: sqlite3.Row) -> Obj:
    """The object in a row's `body`."""
    thing: Obj = json.loads(row["body"])
    return thing
