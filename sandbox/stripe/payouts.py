"""Payouts: what is there on the balance goes to the seller's bank, with what it is made of."""

from sandbox.stripe import movements, shapes
from sandbox.stripe.account import Account
from sandbox.stripe.errors import invalid
from sandbox.stripe.events import emit
from sandbox.stripe.store import Obj

DAYS_TO_BANK = 2


def pay_out(account: Account, currency: str) -> Obj:
    """Send all that is available in a currency on its way to the bank."""
    with account.store.transaction():
        paid = [one for one in account.store.all("balance_transaction") if _is_in(account, one)]
        of_it = [one for one in paid if one["currency"] == currency]
        amount = sum(one["net"] for one in of_it)
        if amount <= 0:
            raise invalid(f"There is nothing to pay out in {currency}.", param="currency")
        payout = shapes.payout(
            account.stamp(),
            amount=amount,
            arrival_date=account.stamp() + DAYS_TO_BANK * 86_400,
            currency=currency,
            description="STRIPE PAYOUT",
        )
        for one in of_it:
            account.store.save(one | {"_payout": payout["id"]})
        payout["balance_transaction"] = _take_out(account, payout)["id"]
        emit(account, "payout.created", account.store.add(payout))
        return payout


def arrive(account: Account, payout_id: str) -> Obj:
    """It is at the bank."""
    with account.store.transaction():
        payout = account.need(payout_id, "payout", what="payout")
        if payout["status"] != "in_transit":
            return payout
        payout["status"] = "paid"
        emit(account, "payout.paid", account.store.save(payout))
        return payout


def _is_in(account: Account, movement: Obj) -> bool:
    return "_payout" not in movement and movement["available_on"] <= account.stamp()


def _take_out(account: Account, payout: Obj) -> Obj:
    return movements.book(
        account,
        amount=-payout["amount"],
        fee=0,
        currency=payout["currency"],
        source=payout["id"],
        type="payout",
        reporting_category="payout",
        _payout=payout["id"],
    )
