"""What one checkout keeps under var/: database, keys, ports, logs; and the environment made of it.

Everything that runs locally (the demo, `verify`, `migrate`) finds the same things here. Where
DATABASE_URL is set, that database is used and none is started.
"""

import contextlib
import enum
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from serve import postgres
from serve.keys import kept_keys

ROOT = Path(__file__).resolve().parent.parent
DATABASE_NAMES = {
    "DATABASE_URL": postgres.APP,
    "DATABASE_PORTAL_URL": postgres.PORTAL,
    "DATABASE_OWNER_URL": postgres.OWNER,
}


LAST_STARTED = "started"  # holds the name of the company whose demo was started last


class DatabaseHalfGiven(Exception):
    """DATABASE_URL is set, but not all three roles have an address."""


class VarNotOurs(Exception):
    """The folder for run files cannot be written by whoever runs us."""


class Company(enum.StrEnum):
    """Which company a demo shows. Each has its own folder, so that both are kept."""

    SMALL = "small"
    WHOLE = "whole"


FOLDERS = {Company.SMALL: "", Company.WHOLE: "whole"}


@dataclass(frozen=True)
class Household:
    """The folder of run files of one company of this checkout."""

    var: Path
    wanted: Company = Company.SMALL

    @classmethod
    def here(cls) -> "Household":
        """The one whose demo was started last."""
        try:
            last = (_var() / LAST_STARTED).read_text().strip()
        except OSError:
            last = Company.SMALL
        return cls._made(Company.WHOLE if last == Company.WHOLE else Company.SMALL)

    @classmethod
    def of(cls, wanted: Company) -> "Household":
        """The one of that company; from now on it is the one started last."""
        home = cls._made(wanted)
        (_var() / LAST_STARTED).write_text(wanted)
        return home

    @classmethod
    def _made(cls, wanted: Company) -> "Household":
        """Under QUITTANCE_VAR, else var/ in the checkout; made when it is missing."""
        var = _var() / FOLDERS[wanted]
        try:
            var.mkdir(parents=True, exist_ok=True)
            (var / "log").mkdir(exist_ok=True)
        except OSError as refused:
            raise VarNotOurs(f"{refused}. Set QUITTANCE_VAR to a folder of yours.") from refused
        if not os.access(var, os.W_OK):
            raise VarNotOurs(f"{var} belongs to somebody else. Set QUITTANCE_VAR to one of yours.")
        return cls(var, wanted)

    @property
    def cluster(self) -> Path:
        """The embedded server's folder."""
        return self.var / "postgres"

    @property
    def company(self) -> Path:
        """Written when the played company is whole: who may sign in, and how."""
        return self.var / "company.json"

    @property
    def is_played(self) -> bool:
        """Whether the company was played to its end."""
        return self.company.exists()

    def forget(self) -> None:
        """Throw the played company away: database, card company, mails, what waits in the broker.

        Only what we made ourselves; a database that was given is left alone. Nothing may run.
        """
        self.company.unlink(missing_ok=True)
        for name in ("sandbox", "broker"):
            shutil.rmtree(self.var / name, ignore_errors=True)
        if not given_addresses(os.environ):
            postgres.forget(self.cluster)

    def log(self, name: str) -> Path:
        """Where a child of the demo writes."""
        return self.var / "log" / f"{name}.log"

    def keys(self) -> dict[str, str]:
        """The secrets of this checkout."""
        return kept_keys(self.var / "keys.json")

    @contextlib.contextmanager
    def database(self) -> Iterator["LocalDatabase"]:
        """The database that was given, else our embedded server for as long as the block lasts."""
        given = given_addresses(os.environ)
        database = LocalDatabase(given, None if given else self.cluster)
        try:
            database.look()
            yield database
        finally:
            database.stop()


def _var() -> Path:
    return Path(os.environ.get("QUITTANCE_VAR") or ROOT / "var").absolute()


class LocalDatabase:
    """The database of a household: addresses by role, and the embedded server if it is ours."""

    def __init__(self, given: dict[str, str], cluster: Path | None) -> None:
        self.addresses = given
        self._cluster = cluster
        self._server: postgres.Server | None = None

    @property
    def owner(self) -> str:
        """The address for migrations."""
        return self.addresses["DATABASE_OWNER_URL"]

    @property
    def app(self) -> str:
        """The address of our own processes."""
        return self.addresses["DATABASE_URL"]

    def look(self) -> bool:
        """Start the embedded server when it does not run; whether that was needed."""
        if self._cluster is None or (self._server and not self._server.has_died):
            return False
        self._server = postgres.start(self._cluster, durable=True)
        self.addresses = addresses_of(self._server)
        return True

    def stop(self) -> None:
        """Stop what we started."""
        if self._server:
            self._server.stop()


def given_addresses(environment: Mapping[str, str]) -> dict[str, str]:
    """The database addresses that are set; none, or all three. Raises DatabaseHalfGiven."""
    given = {name: environment[name] for name in DATABASE_NAMES if environment.get(name)}
    missing = sorted(set(DATABASE_NAMES) - set(given))
    if given and missing:
        raise DatabaseHalfGiven(
            f"Of the three database roles some have no address: set {', '.join(missing)} too, "
            "or none of them to use the embedded server."
        )
    return given


def addresses_of(server: postgres.Server, database: str = postgres.DATABASE) -> dict[str, str]:
    """The addresses of the three roles on an embedded server."""
    return {name: server.url(role, database) for name, role in DATABASE_NAMES.items()}
