"""Did anything change? What all tables hold, in a few bytes a table."""

from collections.abc import Mapping
from functools import cache

import sqlalchemy as sa

from serve import postgres
from tests.access.town import tables
from tests.databases import Database

# Written by whoever looks, at most once a minute: when a session was last used.
PASSED_OVER = {"web_session": "last_seen_at"}


def imprint(database: Database) -> Mapping[str, str]:
    """How many rows each table has and which transactions wrote them: any writing shows.

    Stricter than a hash of what the rows say, and quick enough to be taken around every request.
    """
    return _asked(database, _written_by)


def content(database: Database) -> Mapping[str, str]:
    """A hash of every row of every table, by table."""
    return _asked(database, _content_of)


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """The tables in which something is different now."""
    return {table for table in after if after[table] != before.get(table)}


def _written_by(table: str) -> str:
    if table in PASSED_OVER:
        return _content_of(table)
    return f"SELECT '{table}', count(*) || ' ' || coalesce(sum(xmin::text::bigint), 0) FROM {table}"


def _content_of(table: str) -> str:
    row = f"md5((to_jsonb(t) - '{PASSED_OVER.get(table, '')}')::text) AS row"
    rows = f"(SELECT {row} FROM {table} t) AS rows"
    return f"SELECT '{table}', md5(coalesce(string_agg(row, '' ORDER BY row), '')) FROM {rows}"


def _asked(database: Database, part) -> Mapping[str, str]:
    with database.engine(postgres.OWNER).connect() as connection:
        found = connection.execute(_statement(_tables(database.name, database), part))
        return {str(table): str(digest) for table, digest in found}


_known: dict[str, tuple[str, ...]] = {}


def _tables(name: str, database: Database) -> tuple[str, ...]:
    if name not in _known:
        _known[name] = tuple(tables(database))
    return _known[name]


@cache
def _statement(names: tuple[str, ...], part) -> sa.TextClause:
    return sa.text(" UNION ALL ".join(map(part, names)))
