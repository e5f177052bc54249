"""Credit notes of one customer: what was credited, why, and what it was used for."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Page, day_key, each_row, id_key, page_of
from receivables.models import Allocation, CreditNote, CreditNoteLine, Invoice, Ledger
from receivables.queries.invoice_detail import InvoiceDetailLine


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteRow:
    """One credit note in a list. `state` is "free", "part_used" or "used"."""

    id: uuid.UUID
    number: str
    reason: str
    issued_on: dt.date
    total: Money
    left: Money
    state: str
    ledger_id: uuid.UUID
    ledger_name: str
    invoice_id: uuid.UUID | None
    invoice_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditUse:
    """One invoice a credit note settles today: how much, and what is open on it now."""

    invoice_id: uuid.UUID
    number: str
    amount: Money
    still_open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteDetail:
    """One credit note whole."""

    row: CreditNoteRow
    lines: tuple[InvoiceDetailLine, ...]
    net: Money
    tax: Money
    used: tuple[CreditUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditSettlement:
    """What of a credit note settles an invoice today; one that settles none has one such row."""

    note: CreditNoteRow
    invoice_number: str | None
    settled: Money | None


def owner_of_credit_note(
    session: Session, customer_ids: Collection[uuid.UUID], *, credit_note_id: uuid.UUID
) -> uuid.UUID | None:
    """Which of these customers the credit note belongs to, if any."""
    own = sa.select(CreditNote.customer_id).where(CreditNote.customer_id.in_(customer_ids))
    return session.scalars(own.where(CreditNote.id == credit_note_id)).one_or_none()


def credit_note_page(
    session: Session, *, customer_id: uuid.UUID, is_free: bool, cut: Cut
) -> Page[CreditNoteRow]:
    """One page of the customer's credit notes, newest first; `is_free`: with something left."""
    return page_of(
        session,
        _rows(customer_id, is_free=is_free),
        keys=(day_key(CreditNote.issued_on), id_key(CreditNote.id)),
        is_descending=True,
        cut=cut,
        build=_row,
    )


def credit_note_of(
    session: Session, *, customer_id: uuid.UUID, credit_note_id: uuid.UUID
) -> CreditNoteDetail | None:
    """The credit note, if it belongs to this customer."""
    wanted = _rows(customer_id).where(CreditNote.id == credit_note_id)
    found = session.execute(wanted).one_or_none()
    if found is None:
        return None
    row = _row(found)
    lines = _lines(session, credit_note_id, row.total.currency)
    return CreditNoteDetail(
        row=row,
        lines=lines,
        net=Money.total((line.net for line in lines), row.total.currency),
        tax=Money.total((line.tax for line in lines), row.total.currency),
        used=_used(session, credit_note_id),
    )


def every_credit_settlement(
    session: Session, *, customer_id: uuid.UUID, is_free: bool, most: int
) -> Iterator[CreditSettlement]:
    """The same list, with what each settles; no more rows than `most`, read as they are asked."""
    minor = _settled()
    settled = (
        sa.select(Allocation.credit_note_id, Allocation.invoice_id, minor.label("minor"))
        .where(Allocation.payer_id == customer_id, Allocation.credit_note_id.is_not(None))
        .group_by(Allocation.credit_note_id, Allocation.invoice_id)
        .having(minor > 0)
        .subquery()
    )
    used_for = sa.orm.aliased(Invoice)
    query = (
        _rows(customer_id, is_free=is_free)
        .add_columns(used_for.number.label("used_for"), settled.c.minor.label("settled_minor"))
        .outerjoin(settled, settled.c.credit_note_id == CreditNote.id)
        .outerjoin(used_for, used_for.id == settled.c.invoice_id)
        .order_by(CreditNote.issued_on.desc(), CreditNote.id.desc(), used_for.number)
        .limit(most)
    )
    for row in each_row(session, query):
        minor_used, currency = row.settled_minor, row.CreditNote.currency
        yield CreditSettlement(
            note=_row(row),
            invoice_number=row.used_for,
            settled=None if minor_used is None else Money(int(minor_used), currency),
        )


def _rows(customer_id: uuid.UUID, *, is_free: bool = False) -> sa.Select[*tuple[Any, ...]]:
    query = (
        sa.select(CreditNote, Ledger.name.label("ledger_name"), Invoice.number.label("corrects"))
        .join(Ledger, Ledger.id == CreditNote.ledger_id)
        .outerjoin(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(CreditNote.customer_id == customer_id)
    )
    return query.where(CreditNote.unapplied_minor > 0) if is_free else query


def _row(found: sa.Row[*tuple[Any, ...]]) -> CreditNoteRow:
    note: CreditNote = found.CreditNote
    is_part = 0 < note.unapplied_minor < note.total_minor
    return CreditNoteRow(
        id=note.id,
        number=note.number,
        reason=note.reason,
        issued_on=note.issued_on,
        total=note.total,
        left=note.unapplied,
        state="used" if note.unapplied_minor == 0 else "part_used" if is_part else "free",
        ledger_id=note.ledger_id,
        ledger_name=found.ledger_name,
        invoice_id=note.invoice_id,
        invoice_number=found.corrects,
    )


def _lines(
    session: Session, credit_note_id: uuid.UUID, currency: str
) -> tuple[InvoiceDetailLine, ...]:
    wanted = sa.select(CreditNoteLine).where(CreditNoteLine.credit_note_id == credit_note_id)
    return tuple(
        InvoiceDetailLine(
            position=line.position,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            net=Money(line.net_minor, currency),
            tax=Money(line.tax_minor, currency),
            gross=Money(line.net_minor + line.tax_minor, currency),
        )
        for line in session.scalars(wanted.order_by(CreditNoteLine.position))
    )


def _settled() -> sa.ColumnElement[int]:
    """What allocations come to: the undone ones count against what they undid."""
    return sa.func.sum(
        sa.case(
            (Allocation.reverses_id.is_(None), Allocation.amount_minor),
            else_=-Allocation.amount_minor,
        )
    )


def _used(session: Session, credit_note_id: uuid.UUID) -> tuple[CreditUse, ...]:
    settled = _settled()
    wanted = (
        sa.select(Invoice.id, Invoice.number, Invoice.open_minor, Invoice.currency, settled)
        .join(Allocation, Allocation.invoice_id == Invoice.id)
        .where(Allocation.credit_note_id == credit_note_id)
        .group_by(Invoice.id)
        .having(settled > 0)
        .order_by(Invoice.due_on, Invoice.number)
    )
    return tuple(
        CreditUse(
            invoice_id=invoice_id,
            number=number,
            amount=Money(int(minor), currency),
            still_open=Money(open_minor, currency),
        )
        for invoice_id, number, open_minor, currency, minor in session.execute(wanted)
    )
