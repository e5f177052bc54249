"""Trying statements that must fail, in each of the three roles, and journals written by hand."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.databases import Database
from tests.factories.books import NOW, Account

DENIED = "42501"  # no right, or row-level security
INTEGRITY = "23000"  # a trigger of ours said no
CHECK, FOREIGN_KEY, NOT_NULL = "23514", "23503", "23502"


def state_of(error: DBAPIError) -> str:
    """The five characters by which PostgreSQL names what went wrong."""
    return str(error.orig.sqlstate)


@contextmanager
def connected(database: Database, role: str, *, customer: uuid.UUID | None = None) -> Iterator:
    """A connection of a role, rolled back at the end; the portal's names a customer."""
    with database.engine(role).connect() as connection:
        named = {"who": str(customer or "")}
        connection.execute(sa.text("SELECT set_config('quittance.customers', :who, true)"), named)
        yield connection
        connection.rollback()


def refusal(database: Database, role: str, statement: str, **values: object) -> str:
    """How the database refuses a statement of that role; an empty text when it does not."""
    with connected(database, role) as connection:
        try:
            connection.execute(sa.text(statement), values)
        except DBAPIError as error:
            return state_of(error)
        return ""


def journal_row(journal_id: uuid.UUID, account: Account, **different: object) -> dict[str, object]:
    """The head of a journal."""
    return {
        "id": journal_id,
        "ledger_id": account.ledger_id,
        "kind": "allocation",
        "source_id": uuid.uuid4(),
        "booked_on": dt.date(2026, 11, 12),
        "actor_id": account.person_id,
        "subject_id": account.customer_id,
        "request_id": "test",
        "posted_at": NOW,
        **different,
    }


def line_rows(
    journal_id: uuid.UUID, lines: Sequence[dict[str, object]], first: int = 1
) -> list[dict[str, object]]:
    """Lines of a journal, in euro unless told."""
    empty = dict.fromkeys(("customer_id", "invoice_id", "receipt_id"))
    return [
        {
            "id": uuid.uuid4(),
            "journal_id": journal_id,
            "position": position,
            "currency": "EUR",
            **empty,
            **line,
        }
        for position, line in enumerate(lines, start=first)
    ]


def control(side: str, minor: int, **different: object) -> dict[str, object]:
    """A line on the GL control account, which belongs to nobody."""
    return {"account": "gl_control", "side": side, "amount_minor": minor, **different}
