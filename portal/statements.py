"""One statement read from the books: its table row by row, its document whole."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foundation.money import Money
from portal.forms.statements import StatementForm
from receivables.documents.statement import (
    Letterhead,
    activity_document,
    open_items_document,
)
from receivables.documents.statement_tables import Table, items_table, movements_table
from receivables.queries.account_activity import Movement, balance_before, every_movement
from receivables.queries.standing import (
    Books,
    Standing,
    StandingItem,
    every_standing_item,
    standing_of,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItems:
    """What is open at the end of a day."""

    on: dt.date
    standing: Standing
    items: tuple[StandingItem, ...]

    @property
    def length(self) -> int:
        """How many lines it has."""
        return len(self.items)

    def document(self, head: Letterhead) -> bytes:
        """For reading."""
        return open_items_document(head, on=self.on, standing=self.standing, items=self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What happened between two days, and the balances around it."""

    start: dt.date
    end: dt.date
    opening: Money
    closing: Money
    movements: tuple[Movement, ...]

    @property
    def length(self) -> int:
        """How many lines it has."""
        return len(self.movements)

    def document(self, head: Letterhead) -> bytes:
        """For reading."""
        return activity_document(
            head,
            start=self.start,
            end=self.end,
            opening=self.opening,
            closing=self.closing,
            movements=self.movements,
        )


def statement_table(session: "Session", form: StatementForm, books: Books, *, most: int) -> Table:
    """The statement asked for, for a spreadsheet, with at most so many rows; read as it goes."""
    if form.is_open:
        return items_table(every_standing_item(session, books=books, on=form.on.data, most=most))
    start, end = form.start.data, form.end.data
    return movements_table(every_movement(session, books=books, start=start, end=end, most=most))


def whole_statement(
    session: "Session", form: StatementForm, books: Books, *, most: int
) -> OpenItems | Activity:
    """The statement asked for, for reading, with at most so many lines."""
    if form.is_open:
        on = form.on.data
        return OpenItems(
            on=on,
            standing=standing_of(session, books=books, on=on),
            items=tuple(every_standing_item(session, books=books, on=on, most=most)),
        )
    start, end = form.start.data, form.end.data
    return Activity(
        start=start,
        end=end,
        opening=balance_before(session, books=books, on=start),
        closing=balance_before(session, books=books, on=end + A_DAY),
        movements=tuple(every_movement(session, books=books, start=start, end=end, most=most)),
    )
