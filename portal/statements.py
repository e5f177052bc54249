"""One statement read from the books: for the page by the page, for a file whole."""

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
    def table(self) -> Table:
        """For a spreadsheet."""
        return items_table(self.items)

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
    def table(self) -> Table:
        """For a spreadsheet."""
        return movements_table(self.movements)

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


def whole_statement(
    session: "Session", form: StatementForm, books: Books, *, most: int
) -> OpenItems | Activity:
    """The statement asked for, with at most so many rows."""
    if form.is_open:
        return OpenItems(
            on=form.on.data,
            standing=standing_of(session, books=books, on=form.on.data),
            items=tuple(every_standing_item(session, books=books, on=form.on.data, most=most)),
        )
    start, end = form.start.data, form.end.data
    opening = balance_before(session, books=books, on=start)
    found = tuple(every_movement(session, books=books, start=start, end=end, most=most))
    return Activity(
        start=start,
        end=end,
        opening=opening,
        closing=found[-1].balance if found else opening,  # what is booked meanwhile is in neither
        movements=found,
    )
