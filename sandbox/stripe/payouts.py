"""Payouts: what is there on the balance goes to the seller's bank, with what it is made of."""

from sandbox.stripe import movements, shapes
from sandbox.stripe.account import Account
from sandbox.stripe.errors import invalid
from sandbox.stripe.events import emit
from sandbox.stripe.store import Obj, load

DAYS_TO_BANK = 2


def pay_out(account: Account, currency: str) -> Obj:
    """Send all that is available in a currency on its way to the bank."""
    with account.store.transaction():
        of_it = _not_paid_out(account, currency)
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


def _not_paid_out(account: Account, currency: str) -> list[Obj]:
    """What is available of a currency, oldest first."""
    rows = account.store.rows(
        "SELECT body FROM object WHERE kind = 'balance_transaction'"
        " AND json_extract(body, '$._payout') IS NULL AND json_extract(body, '$.currency') = ?"
        " AND json_extract(body, '$.available_on') <= ? ORDER BY seq",
        *(currency, account.stamp()),
    )
    return [load(row) for row in rows]


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
