"""A played company in a test: short, in a database of its own, and what it left in the books."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from sandbox.company.days import Year
from sandbox.company.plan import Plan, Size, plan_of
from sandbox.company.play import end, play
from sandbox.company.stage import Addresses, Stage, staged
from serve import postgres
from tests.databases import Database

NOW = dt.datetime(2026, 11, 12, 15, 40, tzinfo=dt.UTC)
PARIS = ZoneInfo("Europe/Paris")
SHORT = Size(customers=18, months=3, invoices=110)
SEED = "gadwall and heron"  # forty-four payments, and every manner among them


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


# Everything the play decides, without the ids that the product draws at random.
BOOKS = {
    "people": "SELECT email, name, language FROM person ORDER BY 1",
    "customers": (
        "SELECT c.number, c.name, c.country, parent.number, net_days FROM customer AS c"
        " JOIN payment_terms AS t ON t.id = c.terms_id"
        " LEFT JOIN customer AS parent ON parent.id = c.parent_id ORDER BY 1"
    ),
    "invoices": (
        "SELECT code, i.number, c.number, purchase_order, issued_on, due_on, i.currency,"
        " total_minor, open_minor FROM invoice AS i JOIN customer AS c ON c.id = i.customer_id"
        " JOIN ledger ON ledger.id = i.ledger_id ORDER BY 1, 2"
    ),
    "lines": (
        "SELECT i.number, position, description, quantity, unit, net_minor, tax_minor"
        " FROM invoice_line JOIN invoice AS i ON i.id = invoice_id ORDER BY 1, 2"
    ),
    "credit notes": (
        "SELECT code, n.number, c.number, i.number, n.reason, n.issued_on, n.currency,"
        " n.total_minor, n.unapplied_minor FROM credit_note AS n"
        " JOIN customer AS c ON c.id = n.customer_id JOIN invoice AS i ON i.id = n.invoice_id"
        " JOIN ledger ON ledger.id = n.ledger_id ORDER BY 1, 2"
    ),
    "receipts": (
        "SELECT r.number, c.number, amount_minor, unapplied_minor, currency, received_on"
        " FROM receipt AS r JOIN customer AS c ON c.id = r.customer_id ORDER BY 1"
    ),
    "allocations": (
        "SELECT coalesce(r.number, n.number), i.number, a.amount_minor FROM allocation AS a"
        " LEFT JOIN receipt AS r ON r.id = receipt_id"
        " LEFT JOIN credit_note AS n ON n.id = credit_note_id"
        " JOIN invoice AS i ON i.id = a.invoice_id"
        " ORDER BY 1, 2"
    ),
    "payments": (
        "SELECT operation_id, amount_minor, currency, state, created_at, decline_code"
        " FROM card_payment ORDER BY 1"
    ),
    "deeds": "SELECT seq, at, action FROM audit_event ORDER BY 1",
}


def rows(database: Database, query: str, **values: object) -> list[tuple]:
    with database.engine(postgres.OWNER).connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


def books_of(database: Database) -> dict[str, list[tuple]]:
    """The whole books, to be compared with those of another play."""
    return {name: rows(database, query) for name, query in BOOKS.items()}
