"""A played company in a test: short, in a database of its own, and what it left in the books."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from sandbox.company import digest
from sandbox.company.days import Year
from sandbox.company.plan import Plan, Size, plan_of
from sandbox.company.play import end, play
from sandbox.company.stage import Addresses, Stage, staged
from serve import postgres
from tests.databases import Database

NOW = dt.datetime(2026, 11, 12, 15, 40, tzinfo=dt.UTC)
PARIS = ZoneInfo("Europe/Paris")
SHORT = Size(customers=18, months=3, invoices=110)
SEED = "gadwall, godwit and eider"  # some forty payments, and every manner among them


@dataclass(frozen=True, kw_only=True)
class Played:
    """A play that is over, with its stage still standing."""

    database: Database
    stage: Stage
    plan: Plan
    year: Year


def a_year(size: Size = SHORT, now: dt.datetime = NOW) -> Year:
    return Year(now=now, zone=PARIS, days=size.days)


def a_plan(size: Size = SHORT, *, seed: str = SEED, now: dt.datetime = NOW) -> Plan:
    return plan_of(seed=seed, size=size, year=a_year(size, now))


@contextmanager
def played(database: Database, folder: Path, *, seed: str = SEED) -> Iterator[Played]:
    """The short play, from an empty database to its end."""
    plan, year = a_plan(seed=seed), a_year()
    at = Addresses(
        portal_url="http://localhost:8000",
        stripe_url="http://localhost:8010",
        stripe_key="sk_test_the_play_moves_no_money",
        stripe_file=folder / "stripe.sqlite3",
    )
    transactions = {
        "books": database.transaction(postgres.APP),
        "portal": database.transaction(postgres.PORTAL),
    }
    with staged(**transactions, at=at, seed=seed, year=year) as stage:
        play(stage, plan, year, each_day=lambda: None)
        end(stage, plan, year, seed=seed)
        yield Played(database=database, stage=stage, plan=plan, year=year)


def rows(database: Database, query: str, **values: object) -> list[tuple]:
    with database.engine(postgres.OWNER).connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


def books_of(database: Database) -> dict[str, list[tuple]]:
    """The whole books, to be compared with those of another play."""
    return digest.books_of(lambda query: rows(database, query))
