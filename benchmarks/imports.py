"""What an import costs: lines a second, over plain COPY of the very same rows, in one run.

The import checks every line, issues invoices by the product's own action, journals and audits them.
Plain COPY writes the rows that came of it into tables without an index, a rule or a trigger: the
floor of any program. Memory is the most that the importing process ever held.
"""

import csv
import datetime as dt
import io
import resource
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import sqlalchemy as sa
from rich.console import Console

from benchmarks.loading import TABLES
from benchmarks.worlds import World, a_debtor, a_world
from receivables.imports.contacts import import_contacts
from receivables.imports.invoices import import_invoices
from receivables.imports.report import ImportReport

LINES = 100_000
LINES_AN_INVOICE = 5
CUSTOMERS = 50
HEADER = (
    *("ledger", "number", "customer_number", "issued_on", "currency"),
    *("line_description", "quantity", "unit", "net", "tax"),
)


class Taken(NamedTuple):
    """What an import took."""

    seconds: float
    rows: int

    @property
    def speed(self) -> float:
        """Lines a second."""
        return self.rows / self.seconds


def main() -> int:
    """Print what was measured; 1 when something of the file is missing afterwards."""
    console = Console(width=100)
    with a_world() as world:
        numbers = _customers(world)
        before = _memory_mb()
        invoices = _timed(
            lambda: import_invoices(world.app, _invoices(world, numbers), deed=world.deed())
        )
        memory = _memory_mb()
        floor = _copied(world)
        people = _timed(lambda: import_contacts(world.app, _people(numbers), deed=world.deed()))
        world.prove()
    console.print(
        f"{LINES:,} invoice lines: {invoices.seconds:.1f} s, {invoices.speed:,.0f} lines a second;"
        f" plain COPY of the same rows {floor:.1f} s: {invoices.seconds / floor:.1f} times as long."
        f" {before:.0f} MB before, at most {memory:.0f} MB."
    )
    console.print(
        f"{LINES:,} lines of contacts: {people.seconds:.1f} s, {people.speed:,.0f} lines a second."
    )
    return int(invoices.rows != LINES or people.rows != LINES)


def _customers(world: World) -> list[str]:
    ids = [a_debtor(world, f"Customer {place}").customer_id for place in range(CUSTOMERS)]
    with world.owner() as session:
        wanted = sa.text("SELECT number FROM customer WHERE id = ANY(:ids) ORDER BY number")
        return list(session.scalars(wanted, {"ids": ids}))


def _invoices(world: World, customers: list[str]) -> bytes:
    day = world.clock.today() - dt.timedelta(days=30)
    return _file(
        HEADER,
        (
            (
                *("BENCH", f"I-{at // LINES_AN_INVOICE:06d}"),
                customers[at // LINES_AN_INVOICE % CUSTOMERS],
                *(day.isoformat(), "EUR", f"Goods of line {at}", "3", "pc"),
                *(f"{100 + at % 900}.00", "20.00"),
            )
            for at in range(LINES)
        ),
    )


def _people(customers: list[str]) -> bytes:
    return _file(
        ("email", "name", "role", "customer_number"),
        (
            (f"person{at}@bench.example", f"Person {at}", "payer", customers[at % CUSTOMERS])
            for at in range(LINES)
        ),
    )


def _file(header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(header)
    written.writerows(rows)
    return text.getvalue().encode()


def _timed(work: Callable[[], ImportReport]) -> Taken:
    began = time.perf_counter()
    report = work()
    if report.is_refused:
        raise AssertionError(report.words())
    return Taken(time.perf_counter() - began, report.counts.new_rows)


def _copied(world: World) -> float:
    """Seconds in which COPY writes the rows that the import made, into tables of their own."""
    seconds = 0.0
    with world.owner() as session:
        cursor = session.connection().connection.cursor()
        for table, columns in TABLES.items():
            with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as out:
                content = b"".join(bytes(part) for part in out)
            cursor.execute(f"CREATE TABLE plain_{table} AS TABLE {table} WITH NO DATA")
            began = time.perf_counter()
            with cursor.copy(f"COPY plain_{table} ({columns}) FROM STDIN") as copy:
                copy.write(content)
            seconds += time.perf_counter() - began
            cursor.execute(f"DROP TABLE plain_{table}")
    return seconds


def _memory_mb() -> float:
    """The most this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
