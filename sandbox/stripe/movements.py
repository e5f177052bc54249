"""What moves on the account's balance at Stripe: each movement an object with its own fee."""

from datetime import timedelta
from typing import Any

from sandbox.stripe import shapes
from sandbox.stripe.account import Account
from sandbox.stripe.store import Obj

AVAILABLE_AFTER = timedelta(days=2)


def book(
    account: Account, *, amount: int, fee: int, currency: str, source: str, **facts: Any
) -> Obj:
    """Write one movement; what comes in is there after two days, what goes out is gone at once."""
    detail = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees (played)",
        "type": "stripe_fee",
    }
    waits = AVAILABLE_AFTER if amount > 0 else timedelta(0)
    movement = shapes.balance_transaction(
        account.stamp(),
        amount=amount,
        available_on=account.stamp() + int(waits.total_seconds()),
        currency=currency,
        fee=fee,
        fee_details=[detail] if fee else [],
        net=amount - fee,
        source=source,
        status="pending" if amount > 0 else "available",
        **facts,
    )
    return account.store.add(movement)
