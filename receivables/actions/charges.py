"""Charging for lateness: a late fee or interest on an overdue invoice, an open item of its own."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.amounts import format_day, format_number
from foundation.audit import record
from foundation.deed import Deed
from foundation.i18n import gettext as _
from foundation.i18n import speaking
from foundation.money import Money
from receivables.actions.invoices import ISSUES, InvoiceDraft, LineDraft, issue_invoices
from receivables.actions.journal import Booking, Posting, post
from receivables.errors import (
    ChargeCancelled,
    ChargeNotPositive,
    ChargePaidInPart,
    ChargeStands,
    InterestAhead,
    InvoiceNotOverdue,
    NotACharge,
    NothingToCharge,
)
from receivables.interest import days_times_open, interest_minor
from receivables.models import Account, Customer, Invoice, InvoiceKind, Journal, JournalKind, Side
from receivables.queries.charges import charged_until, has_late_fee, open_changes

DUE_AFTER: Final = dt.timedelta(days=14)  # of a charge that names no due day


def charge_late_fee(
    session: Session,
    *,
    invoice_id: uuid.UUID,
    amount: Money,
    deed: Deed,
    due_on: dt.date | None = None,
) -> uuid.UUID:
    """Charge a fee because an invoice is overdue: debit receivable, credit late charges.

    The caller holds the customer's lock. Raises InvoiceNotOverdue, ChargeNotPositive, or
    ChargeStands: one fee an invoice, unless it was cancelled.
    """
    invoice = _overdue(session, invoice_id, deed.on)
    if not amount.is_positive or amount.currency != invoice.currency:
        raise ChargeNotPositive(invoice.number, amount)
    if has_late_fee(session, invoice_id):
        raise ChargeStands(invoice.number)
    with speaking(_language(session, invoice)):
        words = _(
            "Late fee for invoice %(number)s, due %(day)s",
            number=invoice.number,
            day=_day(session, invoice, invoice.due_on),
        )
    return _issue(session, invoice, InvoiceKind.LATE_FEE, amount, words, deed, due_on)


def charge_interest(
    session: Session,
    *,
    invoice_id: uuid.UUID,
    percent: Decimal,
    until: dt.date,
    deed: Deed,
    due_on: dt.date | None = None,
) -> uuid.UUID:
    """Charge simple interest a year of 365 days on what was open of an overdue invoice.

    Counted from the day after it was due, or after the last day charged before, to `until`
    included, each day with what was open at its end. The caller holds the customer's lock. Raises
    InvoiceNotOverdue, InterestAhead, or NothingToCharge: that comes to less than half a unit.
    """
    if until > deed.on:
        raise InterestAhead(until)
    invoice = _overdue(session, invoice_id, deed.on)
    after = max(invoice.due_on, charged_until(session, invoice_id) or invoice.due_on)
    open_days = days_times_open(open_changes(session, invoice_id), after=after, until=until)
    amount = Money(interest_minor(open_days, percent), invoice.currency)
    if not amount.is_positive:
        raise NothingToCharge(invoice.number, until)
    with speaking(_language(session, invoice)):
        words = _(
            "Interest at %(percent)s %% a year on invoice %(number)s, %(first)s to %(last)s",
            percent=format_number(percent, _language(session, invoice)),
            number=invoice.number,
            first=_day(session, invoice, after + dt.timedelta(days=1)),
            last=_day(session, invoice, until),
        )
    return _issue(
        session, invoice, InvoiceKind.INTEREST, amount, words, deed, due_on, interest_until=until
    )


def cancel_charge(session: Session, *, invoice_id: uuid.UUID, reason: str, deed: Deed) -> None:
    """Take a late fee or interest back whole: debit late charges, credit receivable.

    The caller holds the customer's lock. Raises NotACharge, ChargeCancelled, or ChargePaidInPart:
    undo what settles it first.
    """
    charge = session.get_one(Invoice, invoice_id, populate_existing=True)
    if charge.kind == InvoiceKind.INVOICE:
        raise NotACharge(charge.number)
    if charge.cancelled_minor:
        raise ChargeCancelled(charge.number)
    if charge.open_minor != charge.total_minor:
        raise ChargePaidInPart(charge.number, charge.still_open)
    whose = {"customer_id": charge.customer_id, "invoice_id": charge.id}
    booking = Booking(
        ledger_id=charge.ledger_id,
        kind=JournalKind.CHARGE_CANCELLED,
        source_id=charge.id,
        deed=replace(deed, subject_id=charge.customer_id),
        reverses_id=_journal_of(session, charge),
        reason=reason,
        postings=(
            Posting(account=Account.LATE_CHARGES, side=Side.DEBIT, amount=charge.total, **whose),
            Posting(account=Account.RECEIVABLE, side=Side.CREDIT, amount=charge.total, **whose),
        ),
    )
    [journal_id] = post(session, [booking])
    record(
        session,
        "charge.cancelled",
        object_id=charge.id,
        deed=booking.deed,
        facts={"number": charge.number, "reason": reason, "journal": str(journal_id)},
    )


def _overdue(session: Session, invoice_id: uuid.UUID, on: dt.date) -> Invoice:
    """The invoice as it is now, with something open past its due day."""
    invoice = session.get_one(Invoice, invoice_id, populate_existing=True)
    is_charge = invoice.kind != InvoiceKind.INVOICE
    if is_charge or not invoice.open_minor or invoice.due_on >= on:
        raise InvoiceNotOverdue(invoice.number)
    return invoice


def _issue(
    session: Session,
    invoice: Invoice,
    kind: InvoiceKind,
    amount: Money,
    words: str,
    deed: Deed,
    due_on: dt.date | None,
    *,
    interest_until: dt.date | None = None,
) -> uuid.UUID:
    number = session.scalars(sa.select(sa.Sequence("charge_number").next_value())).one()
    line = LineDraft(
        description=words,
        quantity="1",
        unit="",
        net=amount,
        tax=Money.zero(amount.currency),
    )
    draft = InvoiceDraft(
        ledger_id=invoice.ledger_id,
        customer_id=invoice.customer_id,
        number=f"LC-{number:06d}",
        purchase_order=invoice.purchase_order,
        issued_on=deed.on,
        due_on=due_on or deed.on + DUE_AFTER,
        currency=invoice.currency,
        lines=[line],
        kind=kind,
        for_invoice_id=invoice.id,
        interest_until=interest_until,
    )
    [charge_id] = issue_invoices(session, [draft], deed=deed)
    return charge_id


def _language(session: Session, invoice: Invoice) -> str:
    """The customer's: what stands on a document is written in it once."""
    return session.scalars(
        sa.select(Customer.language).where(Customer.id == invoice.customer_id)
    ).one()


def _day(session: Session, invoice: Invoice, day: dt.date) -> str:
    return format_day(day, _language(session, invoice))


def _journal_of(session: Session, charge: Invoice) -> uuid.UUID:
    _account, kind, _action = ISSUES[InvoiceKind(charge.kind)]
    issued = sa.select(Journal.id).where(Journal.kind == kind, Journal.source_id == charge.id)
    return session.scalars(issued).one()
