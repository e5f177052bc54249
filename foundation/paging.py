"""Lists that stay quick at any length: pages are cut by values of the sort keys, never by count.

A cursor names the last row seen; it is text a person may have bent, so it is read with suspicion.
"""

import base64
import binascii
import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.errors import QuittanceError

PAGE_MAX = 200
ROWS_AT_ONCE = 1_000
CURSOR_LENGTH_MAX = 400
INTEGER_MAX = 2**63 - 1  # of a BIGINT

T = TypeVar("T")
Reader = Callable[[str], object]


class CursorUnreadable(QuittanceError):
    """A page address that no list of ours made."""

    code = "paging.cursor_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some rows of a list; `after` and `before` are cursors of the neighbouring pages."""

    rows: tuple[T, ...]
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class Key:
    """One sort column and how its value comes back from text. The last key is unique."""

    column: sa.SQLColumnExpression[Any]
    read: Reader


def day_key(column: sa.SQLColumnExpression[Any]) -> Key:
    """Sort by a calendar day."""
    return Key(column, dt.date.fromisoformat)


def moment_key(column: sa.SQLColumnExpression[Any]) -> Key:
    """Sort by a moment."""
    return Key(column, dt.datetime.fromisoformat)


def id_key(column: sa.SQLColumnExpression[Any]) -> Key:
    """The unique key that ends every order."""
    return Key(column, uuid.UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which page is wanted: the one after a cursor, the one before, or the first."""

    after: str | None = None
    before: str | None = None
    size: int = 50


def each_row(
    session: Session, query: sa.Select[*tuple[Any, ...]]
) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """Every row of a long list, a few at a time in memory: for what is written out as it is read.

    Whoever stops early drops it while the transaction is open.
    """
    with session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)) as rows:
        yield from rows


@dataclass(frozen=True, slots=True)
class Source:
    """One query whose rows a page may hold, and its own sort columns."""

    query: sa.Select[*tuple[Any, ...]]
    keys: Sequence[Key]


def page_of(
    session: Session,
    query: sa.Select[*tuple[Any, ...]],
    *,
    keys: Sequence[Key],
    is_descending: bool,
    cut: Cut,
    build: Callable[[sa.Row[*tuple[Any, ...]]], T],
) -> Page[T]:
    """One page of `query`; `build` makes a value of each row. Two cursors at once are refused."""
    source = Source(query, keys)
    return page_of_several(session, [source], is_descending=is_descending, cut=cut, build=build)


def page_of_several(
    session: Session,
    sources: Sequence[Source],
    *,
    is_descending: bool,
    cut: Cut,
    build: Callable[[sa.Row[*tuple[Any, ...]]], T],
) -> Page[T]:
    """One page of all sources merged; each is cut by itself, so that each may use its index.

    Their queries select the same columns, and their keys read the same kinds of values.
    """
    if cut.after and cut.before:
        raise CursorUnreadable("after and before at once")
    size = max(1, min(cut.size, PAGE_MAX))
    goes_back = cut.before is not None
    down = is_descending != goes_back
    cursor = cut.before or cut.after
    parts = [_part(source, cursor, down=down).limit(size + 1) for source in sources]
    found = list(session.execute(_merged(parts, len(sources[0].keys), down=down).limit(size + 1)))
    has_more, found = len(found) > size, found[:size]
    if goes_back:
        found.reverse()
    has_next = has_more if not goes_back else True
    has_previous = has_more if goes_back else cursor is not None
    ends = [_write(row[-len(sources[0].keys) :]) for row in (found[:1] + found[-1:])]
    return Page(
        rows=tuple(build(row) for row in found),
        after=ends[1] if found and has_next else None,
        before=ends[0] if found and has_previous else None,
    )


def _part(source: Source, cursor: str | None, *, down: bool) -> sa.Select[*tuple[Any, ...]]:
    """What of a source comes beyond the cursor, in order, its keys as the last columns."""
    columns = [key.column for key in source.keys]
    query = source.query
    if cursor is not None:
        values = list(map(sa.literal, _read(cursor, source.keys)))
        here, there = sa.tuple_(*columns), sa.tuple_(*values)
        query = query.where(here < there if down else here > there)
        if len(columns) > 1:  # says nothing new, but an index or a day's sums can begin with it
            query = query.where(columns[0] <= values[0] if down else columns[0] >= values[0])
    ordered = query.order_by(*(column.desc() if down else column for column in columns))
    return ordered.add_columns(*(column.label(f"key_{n}") for n, column in enumerate(columns)))


def _merged(
    parts: Sequence[sa.Select[*tuple[Any, ...]]], keys: int, *, down: bool
) -> sa.Select[*tuple[Any, ...]]:
    if len(parts) == 1:
        return parts[0]
    whole = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
    columns = [whole.c[f"key_{n}"] for n in range(keys)]
    return sa.select(whole).order_by(*(column.desc() if down else column for column in columns))


def _write(values: Sequence[object]) -> str:
    text = json.dumps([v.isoformat() if isinstance(v, dt.date) else str(v) for v in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, keys: Sequence[Key]) -> list[object]:
    try:
        padded = cursor[:CURSOR_LENGTH_MAX].encode("ascii") + b"=="
        texts = json.loads(base64.urlsafe_b64decode(padded))
        if not isinstance(texts, list) or len(texts) != len(keys):
            raise CursorUnreadable(cursor)
        return [_value(key, str(text)) for key, text in zip(keys, texts, strict=True)]
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise CursorUnreadable(cursor) from error


def _value(key: Key, text: str) -> object:
    """One value of a cursor, if a column can hold it."""
    if "\x00" in text:
        raise CursorUnreadable(text)
    text.encode()  # a lone surrogate is no text: UnicodeError
    value = key.read(text)
    if isinstance(value, int) and abs(value) > INTEGER_MAX:
        raise CursorUnreadable(text)
    return value
