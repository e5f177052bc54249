"""Payments by bank transfer: some arrive short, or in dollars; our bookkeeper applies them."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.differences import settle_with_difference
from receivables.actions.exchanges import exchange_receipt, exchanged
from receivables.actions.receipts import receive_transfer
from receivables.models import AdjustmentKind, Invoice
from receivables.queries.discounts import settled_whole_by
from receivables.residuals import LIMITS
from sandbox.company.stage import Stage
from sandbox.company.values import Manner, PlannedPayment

EVERY: Final = 3  # of the plain payments of one invoice, one is a bank transfer
PAID_IN_DOLLARS: Final = "JPY"
RATE, BOOKED_RATE = Decimal("0.0066"), Decimal("151.2")  # the payer's bank's, and ours
# How a transfer is short, in turn: by how many minor units, and what that is.
SHORT: Final = (
    (1_500, AdjustmentKind.BANK_FEE),
    (37, AdjustmentKind.TOLERANCE),
    (0, None),
)


def wired(payments: Iterable[PlannedPayment]) -> Iterator[PlannedPayment]:
    """The same payments, some of them by bank transfer instead of a card."""
    seen = 0
    for payment in payments:
        is_plain = payment.manner is Manner.STRAIGHT and len(payment.shares) == 1
        if is_plain and payment.shares[0].is_rest:
            seen += 1
            if seen % EVERY == 1:
                yield replace(payment, manner=Manner.WIRED)
                continue
        yield payment


def wire(stage: Stage, planned: PlannedPayment) -> None:
    """The transfer arrives and settles its invoice whole; nothing comes where nothing is owed."""
    customer_id = stage.register.customers[planned.company]
    invoice_id = stage.register.invoices[planned.entity, planned.shares[0].number]
    with stage.books(lock={"customer": [customer_id]}) as session:
        invoice = session.get_one(Invoice, invoice_id)
        owed = settled_whole_by(session, invoice, on=stage.clock.today())
        if owed.is_positive:
            _arrive(session, stage, invoice, owed, stage.deed(subject_id=customer_id))


def _arrive(session: Session, stage: Stage, invoice: Invoice, owed: Money, deed: Deed) -> None:
    if invoice.currency == PAID_IN_DOLLARS:
        sent = exchanged(owed, "USD", RATE)
        dollars = _received(session, invoice, sent, deed)
        receipt_id = exchange_receipt(
            session, receipt_id=dollars, into=invoice.currency, rate=BOOKED_RATE, deed=deed
        )
        _settle(session, stage, receipt_id, invoice, AdjustmentKind.FX_DIFFERENCE, deed)
        return
    minor, kind = SHORT[int(invoice.number_digits) % len(SHORT)]
    short = Money(minor, owed.currency)
    if kind is None or short > LIMITS[kind].of(invoice.total) or short >= owed:
        kind, short = None, Money.zero(owed.currency)
    receipt_id = _received(session, invoice, owed - short, deed)
    _settle(session, stage, receipt_id, invoice, kind, deed)


def _received(session: Session, invoice: Invoice, amount: Money, deed: Deed) -> uuid.UUID:
    return receive_transfer(
        session,
        ledger_id=invoice.ledger_id,
        customer_id=invoice.customer_id,
        amount=amount,
        deed=deed,
    )


def _settle(
    session: Session,
    stage: Stage,
    receipt_id: uuid.UUID,
    invoice: Invoice,
    kind: AdjustmentKind | None,
    deed: Deed,
) -> None:
    operation_id = uuid.UUID(int=stage.draws.getrandbits(128), version=4)
    if kind is None:
        claim = Claim(invoice_id=invoice.id, amount=invoice.still_open)
        allocate_up_to(
            session, receipt_id=receipt_id, claims=[claim], operation_id=operation_id, deed=deed
        )
        return
    settle_with_difference(
        session,
        receipt_id=receipt_id,
        invoice_id=invoice.id,
        kind=kind,
        operation_id=operation_id,
        deed=deed,
    )
