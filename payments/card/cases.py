"""What about money a person must look at: opened once, closed by a person."""

import uuid

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.money import Money
from payments.card.models import CardPayment, PaymentCase


def open_case(
    session: Session,
    kind: str,
    object_ref: str,
    *,
    payment: CardPayment | None,
    received: Money | None,
    deed: Deed,
) -> None:
    """Put something about money before a person; the same thing opens one case."""
    facts = {
        "asked": str(payment.amount) if payment else None,
        "received": str(received) if received else None,
    }
    session.execute(
        insert(PaymentCase)
        .values(
            id=uuid.uuid4(),
            kind=kind,
            object_ref=object_ref,
            customer_id=payment.customer_id if payment else None,
            card_payment_id=payment.id if payment else None,
            facts=facts,
            opened_at=deed.at,
        )
        .on_conflict_do_nothing()
        .inline()
    )
