"""The embedded PostgreSQL of the demo and the tests. Standard library only.

Unix socket only, no TCP; no system user is added and no existing folder's mode is changed. The
server is a child of whoever started it and dies with it; a second caller finds it and shares it.
Three roles are made once by the superuser, who then does nothing else.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from serve.postgres_binaries import (
    Binaries,
    PostgresUnavailable,
    Runner,
    quiet_environment,
    readable_by,
    readable_folder,
    runner,
    usable,
)
from serve.postgres_cluster import is_running, launch, make_cluster, pid_file_lines

OWNER, APP, PORTAL = "quittance_owner", "quittance_app", "quittance_portal"
DATABASE = "quittance"
STOP_SECONDS_MAX = 20
ROLES_SQL = r"""
SELECT 'CREATE ROLE ' || role || ' LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS'
FROM unnest(ARRAY['quittance_owner', 'quittance_app', 'quittance_portal']) AS role
WHERE role NOT IN (SELECT rolname FROM pg_roles) \gexec
"""


class Server:
    """A running server. Stopping one that somebody else started leaves it running."""

    def __init__(
        self, binaries: Binaries, home: Path, process: subprocess.Popen[bytes] | None
    ) -> None:
        self.binaries, self.home, self.process = binaries, home, process
        self.socket_folder = pid_file_lines(home / "cluster")[4]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, role: str, database: str = DATABASE) -> str:
        """SQLAlchemy's address of a database of this server for one role."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.socket_folder}&port=5432"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database of the owner's, empty or as a copy of one that nobody is using."""
        # Files are copied, block by block through the log would take twice as long.
        copied = f" TEMPLATE {_plain(template)} STRATEGY file_copy" if template else ""
        made = f"CREATE DATABASE {_plain(name)} OWNER {OWNER}{copied};"
        self.sql(made + _guarding(name))  # a copy does not take the rights on it with it

    def guard_database(self, name: str) -> None:
        """Nobody but our roles comes in, and these make no tables of their own."""
        self.sql(_guarding(name))

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.sql(f"DROP DATABASE IF EXISTS {_plain(name)} WITH (FORCE);")

    def sql(self, script: str) -> str:
        """Run statements as the superuser; what they print."""
        psql = [self.binaries.program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-p", "5432"]
        psql += ["-h", self.socket_folder, "-U", "postgres", "-d", "postgres"]
        asked = subprocess.run(
            psql,
            input=script,
            capture_output=True,
            text=True,
            check=False,
            env=quiet_environment(),
        )
        if asked.returncode:
            raise PostgresUnavailable(f"PostgreSQL refused: {asked.stderr.strip()}")
        return asked.stdout.strip()

    @property
    def has_died(self) -> bool:
        """Whether the process that we started is gone although nobody stopped it."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """End the server cleanly; harder when it does not listen. Safe to call twice."""
        if self.process is None:
            return
        for wish in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
            if self.process.poll() is None:
                self.process.send_signal(wish)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(STOP_SECONDS_MAX)
        self.process = None


def start(data: Path, *, durable: bool, binaries: Binaries | None = None) -> Server:
    """Start the server whose files live under `data`, made on first use, or join a running one.

    `durable=False` is for tests only: it trades safety on a crash for speed. Raises
    PostgresUnavailable with a sentence that says what to set.
    """
    who = runner()
    data.mkdir(parents=True, exist_ok=True)
    with _alone(data / "lock"):
        home = _home(data.resolve(), who)
        cluster = home / "cluster"
        found = readable_by(who, binaries) if binaries else usable(who, major=_major_of(cluster))
        if is_running(cluster):
            return Server(found, home, None)
        if not (cluster / "PG_VERSION").exists():
            make_cluster(found, cluster, who, durable=durable)
        process = launch(found, home, who, durable=durable)
        server = Server(found, home, process)
        _furnish(server)
        return server


def forget(data: Path) -> None:
    """Remove a server's files, also those kept elsewhere. Raises PostgresUnavailable if it runs."""
    if not data.exists():
        return
    with _alone(data / "lock"):
        home = _home_of(data.resolve()) or data
        if is_running(home / "cluster"):
            raise PostgresUnavailable(f"The server of {data} is running; stop it first.")
        shutil.rmtree(home)
    shutil.rmtree(data, ignore_errors=True)


def _furnish(server: Server) -> None:
    """Roles and the database, once; a start that was cut short is finished by the next."""
    done = server.home / "furnished"
    if done.exists():
        return
    server.sql(ROLES_SQL)
    if DATABASE in server.sql("SELECT datname FROM pg_database").split():
        server.guard_database(DATABASE)  # whoever made it may not have come that far
    else:
        server.create_database(DATABASE)
    done.touch()


def _home(data: Path, who: Runner) -> Path:
    """Where cluster and socket live: in `data`, else in a folder that the server can reach."""
    kept = _home_of(data)
    if kept:
        return kept
    if who.can("x", data):
        return data
    away = readable_folder("quittance-data-")
    (data / "away").write_text(f"{away}\n")
    return away


def _home_of(data: Path) -> Path | None:
    """The folder elsewhere that an earlier start remembered, if it is still there and ours."""
    remembered = data / "away"
    if not remembered.exists():
        return None
    away = Path(remembered.read_text().strip())
    if away.is_dir() and away.stat().st_uid == os.geteuid():
        return away
    sys.stderr.write(f"The database kept in {away} is gone; a new one is made.\n")
    return None


def _major_of(cluster: Path) -> int | None:
    version = cluster / "PG_VERSION"
    return int(version.read_text()) if version.exists() else None


def _plain(name: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError(f"not a plain database name: {name!r}")
    return name


def _guarding(name: str) -> str:
    return (
        f"REVOKE ALL ON DATABASE {_plain(name)} FROM PUBLIC;"
        f"GRANT CONNECT ON DATABASE {name} TO {APP}, {PORTAL};"
    )


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One starter at a time; the kernel frees the lock when its holder dies."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
