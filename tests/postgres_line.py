"""A line to PostgreSQL that breaks where a test wants it: a small proxy before its socket."""

import contextlib
import enum
import select
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

COMMIT = b"COMMIT\x00"
CHUNK = 65_536


class Cut(enum.StrEnum):
    """Where the line breaks, seen from a COMMIT."""

    BEFORE = "before"  # the server never hears of it
    DURING = "during"  # the server hears it, nobody waits for what becomes of it
    AFTER = "after"  # the server has done it and said so, the client does not hear


class Line:
    """Forwards every connection; breaks the one that sends the n-th COMMIT."""

    def __init__(self, folder: Path, server_folder: str) -> None:
        self.commits = 0
        self.broken = 0
        self._target = f"{server_folder}/.s.PGSQL.5432"
        self._plan: tuple[int, Cut] | None = None
        self._lock = threading.Lock()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / ".s.PGSQL.5432"))
        self._listening.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, at: int, how: Cut) -> None:
        """Break the line at the n-th COMMIT from now on, once."""
        with self._lock:
            self.commits, self._plan = 0, (at, how)

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._target)
        with client, server, contextlib.suppress(OSError):
            while True:
                ready, _, _ = select.select([client, server], [], [])
                for source in ready:
                    data = source.recv(CHUNK)
                    if not data:
                        return
                    if source is client and COMMIT in data and self._breaks(server, data):
                        return
                    (server if source is client else client).sendall(data)

    def _breaks(self, server: socket.socket, data: bytes) -> bool:
        with self._lock:
            self.commits += 1
            if self._plan is None or self.commits != self._plan[0]:
                return False
            how, self._plan = self._plan[1], None
            self.broken += 1
        if how is not Cut.BEFORE:
            server.sendall(data)
        if how is Cut.AFTER:
            server.recv(CHUNK)
        return True


@contextlib.contextmanager
def breakable_line(folder: Path, server_folder: str) -> Iterator[Line]:
    """A line through a socket in `folder`."""
    line = Line(folder, server_folder)
    try:
        yield line
    finally:
        line.close()
