"""What moved on our balance at the card company, booked by each movement's own name.

A charge, a refund and a dispute book themselves; here come the fees, and the payouts to our bank.
Clearing then stands at what the card company says it holds for us.
"""

import uuid
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.money import Money
from payments.card.apply import PROVIDER, note
from payments.card.apply_afterwards import NAMES
from payments.card.cases import open_case
from payments.card.facts import MovementFact
from payments.card.models import ProviderEffect
from receivables.actions.journal import Booking, Posting, post
from receivables.models import Account, Journal, JournalKind, Side
from receivables.queries.customers import ledger_or_first

FEES: Final = ("stripe_fee", "stripe_fx_fee", "tax_fee")  # charged by themselves
PAYOUTS: Final = ("payout", "payout_failure", "payout_cancel")
# What other rows of ours book, by the charge that the movement names.
BOOKED_ELSEWHERE: Final = (
    *("charge", "payment", "refund", "payment_refund", "refund_failure", "adjustment"),
    "payment_failure_refund",
)


@retried
def book_movement(transaction: TransactionFactory, fact: MovementFact, deed: Deed) -> None:
    """Book the fee of a movement, and the payout it is; once, whoever finds it.

    A movement of a kind nobody here knows is a case: clearing would not come out even without it.
    """
    with transaction() as session:
        fee = -fact.amount if fact.kind in FEES else fact.fee
        _book(session, fact, "fee", JournalKind.PSP_FEE, Account.BANK_FEES, fee, deed)
        _book(session, fact, "fee", JournalKind.PSP_FEE_BACK, Account.BANK_FEES, -fee, deed)
        if fact.kind in PAYOUTS:
            gone, transit = -fact.amount, Account.PAYOUT_TRANSIT
            _book(session, fact, "payout", JournalKind.PAYOUT_SENT, transit, gone, deed)
            _book(session, fact, "payout", JournalKind.PAYOUT_CAME_BACK, transit, -gone, deed)
        is_ours = fact.charge_ref is not None and fact.kind in BOOKED_ELSEWHERE
        if not (is_ours or fact.kind in (*FEES, *PAYOUTS)):
            open_case(
                session,
                "movement_unknown",
                fact.ref,
                payment=None,
                received=fact.amount,
                deed=deed,
            )


def _book(
    session: Session,
    fact: MovementFact,
    effect: str,
    kind: JournalKind,
    account: Account,
    amount: Money,
    deed: Deed,
) -> None:
    if not amount.is_positive:
        return
    if session.get(ProviderEffect, (PROVIDER, fact.ref, effect)) is not None:
        return
    is_back = kind in (JournalKind.PSP_FEE_BACK, JournalKind.PAYOUT_CAME_BACK)
    debited, credited = account, Account.PSP_CLEARING
    if is_back:
        debited, credited = credited, debited
    booking = Booking(
        ledger_id=_ledger(session, fact.charge_ref),
        kind=kind,
        source_id=uuid.uuid5(NAMES, fact.ref),
        deed=deed,
        postings=(
            Posting(account=debited, side=Side.DEBIT, amount=amount),
            Posting(account=credited, side=Side.CREDIT, amount=amount),
        ),
    )
    [journal_id] = post(session, [booking])
    note(session, fact.ref, effect, journal_id, customer_id=None)
    facts = {"ref": fact.ref, "amount": str(amount), "journal": str(journal_id)}
    record(session, f"provider.{kind}", object_id=None, deed=deed, facts=facts)


def _ledger(session: Session, charge_ref: str | None) -> uuid.UUID:
    """The legal entity whose charge it was; what is of the whole account is the first one's."""
    wanted = (
        sa.select(Journal.ledger_id)
        .join(ProviderEffect, ProviderEffect.journal_id == Journal.id)
        .where(
            ProviderEffect.provider == PROVIDER,
            ProviderEffect.object_ref == charge_ref,
            ProviderEffect.effect == "charge",
        )
    )
    found = session.scalars(wanted).one_or_none() if charge_ref else None
    return ledger_or_first(session, found)
