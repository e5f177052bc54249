"""The movements of an account over some days, between an opening and a closing balance.

A movement is what a journal changed in what the customer owes: receivables less credit. Money that
settled the customer's own invoices changes nothing by that, so it is shown once, as it came in;
money that settled another account's invoices, or came from one, is shown on the day it did.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Key, Page, day_key, id_key, page_of
from receivables.models import Account, CreditNote, Invoice, Journal, JournalLine, Receipt
from receivables.queries.standing import SIGNED, Books

OF_THE_CUSTOMER = (Account.RECEIVABLE, Account.UNAPPLIED_CASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One change of what is owed, and what was owed after it.

    `kind` is invoice_issued, credit_note_issued, receipt, discount, discount_reversed,
    paid_for_another or paid_by_another, or the opposite of the last two when they were taken back.
    A document that is not the customer's own is not named.
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
    total = _lines(books).where(JournalLine.booked_on < on)
    minor = session.scalar(total.with_only_columns(sa.func.sum(SIGNED))) or 0
    return Money(int(minor), books.currency)


def movements(
    session: Session, *, books: Books, opening: Money, start: dt.date, end: dt.date, cut: Cut
) -> Page[Movement]:
    """What happened from `start` to `end`, both included, oldest first; debits before credits.

    `opening` is the balance before `start`, from which the running balance goes on.
    """
    listed = _listed(books, opening, start, end)
    return page_of(
        session,
        sa.select(listed),
        keys=(
            day_key(listed.c.booked_on),
            Key(listed.c.is_credit, int),
            id_key(listed.c.journal_id),
        ),
        is_descending=False,
        cut=cut,
        build=lambda row: _movement(row, books.currency),
    )


def every_movement(
    session: Session, *, books: Books, opening: Money, start: dt.date, end: dt.date, most: int
) -> tuple[Movement, ...]:
    """The same whole, in the same order, but no more than `most`."""
    listed = _listed(books, opening, start, end)
    order = (listed.c.booked_on, listed.c.is_credit, listed.c.journal_id)
    query = sa.select(listed).order_by(*order).limit(most)
    return tuple(_movement(row, books.currency) for row in session.execute(query))


def _listed(books: Books, opening: Money, start: dt.date, end: dt.date) -> sa.Subquery:
    """A row a journal that changed what is owed, with the balance after it and its document."""
    change = sa.func.sum(SIGNED)
    journals = (
        _lines(books)
        .where(JournalLine.booked_on.between(start, end))
        .with_only_columns(
            JournalLine.journal_id,
            JournalLine.booked_on,
            Journal.kind,
            change.label("change"),
            _only(JournalLine.invoice_id).label("invoice_id"),
            _only(JournalLine.receipt_id).label("receipt_id"),
            _only(JournalLine.credit_note_id).label("credit_note_id"),
        )
        .group_by(JournalLine.journal_id, JournalLine.booked_on, Journal.kind)
        .having(change != 0)
        .subquery()
    )
    is_credit = sa.cast(journals.c.change < 0, sa.Integer).label("is_credit")
    order = (journals.c.booked_on, is_credit, journals.c.journal_id)
    running = sa.func.sum(journals.c.change).over(order_by=order, rows=(None, 0))
    balance = (opening.minor + running).label("balance")
    numbers = (
        Invoice.number.label("invoice_number"),
        sa.func.coalesce(Receipt.number, CreditNote.number).label("credit_number"),
    )
    return (
        sa.select(journals, is_credit, balance, *numbers)
        .outerjoin(Invoice, Invoice.id == journals.c.invoice_id)
        .outerjoin(Receipt, Receipt.id == journals.c.receipt_id)
        .outerjoin(CreditNote, CreditNote.id == journals.c.credit_note_id)
        .subquery()
    )


def _only(document: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[Any]:
    """The one document that all lines of a journal name, if it is one."""
    named = sa.func.array_agg(document).filter(document.is_not(None))
    return sa.case((sa.func.count(document.distinct()) == 1, named[1]))


def _lines(books: Books) -> sa.Select[*tuple[Any, ...]]:
    """The lines that say what this customer owes this legal entity."""
    return (
        sa.select(JournalLine.id)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .where(
            JournalLine.customer_id == books.customer_id,
            JournalLine.currency == books.currency,
            JournalLine.account.in_(OF_THE_CUSTOMER),
            Journal.ledger_id == books.ledger_id,
        )
    )


def _movement(row: Any, currency: str) -> Movement:
    """What was used for another account is named by its receipt, the rest by its one document."""
    kind = _kind(row)
    is_elsewhere = kind in ("paid_for_another", "no_longer_for_another")
    invoice_id = None if is_elsewhere else row.invoice_id
    return Movement(
        on=row.booked_on,
        kind=kind,
        change=Money(int(row.change), currency),
        balance=Money(int(row.balance), currency),
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
    return "receipt" if row.kind == "card_receipt" else str(row.kind)
