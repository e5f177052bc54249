"""Charges and what they leave on the balance: the only place money is (not) taken."""

from sandbox.stripe import banks, movements, shapes
from sandbox.stripe.account import Account
from sandbox.stripe.banks import ACH, SEPA
from sandbox.stripe.cards import Decline
from sandbox.stripe.events import emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.store import Obj

# Played figures, near Stripe's European list price: 1.5 % and 25 minor units a charge.
FEE_PER_MILLE, FEE_FIXED = 15, 25
SEPA_FEE, ACH_PER_MILLE, ACH_FEE_MAX = 35, 8, 500

AUTHORISED = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 12,
    "rule": None,
    "seller_message": "Payment complete.",
    "type": "authorized",
}


def fee_of(amount: int, kind: str = "card") -> int:
    """A card's 1.5 % rounded half up, and 25: 10,000 costs 175; never more than the charge itself.

    A SEPA debit costs 35, an ACH debit 0.8 % up to 500.
    """
    if kind == SEPA:
        return min(SEPA_FEE, amount)
    if kind == ACH:
        return min((amount * ACH_PER_MILLE + 500) // 1000, ACH_FEE_MAX)
    return min((amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED, amount)


def succeed(account: Account, intent: Obj, method: Obj, *, authenticated: bool) -> Obj:
    """Take the money of the intent, with the fee on the balance."""
    charge = _charge_of(account, intent, method, authenticated=authenticated)
    return settle(account, account.store.add(charge))


def pend(account: Account, intent: Obj, method: Obj, *, authenticated: bool) -> Obj:
    """A charge the bank has not answered yet."""
    charge = _charge_of(account, intent, method, authenticated=authenticated)
    account.store.add(charge | {"status": "pending"})
    emit(account, "charge.pending", charge | {"status": "pending"})
    return charge


def settle(account: Account, charge: Obj) -> Obj:
    """The bank said yes."""
    charge |= {
        "amount_captured": charge["amount"],
        "balance_transaction": _book(account, charge)["id"],
        "captured": True,
        "outcome": AUTHORISED,
        "paid": True,
        "status": "succeeded",
    }
    emit(account, "charge.succeeded", account.store.save(charge))
    return charge


def fail(account: Account, intent: Obj, method: Obj, decline: Decline) -> Obj:
    """An attempt the bank refused: a charge that took nothing."""
    charge = _charge_of(account, intent, method, authenticated=False)
    return refuse(account, account.store.add(charge), decline)


def refuse(account: Account, charge: Obj, decline: Decline) -> Obj:
    """The bank said no."""
    charge |= {
        "failure_code": decline.code,
        "failure_message": decline.message,
        "outcome": AUTHORISED
        | {
            "network_status": "declined_by_network",
            "reason": decline.decline_code,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        },
        "status": "failed",
    }
    emit(account, "charge.failed", account.store.save(charge))
    return charge


def _charge_of(account: Account, intent: Obj, method: Obj, *, authenticated: bool) -> Obj:
    kind = method["type"]
    identity = {} if kind == "card" else {"id": new_id("debit")}
    return shapes.charge(
        account.stamp(),
        amount=intent["amount"],
        billing_details=method["billing_details"],
        calculated_statement_descriptor=account.seller.upper()[:22],
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        metadata=intent["metadata"],
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={
            "type": kind,
            kind: _card_of(method, intent, authenticated=authenticated)
            if kind == "card"
            else banks.of_a_charge(method),
        },
        receipt_email=intent["receipt_email"],
        status="pending",
        **identity,
    )


def _card_of(method: Obj, intent: Obj, *, authenticated: bool) -> Obj:
    card = dict(method["card"])
    card["three_d_secure"] = (
        {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"}
        if authenticated
        else None
    )
    return card | {"amount_authorized": intent["amount"]}


def _book(account: Account, charge: Obj) -> Obj:
    kind = charge["payment_method_details"]["type"]
    return movements.book(
        account,
        amount=charge["amount"],
        fee=fee_of(charge["amount"], kind),
        currency=charge["currency"],
        source=charge["id"],
        type="charge" if kind == "card" else "payment",
        reporting_category="charge",
        description=charge["description"],
    )
