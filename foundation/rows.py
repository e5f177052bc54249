"""Many rows by one statement: a trigger of the table sees them together, and it stays fast.

Each column travels as one array, so the statement is the same for one row and for a thousand and
is compiled once. COPY would be no faster here and is refused where row-level security applies.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from foundation.database import Base


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that all name the same columns; what they do not name gets its default."""
    if not rows:
        return
    names = tuple(rows[0])
    columns = {f"{name}_": [row[name] for row in rows] for name in names}
    session.connection().execute(_statement(model, names), columns)


@cache
def _statement(model: type[Base], names: tuple[str, ...]) -> sa.Insert:
    table = sa.inspect(model).local_table
    kinds = {name: _kind(table.c[name].type) for name in names}
    arrays = [sa.bindparam(f"{name}_", type_=ARRAY(kind)) for name, kind in kinds.items()]
    listed = sa.func.unnest(*arrays).table_valued(
        *(sa.column(name, kind) for name, kind in kinds.items())
    )
    rows = sa.select(*listed.render_derived().c)
    return sa.insert(model).inline().from_select(names, rows)


def _kind(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    """Text without its length: a cast to VARCHAR(32) cuts quietly, an assignment refuses."""
    return sa.Text() if isinstance(declared, sa.String) else declared
