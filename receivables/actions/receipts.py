"""Money received: always booked first, to the customer's unapplied cash or to suspense."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.journal import Booking, Posting, post
from receivables.models import Account, JournalKind, Receipt, ReceiptMethod, Side

KINDS: Final = {
    ReceiptMethod.CARD: JournalKind.CARD_RECEIPT,
    ReceiptMethod.BANK_DEBIT: JournalKind.DEBIT_RECEIPT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A receipt that was booked and the journal that did it."""

    receipt_id: uuid.UUID
    journal_id: uuid.UUID


def add_receipt(
    session: Session,
    *,
    ledger_id: uuid.UUID,
    customer_id: uuid.UUID | None,
    amount: Money,
    received_on: dt.date,
    method: ReceiptMethod,
    deed: Deed,
) -> uuid.UUID:
    """The row of a receipt, with nothing on it: the journal that the caller books fills it."""
    receipt_id = uuid.uuid4()
    session.execute(
        sa.insert(Receipt)
        .inline()
        .values(
            id=receipt_id,
            ledger_id=ledger_id,
            customer_id=customer_id,
            amount_minor=amount.minor,
            unapplied_minor=0,
            currency=amount.currency,
            received_on=received_on,
            method=method,
            created_at=deed.at,
        )
    )
    return receipt_id


def receive_card(
    session: Session,
    *,
    ledger_id: uuid.UUID,
    customer_id: uuid.UUID | None,
    amount: Money,
    deed: Deed,
    method: ReceiptMethod = ReceiptMethod.CARD,
) -> Received:
    """Book money of the card company, gross: debit PSP clearing, credit unapplied cash.

    Without a customer it is credited to suspense, for a person to look at.
    """
    receipt_id = add_receipt(
        session,
        ledger_id=ledger_id,
        customer_id=customer_id,
        amount=amount,
        received_on=deed.on,
        method=method,
        deed=deed,
    )
    credited = Account.UNAPPLIED_CASH if customer_id else Account.SUSPENSE
    [journal_id] = post(
        session,
        [
            Booking(
                ledger_id=ledger_id,
                kind=KINDS[method],
                source_id=receipt_id,
                deed=deed,
                postings=(
                    Posting(account=Account.PSP_CLEARING, side=Side.DEBIT, amount=amount),
                    Posting(
                        account=credited,
                        side=Side.CREDIT,
                        amount=amount,
                        customer_id=customer_id,
                        receipt_id=receipt_id,
                    ),
                ),
            )
        ],
    )
    record(
        session,
        "receipt.booked",
        object_id=receipt_id,
        deed=deed,
        facts={"amount": str(amount), "account": credited, "journal": str(journal_id)},
    )
    return Received(receipt_id=receipt_id, journal_id=journal_id)


def receive_transfer(
    session: Session,
    *,
    ledger_id: uuid.UUID,
    customer_id: uuid.UUID,
    amount: Money,
    deed: Deed,
    fee: Money | None = None,
) -> uuid.UUID:
    """Book a bank transfer as it arrived: debit bank cash, credit unapplied cash; the receipt's id.

    A fee that a bank kept counts as received: it is debited to bank fees. Amounts are positive and
    of one currency.
    """
    receipt_id = add_receipt(
        session,
        ledger_id=ledger_id,
        customer_id=customer_id,
        amount=amount,
        received_on=deed.on,
        method=ReceiptMethod.BANK_TRANSFER,
        deed=deed,
    )
    whose = {"customer_id": customer_id, "receipt_id": receipt_id}
    gross = amount if fee is None else amount + fee
    lines = [Posting(account=Account.BANK_CASH, side=Side.DEBIT, amount=amount)]
    if fee is not None:
        lines.append(Posting(account=Account.BANK_FEES, side=Side.DEBIT, amount=fee, **whose))
    lines.append(Posting(account=Account.UNAPPLIED_CASH, side=Side.CREDIT, amount=gross, **whose))
    booking = Booking(
        ledger_id=ledger_id,
        kind=JournalKind.BANK_RECEIPT,
        source_id=receipt_id,
        deed=deed,
        postings=lines,
    )
    [journal_id] = post(session, [booking])
    facts: dict[str, Fact] = {"amount": str(amount), "journal": str(journal_id)}
    if fee is not None:
        facts["fee"] = str(fee)
    record(session, "receipt.booked", object_id=receipt_id, deed=deed, facts=facts)
    return receipt_id
