"""What was open on any past day, read from the journal: documents, and sums by age.

A document counts from the day it was booked; what settled it counts from the day that was booked.
Nothing here reads a stored balance, so a correction booked later does not change an earlier day.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Page, day_key, id_key, page_of
from receivables.models import (
    Account,
    CreditNote,
    Invoice,
    JournalLine,
    Ledger,
    OpenBalance,
    Receipt,
    Side,
)
from receivables.queries.balances import BUCKET_CODES, LATEST_FIRST, AgingBucket, aging_of

SIGNED = sa.case(
    (JournalLine.side == Side.DEBIT, JournalLine.amount_minor), else_=-JournalLine.amount_minor
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One customer's account with one legal entity in one currency: what a statement is of."""

    customer_id: uuid.UUID
    ledger_id: uuid.UUID
    currency: str
    ledger_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingItem:
    """A document open on a day: an invoice, or (negative) credit left of a receipt or credit note.

    `due_on` of credit is the day it came in or was issued; its `days_overdue` is 0.
    """

    id: uuid.UUID
    kind: str  # "invoice", "receipt" or "credit_note"
    number: str
    reference: str | None
    issued_on: dt.date
    due_on: dt.date
    total: Money
    still_open: Money
    days_overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is open of one account on a day: invoices by age, the credit, and what is owed."""

    still_open: Money
    overdue: Money
    credit: Money
    owed: Money
    aging: tuple[AgingBucket, ...]


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
    received = (
        sa.select(Receipt.ledger_id, Receipt.currency, sa.literal(0).label("count"))
        .where(Receipt.customer_id == customer_id)
        .distinct()
    )
    credited = (
        sa.select(CreditNote.ledger_id, CreditNote.currency, sa.literal(0).label("count"))
        .where(CreditNote.customer_id == customer_id)
        .distinct()
    )
    used = sa.union_all(invoiced, received, credited).subquery()
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
    open_then = _open_invoices(books, on).subquery()
    rows = session.execute(
        sa.select(
            sa.case(
                *((open_then.c.due_on <= on - dt.timedelta(days=s), c) for c, s in LATEST_FIRST),
                else_=BUCKET_CODES[0],
            ).label("bucket"),
            sa.func.sum(open_then.c.minor),
            sa.func.count(),
        ).group_by(sa.text("bucket"))
    )
    sums = {bucket: (int(minor), count) for bucket, minor, count in rows}
    aging = aging_of(sums, books.currency)
    left = sa.union_all(_open_receipts(books, on), _open_credit_notes(books, on)).subquery()
    credit = -(session.scalar(sa.select(sa.func.sum(left.c.minor))) or 0)
    still_open = Money.total((bucket.amount for bucket in aging), books.currency)
    on_account = Money(int(credit), books.currency)
    return Standing(
        still_open=still_open,
        overdue=still_open - aging[0].amount,
        credit=on_account,
        owed=still_open - on_account,
        aging=aging,
    )


def standing_items(session: Session, *, books: Books, on: dt.date, cut: Cut) -> Page[StandingItem]:
    """The documents open at the end of a day, by due day; credit stands on the day it came in."""
    documents = _documents(books, on)
    return page_of(
        session,
        sa.select(documents),
        keys=(day_key(documents.c.due_on), id_key(documents.c.id)),
        is_descending=False,
        cut=cut,
        build=lambda row: _item(row, books.currency, on),
    )


def every_standing_item(
    session: Session, *, books: Books, on: dt.date, most: int
) -> tuple[StandingItem, ...]:
    """The same whole, in the same order, but no more than `most`."""
    documents = _documents(books, on)
    query = sa.select(documents).order_by(documents.c.due_on, documents.c.id).limit(most)
    return tuple(_item(row, books.currency, on) for row in session.execute(query))


def _documents(books: Books, on: dt.date) -> sa.Subquery:
    return sa.union_all(
        _open_invoices(books, on), _open_receipts(books, on), _open_credit_notes(books, on)
    ).subquery()


def _open_invoices(books: Books, on: dt.date) -> sa.Select[*tuple[Any, ...]]:
    minor = _left(Account.RECEIVABLE, JournalLine.invoice_id, books, on)
    return (
        sa.select(
            Invoice.id,
            sa.literal("invoice").label("kind"),
            Invoice.number,
            Invoice.purchase_order.label("reference"),
            Invoice.issued_on,
            Invoice.due_on,
            Invoice.total_minor,
            minor.c.minor,
        )
        .join(minor, minor.c.document_id == Invoice.id)
        .where(Invoice.ledger_id == books.ledger_id, Invoice.customer_id == books.customer_id)
    )


def _open_receipts(books: Books, on: dt.date) -> sa.Select[*tuple[Any, ...]]:
    minor = _left(Account.UNAPPLIED_CASH, JournalLine.receipt_id, books, on)
    return (
        sa.select(
            Receipt.id,
            sa.literal("receipt").label("kind"),
            Receipt.number,
            sa.null().label("reference"),
            Receipt.received_on.label("issued_on"),
            Receipt.received_on.label("due_on"),
            (-Receipt.amount_minor).label("total_minor"),
            minor.c.minor,
        )
        .join(minor, minor.c.document_id == Receipt.id)
        .where(Receipt.ledger_id == books.ledger_id, Receipt.customer_id == books.customer_id)
    )


def _open_credit_notes(books: Books, on: dt.date) -> sa.Select[*tuple[Any, ...]]:
    minor = _left(Account.RECEIVABLE, JournalLine.credit_note_id, books, on)
    return (
        sa.select(
            CreditNote.id,
            sa.literal("credit_note").label("kind"),
            CreditNote.number,
            Invoice.number.label("reference"),
            CreditNote.issued_on,
            CreditNote.issued_on.label("due_on"),
            (-CreditNote.total_minor).label("total_minor"),
            minor.c.minor,
        )
        .join(minor, minor.c.document_id == CreditNote.id)
        .outerjoin(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(CreditNote.ledger_id == books.ledger_id, CreditNote.customer_id == books.customer_id)
    )


def _left(
    account: Account, document: sa.SQLColumnExpression[Any], books: Books, on: dt.date
) -> sa.Subquery:
    """What the journal says is left of each document at the end of a day; nothing is no row."""
    minor = sa.func.sum(SIGNED)
    return (
        sa.select(document.label("document_id"), minor.label("minor"))
        .where(
            JournalLine.customer_id == books.customer_id,
            JournalLine.account == account,
            document.is_not(None),
            JournalLine.currency == books.currency,
            JournalLine.booked_on <= on,
        )
        .group_by(document)
        .having(minor != 0)
        .subquery()
    )


def _item(row: sa.Row[*tuple[Any, ...]], currency: str, on: dt.date) -> StandingItem:
    is_invoice = row.kind == "invoice"
    return StandingItem(
        id=row.id,
        kind=row.kind,
        number=row.number,
        reference=row.reference,
        issued_on=row.issued_on,
        due_on=row.due_on,
        total=Money(row.total_minor, currency),
        still_open=Money(int(row.minor), currency),
        days_overdue=(on - row.due_on).days if is_invoice else 0,
    )
