"""Everything a customer's money settled, a row an invoice: for a table that is taken away."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import each_row
from receivables.models import Allocation, Invoice, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What of a receipt settles an invoice today; a receipt that settles none has one such row.

    `otherwise` is what of the receipt is neither credit nor settles an invoice: exchanged, gone
    back, let go; it is negative where a bank's fee counts as received.
    `invoice_number` is None there, and for an invoice of an account the reader has no right to.
    """

    receipt_number: str
    received_on: dt.date
    method: str
    amount: Money
    credit: Money
    otherwise: Money
    invoice_number: str | None
    settled: Money | None


def every_settlement(
    session: Session, *, customer_id: uuid.UUID, most: int
) -> Iterator[Settlement]:
    """The customer's receipts, newest first, with what each settles; no more rows than `most`.

    They are read as they are asked for.
    """
    signed = sa.case(
        (Allocation.reverses_id.is_(None), Allocation.amount_minor), else_=-Allocation.amount_minor
    )
    minor = sa.func.sum(signed)
    whole = sa.func.sum(minor).over(partition_by=Allocation.receipt_id)
    settled = (
        sa.select(
            Allocation.receipt_id,
            Allocation.invoice_id,
            minor.label("minor"),
            whole.label("whole"),
        )
        .where(Allocation.payer_id == customer_id)
        .group_by(Allocation.receipt_id, Allocation.invoice_id)
        .having(minor > 0)
        .subquery()
    )
    query = (
        sa.select(Receipt, Invoice.number, settled.c.minor, settled.c.whole)
        .outerjoin(settled, settled.c.receipt_id == Receipt.id)
        .outerjoin(Invoice, Invoice.id == settled.c.invoice_id)
        .where(Receipt.customer_id == customer_id)
        .order_by(Receipt.received_on.desc(), Receipt.id.desc(), Invoice.number)
        .limit(most)
    )
    for receipt, number, minor, whole in each_row(session, query):
        credit = Money(receipt.unapplied_minor, receipt.currency)
        yield Settlement(
            receipt_number=receipt.number,
            received_on=receipt.received_on,
            method=receipt.method,
            amount=receipt.amount,
            credit=credit,
            otherwise=receipt.amount - credit - Money(int(whole or 0), receipt.currency),
            invoice_number=number,
            settled=None if minor is None else Money(int(minor), receipt.currency),
        )
