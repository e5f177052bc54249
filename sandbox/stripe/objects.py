"""Looking at single objects, and the little Checkout wants of customers."""

from collections import Counter

from sandbox.stripe import shapes
from sandbox.stripe.account import Account
from sandbox.stripe.errors import not_played
from sandbox.stripe.store import Obj
from sandbox.stripe.wishes import check_metadata

OF_CUSTOMER = frozenset({"description", "email", "metadata", "name", "phone", "preferred_locales"})


def intent(account: Account, params: Obj, intent_id: str) -> Obj:
    """One payment intent; its client secret is for browsers and is not needed here."""
    return account.need(intent_id, "payment_intent", what="payment_intent", param="intent")


def charge(account: Account, params: Obj, charge_id: str) -> Obj:
    """One charge."""
    return account.need(charge_id, "charge", what="charge")


def refund(account: Account, params: Obj, refund_id: str) -> Obj:
    """One refund."""
    return account.need(refund_id, "refund", what="refund")


def dispute(account: Account, params: Obj, dispute_id: str) -> Obj:
    """One dispute, with its movements on the balance."""
    return account.need(dispute_id, "dispute", what="dispute")


def payout(account: Account, params: Obj, payout_id: str) -> Obj:
    """One payout."""
    return account.need(payout_id, "payout", what="payout")


def movement(account: Account, params: Obj, movement_id: str) -> Obj:
    """One balance transaction."""
    found = account.need(movement_id, "balance_transaction", what="balance transaction")
    return _aged(account, found)


def _aged(account: Account, found: Obj) -> Obj:
    arrived = found["available_on"] <= account.stamp()
    return found | {"status": "available" if arrived else "pending"}


def balance(account: Account, params: Obj) -> Obj:
    """What the account holds, by currency: still on its way, and there."""
    sums: dict[str, Counter[str]] = {"available": Counter(), "pending": Counter()}
    for found in account.store.all("balance_transaction"):
        sums[_aged(account, found)["status"]][found["currency"]] += found["net"]
    shares = {
        state: [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in sorted(by_currency.items())
        ]
        for state, by_currency in sums.items()
    }
    return {"object": "balance", "livemode": False, **shares}


def new_customer(account: Account, params: Obj) -> Obj:
    """A customer of the seller, as a session may name one."""
    for name in sorted(params.keys() - OF_CUSTOMER - {"expand"}):
        raise not_played(f"the parameter {name}", param=name)
    check_metadata(params.get("metadata", {}), "metadata")
    facts = {name: params[name] for name in OF_CUSTOMER if name in params}
    return account.store.add(shapes.customer(account.stamp(), **facts))


def customer(account: Account, params: Obj, customer_id: str) -> Obj:
    """One customer."""
    return account.need(customer_id, "customer", what="customer", param="customer")
