"""Columns that hold secrets: what is written and read there passes the key ring of the transaction.

`ConcealedText` refuses plain text, so that nobody stores any by mistake; every column of that type
is found by its type and written anew when keys are rotated.
"""

from collections.abc import Iterator
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from foundation.database import Base, TransactionFactory
from foundation.keyring import Concealed, KeyRing, SecretUnreadable

BATCH: Final = 500


class ConcealedText(sa.types.TypeDecorator[Concealed]):
    """An encrypted text."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Concealed | None, dialect: Dialect) -> bytes | None:
        """Only what the key ring made."""
        if value is not None and not isinstance(value, Concealed):
            raise TypeError("a column of secrets takes what `conceal` returns")
        return value.stored if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> Concealed | None:
        """Still closed."""
        return Concealed(bytes(value)) if value is not None else None


def ring_of(session: Session) -> KeyRing:
    """The key ring of this transaction."""
    ring: KeyRing | None = session.info.get("keyring")
    if ring is None:
        raise LookupError("this transaction was opened without a key ring")
    return ring


def place_of(column: sa.Column[Any], row_key: object) -> str:
    """What a value is bound to: the column and the row's primary key."""
    return f"{column.table.name}.{column.name}:{row_key}"


def conceal(session: Session, text: str, *, column: Any, row_key: object) -> Concealed:
    """The text for this column of this row."""
    return ring_of(session).conceal(text, place=place_of(_plain(column), row_key))


def reveal(session: Session, value: Concealed, *, column: Any, row_key: object) -> str:
    """The text of this column of this row. Raises SecretUnreadable."""
    return ring_of(session).reveal(value, place=place_of(_plain(column), row_key))


def secret_columns() -> list[sa.Column[Any]]:
    """Every column that holds a secret, in a fixed order."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, ConcealedText)
    ]


def rotate(transaction: TransactionFactory) -> Iterator[str]:
    """Write every secret with the newest key, in small transactions; tells each column and trouble.

    Can be run at any time beside everything else, and again after it was stopped.
    """
    for column in secret_columns():
        done, last = 0, None
        while True:
            with transaction() as session:
                rows = _stale(session, column, last)
                for key, value in rows:
                    try:
                        done += _write_anew(session, column, key, value)
                    except SecretUnreadable as error:
                        yield f"{place_of(column, key)}: cannot be read ({error})"
            if not rows:
                break
            last = rows[-1][0]
        yield f"{column.table.name}.{column.name}: {done} written with the newest key"


def _stale(session: Session, column: sa.Column[Any], last: object) -> list[tuple[Any, Concealed]]:
    """The next rows whose value was made with an older key."""
    [key] = column.table.primary_key.columns
    newest = ring_of(session).newest_id
    wanted = sa.select(key, column).where(
        column.is_not(None),
        sa.func.substring(sa.type_coerce(column, sa.LargeBinary), 2, 4) != newest,
    )
    wanted = wanted if last is None else wanted.where(key > last)
    return [(one, value) for one, value in session.execute(wanted.order_by(key).limit(BATCH))]


def _write_anew(session: Session, column: sa.Column[Any], key: Any, value: Concealed) -> int:
    """One row, unless somebody wrote it meanwhile; how many were written."""
    [key_column] = column.table.primary_key.columns
    place = place_of(column, key)
    ring = ring_of(session)
    fresh = ring.conceal(ring.reveal(value, place=place), place=place)
    written = session.execute(
        sa.update(column.table)
        .where(key_column == key, column == value)
        .values({column.name: fresh})
        .returning(key_column)
    ).all()
    return len(written)


def _plain(column: Any) -> sa.Column[Any]:
    """The table's column behind a mapped attribute."""
    [plain] = cast(list[sa.Column[Any]], column.property.columns)
    return plain
