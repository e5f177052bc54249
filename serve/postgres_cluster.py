"""One PostgreSQL data folder: made whole, started, found running. Standard library only."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from serve.postgres_binaries import Binaries, PostgresUnavailable, Runner, kept_folder
from serve.processes import command_line_of, die_with_parent

SOCKET_PATH_MAX = 80  # the kernel takes 107; the socket's file name needs 22 of them
START_SECONDS_MAX = 60

ALWAYS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "max_connections": "120",
}
FOR_TESTS_ONLY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
PASSING = ("still in use", "already exists")  # a killed or stopping server is on its way out


def make_cluster(found: Binaries, cluster: Path, who: Runner, *, durable: bool) -> None:
    """initdb into a folder beside, then one rename: a cluster is whole or absent."""
    fresh = cluster.with_name("cluster.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    os.chown(fresh, who.uid, who.gid)
    initdb = [found.program("initdb"), "-D", str(fresh), "-U", "postgres", "-A", "trust"]
    initdb += ["-E", "UTF8", "--locale=C.UTF-8", *([] if durable else ["--no-sync"])]
    asked = subprocess.run(
        initdb,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **who.options(),
    )
    if asked.returncode:
        raise PostgresUnavailable(f"{found.origin} could not make a database: {asked.stdout}")
    (cluster.parent / "furnished").unlink(missing_ok=True)
    fresh.rename(cluster)


def launch(found: Binaries, home: Path, who: Runner, *, durable: bool) -> subprocess.Popen[bytes]:
    """Start the server and wait until it takes connections."""
    options = ALWAYS if durable else ALWAYS | FOR_TESTS_ONLY
    cluster, log = home / "cluster", home / "postgres.log"
    command = [found.program("postgres"), "-D", str(cluster), "-p", "5432"]
    command += ["-k", str(_socket_folder(home, who))]
    command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    give_up = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < give_up:
        _disown_stale_pid(cluster)
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we stop the server after its users
                preexec_fn=die_with_parent(signal.SIGINT),
                **who.options(),
            )
        if _becomes_ready(process, cluster, give_up):
            return process
        if not any(sign in log.read_text(errors="replace") for sign in PASSING):
            break
        time.sleep(0.3)
    last = log.read_text(errors="replace").strip().splitlines()[-3:]
    raise PostgresUnavailable(f"{found.origin} did not start: {' '.join(last)}")


def is_running(cluster: Path) -> bool:
    lines = pid_file_lines(cluster)
    return len(lines) > 7 and lines[7] == "ready" and _serves(int(lines[0]), cluster)


def _serves(pid: int, cluster: Path) -> bool:
    """Whether this process is the server of this cluster, not a stranger with its old number."""
    return str(cluster) in command_line_of(pid)


def _disown_stale_pid(cluster: Path) -> None:
    """Let a killed server's pid file count as stale even where its number is in use again.

    The file is never removed: it guards against backends that still run. PostgreSQL takes its
    own parent's number for stale, so ours is written in.
    """
    lines = pid_file_lines(cluster)
    if lines and not _serves(abs(int(lines[0])), cluster):
        (cluster / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")


def pid_file_lines(cluster: Path) -> list[str]:
    """postmaster.pid: process, data folder, start, port, socket folder, host, memory, status."""
    try:
        return [line.strip() for line in (cluster / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def _socket_folder(home: Path, who: Runner) -> Path:
    """A folder for the socket that only the server's user enters, its path short enough.

    The same one at each start, so that whoever knows an address may keep it.
    """
    folder = home / "socket"
    if len(str(folder)) > SOCKET_PATH_MAX:
        name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        folder = kept_folder(f"quittance-{name}") / "socket"
    shutil.rmtree(folder, ignore_errors=True)  # nothing runs here: what is left is stale
    folder.mkdir(mode=0o700)
    os.chown(folder, who.uid, who.gid)
    return folder


def _becomes_ready(process: subprocess.Popen[bytes], cluster: Path, give_up: float) -> bool:
    while process.poll() is None and time.monotonic() < give_up:
        lines = pid_file_lines(cluster)
        if len(lines) > 7 and lines[0] == str(process.pid) and lines[7] == "ready":
            return True
        time.sleep(0.02)
    if process.poll() is None:
        process.kill()
        process.wait()
    return False
