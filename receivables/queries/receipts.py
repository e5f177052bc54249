"""Receipts of one customer: what came in, and what it paid."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Page, day_key, id_key, page_of
from receivables.models import (
    GOING_BACK,
    Allocation,
    Customer,
    Invoice,
    Journal,
    JournalLine,
    Ledger,
    Receipt,
    Side,
    Standing,
)
from receivables.queries.receipt_parts import ReceiptExchange, exchanges_of, waived_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """One receipt in a list."""

    id: uuid.UUID
    number: str
    received_on: dt.date
    amount: Money
    credit: Money
    method: str
    gone_back: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One invoice a receipt settled: how much, and what is open on it now."""

    invoice_id: uuid.UUID
    number: str
    amount: Money
    still_open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDetail:
    """One receipt whole. `credit` is what of it is still free on the account.

    `gone_back` is what was refunded, or taken back by the payer's bank; `fee` what a bank kept of
    it, which counts as received; `waived` what was too much to ask for and too little to give back.
    """

    id: uuid.UUID
    number: str
    received_on: dt.date
    amount: Money
    credit: Money
    method: str
    ledger_name: str
    customer_id: uuid.UUID
    customer_name: str
    customer_number: str
    gone_back: Money
    awaits_us: bool  # a person of ours says what it settles, by the customer's standing
    fee: Money
    waived: Money
    allocated: tuple[ReceiptLine, ...]
    exchanges: tuple[ReceiptExchange, ...]
    is_in_part: bool = False  # only what it was meant to pay: for a payer who has no account

    def in_part(self, invoice_ids: Collection[uuid.UUID], *, customer_name: str) -> "ReceiptDetail":
        """The same for whoever paid without an account: what it paid of these invoices; the rest
        is the customer's, whatever became of it.
        """
        own = tuple(line for line in self.allocated if line.invoice_id in invoice_ids)
        paid = Money.total((line.amount for line in own), self.amount.currency)
        return replace(
            self,
            allocated=own,
            credit=self.amount - paid - self.gone_back,
            customer_name=customer_name,
            fee=Money.zero(self.amount.currency),
            waived=Money.zero(self.amount.currency),
            exchanges=(),
            is_in_part=True,
        )

    @property
    def is_undone(self) -> bool:
        """Whether it was made by an exchange that was undone."""
        return any(one.is_undone for one in self.exchanges)


def owner_of_receipt(
    session: Session, customer_ids: Collection[uuid.UUID], *, receipt_id: uuid.UUID
) -> uuid.UUID | None:
    """Which of these customers the receipt belongs to, if any."""
    own = sa.select(Receipt.customer_id).where(Receipt.customer_id.in_(customer_ids))
    return session.scalars(own.where(Receipt.id == receipt_id)).one_or_none()


def receipt_page(session: Session, *, customer_id: uuid.UUID, cut: Cut) -> Page[ReceiptRow]:
    """One page of the customer's receipts, newest first."""
    query = sa.select(Receipt, _gone().label("gone")).where(Receipt.customer_id == customer_id)
    return page_of(
        session,
        query,
        keys=(day_key(Receipt.received_on), id_key(Receipt.id)),
        is_descending=True,
        cut=cut,
        build=lambda row: _row(row[0], row.gone),
    )


def receipt_of(
    session: Session, *, customer_id: uuid.UUID, receipt_id: uuid.UUID
) -> ReceiptDetail | None:
    """The receipt, if it belongs to this customer."""
    wanted = (
        sa.select(Receipt, _gone(), Ledger.name, Customer)
        .join(Ledger, Ledger.id == Receipt.ledger_id)
        .join(Customer, Customer.id == Receipt.customer_id)
        .where(Receipt.customer_id == customer_id, Receipt.id == receipt_id)
    )
    found = session.execute(wanted).one_or_none()
    if found is None:
        return None
    receipt, gone, ledger_name, customer = found
    is_untouched = receipt.unapplied_minor == receipt.amount_minor + receipt.fee_minor
    return ReceiptDetail(
        id=receipt.id,
        number=receipt.number,
        received_on=receipt.received_on,
        amount=receipt.amount,
        credit=Money(receipt.unapplied_minor, receipt.currency),
        method=receipt.method,
        ledger_name=ledger_name,
        customer_id=customer_id,
        customer_name=customer.name,
        customer_number=customer.number,
        gone_back=Money(int(gone), receipt.currency),
        awaits_us=is_untouched and customer.standing != Standing.ACTIVE,
        fee=Money(receipt.fee_minor, receipt.currency),
        waived=Money(waived_minor(session, receipt_id), receipt.currency),
        allocated=_lines(session, receipt_id),
        exchanges=exchanges_of(session, receipt_id),
    )


def _gone() -> sa.ScalarSelect[int]:
    """What went back of a receipt, by the journal."""
    signed = sa.case(
        (JournalLine.side == Side.DEBIT, JournalLine.amount_minor), else_=-JournalLine.amount_minor
    )
    return (
        sa.select(sa.func.coalesce(sa.func.sum(signed), 0))
        .join(Journal, Journal.id == JournalLine.journal_id)
        .where(JournalLine.receipt_id == Receipt.id, Journal.kind.in_(GOING_BACK))
        .correlate(Receipt)
        .scalar_subquery()
    )


def _row(receipt: Receipt, gone: int) -> ReceiptRow:
    return ReceiptRow(
        id=receipt.id,
        number=receipt.number,
        received_on=receipt.received_on,
        amount=receipt.amount,
        credit=Money(receipt.unapplied_minor, receipt.currency),
        method=receipt.method,
        gone_back=Money(int(gone), receipt.currency),
    )


def _lines(session: Session, receipt_id: uuid.UUID) -> tuple[ReceiptLine, ...]:
    """What the receipt settles today: allocations less the undone ones."""
    signed = sa.case(
        (Allocation.reverses_id.is_(None), Allocation.amount_minor), else_=-Allocation.amount_minor
    )
    settled = sa.func.sum(signed)
    wanted = (
        sa.select(Invoice.id, Invoice.number, Invoice.open_minor, Invoice.currency, settled)
        .join(Allocation, Allocation.invoice_id == Invoice.id)
        .where(Allocation.receipt_id == receipt_id)
        .group_by(Invoice.id)
        .having(settled > 0)
        .order_by(Invoice.due_on, Invoice.number)
    )
    return tuple(
        ReceiptLine(
            invoice_id=invoice_id,
            number=number,
            amount=Money(int(minor), currency),
            still_open=Money(open_minor, currency),
        )
        for invoice_id, number, open_minor, currency, minor in session.execute(wanted)
    )
