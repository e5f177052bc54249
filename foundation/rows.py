"""Many rows by one statement: a trigger of the table sees them together, and it stays fast.

The rows travel as one JSON text, so the statement is the same for one row and for a thousand and is
compiled once. COPY would be no faster here and is refused where row-level security applies.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from foundation.database import Base


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that all name the same columns; what they do not name gets its default."""
    if rows:
        statement = _statement(model, tuple(rows[0]))
        session.connection().execute(statement, {"rows": json.dumps(rows, default=_plain)})


def among(column: InstrumentedAttribute[Any], values: Collection[object]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of the values; like `in_`, but the same statement for any number.

    A statement with hundreds of parameters takes longer to write than to run.
    """
    return column == sa.any_(sa.literal(list(values), ARRAY(_kind(column.type))))


def plan_anew(session: Session) -> None:
    """Forget the plans this connection keeps, those of triggers and foreign keys too.

    For each batch of a long load: a plan made while a table was empty reads all of it later. With
    one customer of 7,000 invoices a foreign key read 61 million index entries instead of 26,000.
    """
    session.execute(sa.text("DISCARD PLANS"))


@cache
def _statement(model: type[Base], names: tuple[str, ...]) -> sa.Insert:
    columns = sa.inspect(model).local_table.c
    given = sa.cast(sa.bindparam("rows", type_=sa.Text()), sa.JSON())
    read = sa.func.json_to_recordset(given).table_valued(
        *(sa.column(name, _kind(columns[name].type)) for name in names)
    )
    rows = sa.select(*read.render_derived(with_types=True).c)
    return sa.insert(model).inline().from_select(names, rows)


def _kind(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    """Text without its length: a cast to VARCHAR(32) cuts quietly, an assignment refuses."""
    return sa.Text() if isinstance(declared, sa.String) else declared


def _plain(value: object) -> str:
    if isinstance(value, (uuid.UUID, dt.date)):  # a moment is a date, too
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    raise TypeError(f"{type(value).__name__} is no value of a column")
