"""Many invoices at once, by COPY: the books' triggers all run, the actions do not."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa

from benchmarks.worlds import World
from foundation.audit import record
from foundation.deed import SYSTEM_ID, Deed

INVOICE = (
    "id, ledger_id, customer_id, number, purchase_order, issued_on, due_on, currency,"
    " total_minor, open_minor, created_at"
)
LINE = (
    "id, invoice_id, customer_id, position, description, quantity, unit, net_minor, tax_minor,"
    " currency"
)
JOURNAL = "id, ledger_id, kind, source_id, booked_on, actor_id, subject_id, request_id, posted_at"
POSTING = (
    "id, journal_id, ledger_id, booked_on, position, account, side, amount_minor, currency,"
    " customer_id, invoice_id"
)

CHUNK = 5_000
TABLES = {"invoice": INVOICE, "invoice_line": LINE, "journal": JOURNAL, "journal_line": POSTING}


def copy_invoices(world: World, customer_id: uuid.UUID, count: int) -> None:
    """As the owner, whom row-level security lets COPY; the books' triggers all run."""
    load_invoices(world, customer_id, count)
    tidy(world)


def load_invoices(world: World, customer_id: uuid.UUID, count: int) -> None:
    """The same for one of many customers: `tidy` once they all are there."""
    prefix = uuid.uuid4().hex[:6].upper()
    for start in range(0, count, CHUNK):
        _copy_chunk(world, customer_id, prefix, range(start, min(start + CHUNK, count)))


def tidy(world: World) -> None:
    """Let the database learn what it holds now."""
    with world.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
        raw.execute(sa.text("VACUUM ANALYZE"))


def _copy_chunk(world: World, customer_id: uuid.UUID, prefix: str, places: range) -> None:
    deed = replace(world.deed(), subject_id=customer_id)
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in TABLES}
    for place in places:
        for table, found in _rows(world, deed, f"{prefix}-{place:06d}", place):
            rows[table].append(found)
    with world.owner() as session:
        cursor = session.connection().connection.cursor()
        for table, columns in TABLES.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row(row)
        record(session, "bench.loaded", object_id=customer_id, deed=deed)


def _rows(
    world: World, deed: Deed, number: str, place: int
) -> Iterator[tuple[str, tuple[object, ...]]]:
    """One invoice of one line, issued over the last two years, and its journal."""
    invoice, journal, customer = uuid.uuid4(), uuid.uuid4(), deed.subject_id
    due, minor = deed.on + dt.timedelta(days=30 - place % 730), 10_000 + place % 90_000
    issued = due - dt.timedelta(days=30)
    who = (world.ledger_id, customer)
    money = (minor, "EUR", customer)
    yield "invoice", (invoice, *who, number, f"PO {place}", issued, due, "EUR", minor, 0, deed.at)
    line = (uuid.uuid4(), invoice, customer, 1, "Goods", "1", "pc", minor, 0, "EUR")
    yield "invoice_line", line
    booked = (journal, world.ledger_id, "invoice_issued", invoice, issued)
    yield "journal", (*booked, SYSTEM_ID, customer, "bench", deed.at)
    of = (journal, world.ledger_id, issued)
    yield "journal_line", (uuid.uuid4(), *of, 1, "receivable", "D", *money, invoice)
    yield "journal_line", (uuid.uuid4(), *of, 2, "gl_control", "C", *money, None)
