"""A customer's standing: whether its money may meet its invoices without a person of ours."""

import uuid
from dataclasses import replace

from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from receivables.models import Customer, Standing


def change_standing(
    session: Session, *, customer_id: uuid.UUID, standing: Standing, reason: str, deed: Deed
) -> bool:
    """Let a customer stand so from now on; whether it stood otherwise before.

    What is settled stays settled. The caller holds the customer's lock.
    """
    customer = session.get_one(Customer, customer_id, populate_existing=True)
    if customer.standing == standing:
        return False
    facts = {"was": customer.standing, "standing": standing.value, "reason": reason}
    customer.standing = standing
    session.flush()  # the caller's next query must see it
    record(
        session,
        "customer.standing_changed",
        object_id=customer_id,
        deed=replace(deed, subject_id=customer_id),
        facts=dict(facts),
    )
    return True
