"""How a card payment changes: each change a version, each change of state a row of history.

The caller holds the payment's lock (transaction(lock=…)).
"""

import datetime as dt
import enum
import uuid
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from payments.card.errors import IllegalMove
from payments.card.models import (
    FORCED,
    MOVES,
    SETTLED,
    CardPayment,
    CardPaymentMove,
    CardPaymentState,
)

S = CardPaymentState
# When to ask the provider by ourselves, should nobody and nothing tell us, by number of checks.
PAUSES = {
    S.SUBMITTING: (2,),
    S.UNKNOWN: (1, 5, 15, 60, 1_440),
    S.AWAITING_PAYER: (2, 5, 15, 30, 60),
    S.PROCESSING: (5, 60, 1_440),
}


class Closing(enum.StrEnum):
    """Why we ask the provider to close a page; kept as the reason of the move."""

    GIVEN_UP = "given up"  # somebody of the customer wants no more
    TRIED_OUT = "too many declined cards"  # see card_testing.py


def move(
    session: Session,
    payment: CardPayment,
    new: CardPaymentState,
    *,
    deed: Deed,
    reason: str | None = None,
    receipt_id: uuid.UUID | None = None,
) -> None:
    """Take the payment to another state, or raise IllegalMove.

    A forced edge (money after all) needs the reason; the database checks both again.
    """
    old = CardPaymentState(payment.state)
    is_forced = new in FORCED.get(old, frozenset())
    if new not in MOVES[old] and not (is_forced and reason):
        raise IllegalMove(old, new)
    note_move(session, payment, old, new, deed=deed, reason=reason)
    payment.state = new
    payment.receipt_id = receipt_id or payment.receipt_id
    touch(payment, deed.at, checks=0)
    facts = {"from": old, "to": new, "reason": reason}
    record(
        session,
        "card_payment.corrected" if is_forced else "card_payment.moved",
        object_id=payment.id,
        deed=replace(deed, subject_id=payment.customer_id),
        facts=facts,
    )


def note_move(
    session: Session,
    payment: CardPayment,
    old: CardPaymentState | None,
    new: CardPaymentState,
    *,
    deed: Deed,
    reason: str | None = None,
) -> None:
    """Write the history row of the version that is about to be."""
    session.execute(
        sa.insert(CardPaymentMove)
        .inline()
        .values(
            id=uuid.uuid4(),
            card_payment_id=payment.id,
            customer_id=payment.customer_id,
            version=payment.version + 1 if old else payment.version,
            from_state=old,
            to_state=new,
            reason=reason,
            actor_id=deed.actor_id,
            impersonation_id=deed.impersonation_id,
            request_id=deed.request_id,
            at=deed.at,
        )
    )


def touch(payment: CardPayment, now: dt.datetime, *, checks: int) -> None:
    """Start a new version of the payment and say when it is looked at next."""
    payment.version += 1
    payment.checks = checks
    wanted = next_check(CardPaymentState(payment.state), checks, now)
    ends = payment.expires_at + dt.timedelta(minutes=1)
    # A page that runs out is looked at when it has, however rarely it was asked about before.
    payment.next_check_at = min(wanted, ends) if wanted and now < ends else wanted


def next_check(state: CardPaymentState, checks: int, now: dt.datetime) -> dt.datetime | None:
    """When to ask again by ourselves; never for a settled payment."""
    if state in SETTLED:
        return None
    pauses = PAUSES[state]
    return now + dt.timedelta(minutes=pauses[min(checks, len(pauses) - 1)])
