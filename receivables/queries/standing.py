"""What was open on any past day, read from the journal: documents, and sums by age.

A document counts from the day it was booked; what settled it counts from the day that was booked.
Nothing here reads a balance of today, so a correction booked later does not change an earlier day.
Sums come from `account_day`, documents by the index that passes by those not open that day: neither
takes longer for what was settled long before.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Page, Source, day_key, each_row, id_key, page_of_several
from receivables.models import (
    Account,
    AccountDay,
    CreditNote,
    Invoice,
    JournalLine,
    Ledger,
    OpenBalance,
    Receipt,
    Side,
)
from receivables.queries.aging import CREDIT, OF_THE_CUSTOMER, Aged, age_of, aged

SIGNED = sa.case(
    (JournalLine.side == Side.DEBIT, JournalLine.amount_minor), else_=-JournalLine.amount_minor
)


CREDITS: Final = frozenset({"receipt", "credit_note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One customer's account with one legal entity in one currency: what a statement is of."""

    customer_id: uuid.UUID
    ledger_id: uuid.UUID
    currency: str
    ledger_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingItem:
    """A document open on a day: an invoice or a charge, or (negative) credit left of a document.

    `due_on` of credit is the day it came in or was issued; its `days_overdue` is 0.
    """

    id: uuid.UUID
    kind: str  # of models.InvoiceKind, or "receipt" or "credit_note"
    number: str
    reference: str | None
    issued_on: dt.date
    due_on: dt.date
    total: Money
    still_open: Money
    days_overdue: int

    @property
    def is_credit(self) -> bool:
        """Whether it lowers what is owed: it is not due, it was received or issued."""
        return self.kind in CREDITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is open of one account on a day: invoices by age, the credit, and what is owed."""

    still_open: Money
    overdue: Money
    credit: Money
    owed: Money
    aging: tuple[Aged, ...]


def books_of(session: Session, *, customer_id: uuid.UUID) -> tuple[Books, ...]:
    """Every account of the customer that was ever used; the one with most open documents first."""
    invoiced = (
        sa.select(
            OpenBalance.ledger_id,
            OpenBalance.currency,
            sa.func.sum(OpenBalance.open_count).label("count"),
        )
        .where(OpenBalance.customer_id == customer_id)
        .group_by(OpenBalance.ledger_id, OpenBalance.currency)
    )
    credited = (
        sa.select(AccountDay.ledger_id, AccountDay.currency, sa.literal(0).label("count"))
        .where(
            AccountDay.customer_id == customer_id,
            AccountDay.account.in_(OF_THE_CUSTOMER),
            AccountDay.is_item.is_(False),
        )
        .distinct()
    )
    used = sa.union_all(invoiced, credited).subquery()
    query = (
        sa.select(used.c.ledger_id, used.c.currency, Ledger.name)
        .join(Ledger, Ledger.id == used.c.ledger_id)
        .group_by(used.c.ledger_id, used.c.currency, Ledger.name)
        .order_by(sa.func.sum(used.c.count).desc(), used.c.currency, Ledger.name, used.c.ledger_id)
    )
    return tuple(
        Books(
            customer_id=customer_id,
            ledger_id=row.ledger_id,
            currency=row.currency,
            ledger_name=row.name,
        )
        for row in session.execute(query)
    )


def standing_of(session: Session, *, books: Books, on: dt.date) -> Standing:
    """The sums of an account at the end of a day."""
    query = (
        sa.select(age_of(on).label("age"), sa.func.sum(AccountDay.change_minor).label("minor"))
        .where(*days_of(books), AccountDay.booked_on <= on)
        .group_by(sa.text("age"))
    )
    sums = {row.age: int(row.minor) for row in session.execute(query)}
    aging = aged(sums, books.currency)
    still_open = Money.total((bucket.amount for bucket in aging), books.currency)
    credit = Money(-sums.get(CREDIT, 0), books.currency)
    return Standing(
        still_open=still_open,
        overdue=still_open - aging[0].amount,
        credit=credit,
        owed=still_open - credit,
        aging=aging,
    )


def days_of(books: Books) -> tuple[sa.ColumnElement[bool], ...]:
    """Which days of AccountDay say what this customer owes this legal entity."""
    return (
        AccountDay.customer_id == books.customer_id,
        AccountDay.account.in_(OF_THE_CUSTOMER),
        AccountDay.ledger_id == books.ledger_id,
        AccountDay.currency == books.currency,
    )


def standing_items(session: Session, *, books: Books, on: dt.date, cut: Cut) -> Page[StandingItem]:
    """The documents open at the end of a day, by due day; credit stands on the day it came in."""
    return page_of_several(
        session,
        _sources(books, on),
        is_descending=False,
        cut=cut,
        build=lambda row: _item(row, books.currency, on),
    )


def every_standing_item(
    session: Session, *, books: Books, on: dt.date, most: int
) -> Iterator[StandingItem]:
    """The same whole, in the same order, but no more than `most`; read as it is asked for."""
    documents = sa.union_all(*(source.query for source in _sources(books, on))).subquery()
    query = sa.select(documents).order_by(documents.c.due_on, documents.c.id).limit(most)
    for row in each_row(session, query):
        yield _item(row, books.currency, on)


def _sources(books: Books, on: dt.date) -> list[Source]:
    return [
        Source(_open_invoices(books, on), (day_key(Invoice.due_on), id_key(Invoice.id))),
        Source(_open_receipts(books, on), (day_key(Receipt.received_on), id_key(Receipt.id))),
        Source(
            _open_credit_notes(books, on), (day_key(CreditNote.issued_on), id_key(CreditNote.id))
        ),
    ]


def _open_invoices(books: Books, on: dt.date) -> sa.Select[*tuple[Any, ...]]:
    left = _left(JournalLine.invoice_id == Invoice.id, Account.RECEIVABLE, on)
    return (
        sa.select(
            Invoice.id,
            Invoice.kind,
            Invoice.number,
            Invoice.purchase_order.label("reference"),
            Invoice.issued_on,
            Invoice.due_on,
            Invoice.total_minor,
            left.c.minor,
        )
        .join(left, left.c.minor != 0)
        .where(*_standing_on(Invoice, books, on))
    )


def _open_receipts(books: Books, on: dt.date) -> sa.Select[*tuple[Any, ...]]:
    left = _left(JournalLine.receipt_id == Receipt.id, Account.UNAPPLIED_CASH, on)
    return (
        sa.select(
            Receipt.id,
            sa.literal("receipt").label("kind"),
            Receipt.number,
            sa.cast(sa.null(), sa.Text).label("reference"),
            Receipt.received_on.label("issued_on"),
            Receipt.received_on.label("due_on"),
            (-Receipt.amount_minor).label("total_minor"),
            left.c.minor,
        )
        .join(left, left.c.minor != 0)
        .where(*_standing_on(Receipt, books, on))
    )


def _open_credit_notes(books: Books, on: dt.date) -> sa.Select[*tuple[Any, ...]]:
    left = _left(JournalLine.credit_note_id == CreditNote.id, Account.RECEIVABLE, on)
    return (
        sa.select(
            CreditNote.id,
            sa.literal("credit_note").label("kind"),
            CreditNote.number,
            Invoice.number.label("reference"),
            CreditNote.issued_on,
            CreditNote.issued_on.label("due_on"),
            (-CreditNote.total_minor).label("total_minor"),
            left.c.minor,
        )
        .select_from(CreditNote)
        .join(left, left.c.minor != 0)
        .outerjoin(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(*_standing_on(CreditNote, books, on))
    )


def _standing_on(
    document: type[Invoice | Receipt | CreditNote], books: Books, on: dt.date
) -> tuple[sa.ColumnElement[bool], ...]:
    """The documents of an account of which anything may be left at the end of a day."""
    return (
        document.customer_id == books.customer_id,
        document.ledger_id == books.ledger_id,
        document.currency == books.currency,
        document.open_from <= on,
        document.open_until > on,
    )


def _left(named: sa.ColumnElement[bool], account: Account, on: dt.date) -> sa.FromClause:
    """What the journal says is left of one document at the end of a day."""
    return (
        sa.select(sa.func.sum(SIGNED).label("minor"))
        .where(named, JournalLine.account == account, JournalLine.booked_on <= on)
        .lateral()
    )


def _item(row: sa.Row[*tuple[Any, ...]], currency: str, on: dt.date) -> StandingItem:
    return StandingItem(
        id=row.id,
        kind=row.kind,
        number=row.number,
        reference=row.reference,
        issued_on=row.issued_on,
        due_on=row.due_on,
        total=Money(row.total_minor, currency),
        still_open=Money(int(row.minor), currency),
        days_overdue=0 if row.kind in CREDITS else (on - row.due_on).days,
    )
