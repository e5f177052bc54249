"""The movements of an account over some days, between an opening and a closing balance.

A movement is what a journal changed in what the customer owes: receivables less credit. Money that
settled the customer's own invoices changes nothing by that, so it is shown once, as it came in;
money that settled another account's invoices, or came from one, is shown on the day it did.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Key, Page, day_key, each_row, id_key, page_of
from receivables.models import AccountDay, CreditNote, Invoice, Journal, JournalLine, Receipt
from receivables.queries.aging import OF_THE_CUSTOMER
from receivables.queries.standing import SIGNED, Books, days_of

RECEIPTS: Final = ("card_receipt", "debit_receipt", "bank_receipt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One change of what is owed, and what was owed after it.

    `kind` is invoice_issued, credit_note_issued, receipt, discount, discount_reversed,
    paid_for_another or paid_by_another, or the opposite of the last two when they were taken back;
    for money that went back, one of models.GOING_BACK; exchanged_into or exchanged_out for another
    currency; for charges, write-offs and differences the kind of their journal. A document that is
    not the customer's own is not named.
    """

    on: dt.date
    kind: str
    change: Money
    balance: Money
    invoice_id: uuid.UUID | None
    receipt_id: uuid.UUID | None
    credit_note_id: uuid.UUID | None
    number: str | None


def balance_before(session: Session, *, books: Books, on: dt.date) -> Money:
    """What was owed at the beginning of a day."""
    return Money(int(session.scalar(_before(books, on)) or 0), books.currency)


def movements(
    session: Session, *, books: Books, start: dt.date, end: dt.date, cut: Cut
) -> Page[Movement]:
    """What happened from `start` to `end`, both included, oldest first; debits before credits.

    Each with the balance after it, whatever page it stands on: read in a snapshot (`transaction`),
    or what is booked meanwhile is in some balances only.
    """
    listed = _listed(books, start, end)
    page = page_of(
        session,
        sa.select(listed),
        keys=(
            day_key(listed.c.booked_on),
            Key(listed.c.is_credit, int),
            id_key(listed.c.journal_id),
        ),
        is_descending=False,
        cut=cut,
        build=lambda row: row,
    )
    balance = _balance_at(session, books, page.rows[0]) if page.rows else 0
    told = tuple(_told(page.rows, balance, books.currency))
    return Page(rows=told, after=page.after, before=page.before)


def every_movement(
    session: Session, *, books: Books, start: dt.date, end: dt.date, most: int
) -> Iterator[Movement]:
    """The same whole, in the same order, but no more than `most`; read as it is asked for."""
    opening = balance_before(session, books=books, on=start)
    listed = _listed(books, start, end)
    order = (listed.c.booked_on, listed.c.is_credit, listed.c.journal_id)
    query = sa.select(listed).order_by(*order).limit(most)
    yield from _told(each_row(session, query), opening.minor, books.currency)


def _before(books: Books, on: dt.date) -> sa.Select[*tuple[Any, ...]]:
    total = sa.func.sum(AccountDay.change_minor)
    return sa.select(total).where(*days_of(books), AccountDay.booked_on < on)


def _balance_at(session: Session, books: Books, row: Any) -> int:
    """What was owed before a movement: at the beginning of its day, and what came first on it."""
    day = _listed(books, row.booked_on, row.booked_on)
    here, there = (day.c.is_credit, day.c.journal_id), (row.is_credit, row.journal_id)
    same_day = sa.select(sa.func.sum(day.c.change)).where(
        sa.tuple_(*here) < sa.tuple_(*map(sa.literal, there))
    )
    sums = (_before(books, row.booked_on), same_day)
    parts = (sa.func.coalesce(one.scalar_subquery(), 0) for one in sums)
    return int(session.scalar(sa.select(sum(parts, sa.literal(0)))) or 0)


def _listed(books: Books, start: dt.date, end: dt.date) -> sa.Subquery:
    """A row a journal that changed what is owed, with its document.

    The lines come from their index in the order of the days, so that a page reads a few days only.
    """
    change = sa.func.sum(SIGNED)
    journals = (
        sa.select(
            JournalLine.booked_on,
            JournalLine.journal_id,
            change.label("change"),
            _only(JournalLine.invoice_id).label("invoice_id"),
            _only(JournalLine.receipt_id).label("receipt_id"),
            _only(JournalLine.credit_note_id).label("credit_note_id"),
        )
        .where(
            JournalLine.customer_id == books.customer_id,
            JournalLine.ledger_id == books.ledger_id,
            JournalLine.currency == books.currency,
            JournalLine.account.in_(OF_THE_CUSTOMER),
            JournalLine.booked_on.between(start, end),
        )
        .group_by(JournalLine.booked_on, JournalLine.journal_id)
        .having(change != 0)
        .subquery()
    )
    is_credit = sa.cast(journals.c.change < 0, sa.Integer).label("is_credit")
    numbers = (
        Invoice.number.label("invoice_number"),
        sa.func.coalesce(Receipt.number, CreditNote.number).label("credit_number"),
    )
    return (
        sa.select(journals, is_credit, Journal.kind, *numbers)
        .join(Journal, Journal.id == journals.c.journal_id)
        .outerjoin(Invoice, Invoice.id == journals.c.invoice_id)
        .outerjoin(Receipt, Receipt.id == journals.c.receipt_id)
        .outerjoin(CreditNote, CreditNote.id == journals.c.credit_note_id)
        .subquery()
    )


def _only(document: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[Any]:
    """The one document that all lines of a journal name, if it is one."""
    named = sa.func.array_agg(document).filter(document.is_not(None))
    return sa.case((sa.func.count(document.distinct()) == 1, named[1]))


def _told(rows: Iterable[Any], balance: int, currency: str) -> Iterator[Movement]:
    """Each movement with what was owed after it."""
    for row in rows:
        balance += int(row.change)
        yield _movement(row, balance, currency)


def _movement(row: Any, balance: int, currency: str) -> Movement:
    """What was used for another account is named by its receipt, the rest by its one document."""
    kind = _kind(row)
    is_elsewhere = kind in ("paid_for_another", "no_longer_for_another")
    invoice_id = None if is_elsewhere else row.invoice_id
    return Movement(
        on=row.booked_on,
        kind=kind,
        change=Money(int(row.change), currency),
        balance=Money(balance, currency),
        invoice_id=invoice_id,
        receipt_id=row.receipt_id,
        credit_note_id=row.credit_note_id,
        number=row.invoice_number if invoice_id else row.credit_number,
    )


def _kind(row: Any) -> str:
    """An allocation that changes what is owed has its other half on another account."""
    if row.kind == "allocation":
        return "paid_for_another" if row.change > 0 else "paid_by_another"
    if row.kind == "allocation_reversed":
        return "no_longer_for_another" if row.change < 0 else "no_longer_by_another"
    if row.kind in ("exchange", "exchange_reversed"):
        return "exchanged_out" if row.change > 0 else "exchanged_into"
    return "receipt" if row.kind in RECEIPTS else str(row.kind)
