"""Refunds, as the seller makes them on Stripe's own pages: paid, still on their way, or failed."""

from sandbox.stripe import disputes, movements, shapes
from sandbox.stripe.account import Account
from sandbox.stripe.errors import invalid
from sandbox.stripe.events import emit
from sandbox.stripe.store import Obj


def create(account: Account, charge_id: str, amount: int | None, *, is_pending: bool) -> Obj:
    """Send so much of a charge back, or all that is left; a pending one is answered later."""
    with account.store.transaction():
        charge = account.need(charge_id, "charge", what="charge")
        left = charge["amount_captured"] - charge["amount_refunded"]
        wanted = left if amount is None else amount
        if charge["status"] != "succeeded" or disputes.has_standing(account, charge_id):
            raise invalid("This charge cannot be refunded.", param="charge")
        if not 0 < wanted <= left:
            raise invalid(f"Refund amount ({wanted}) is greater than what is left ({left}).")
        refund = shapes.refund(
            account.stamp(),
            amount=wanted,
            charge=charge_id,
            currency=charge["currency"],
            payment_intent=charge["payment_intent"],
            reason="requested_by_customer",
            status="pending" if is_pending else "succeeded",
        )
        kind = charge["payment_method_details"]["type"]
        refund["balance_transaction"] = movements.book(
            account,
            amount=-wanted,
            fee=0,
            currency=charge["currency"],
            source=refund["id"],
            type="refund" if kind == "card" else "payment_refund",
            reporting_category="refund",
        )["id"]
        _refunded(charge, wanted)
        emit(account, "refund.created", account.store.add(refund))
        emit(account, "charge.refunded", account.store.save(charge))
        return refund


def succeed(account: Account, refund_id: str) -> Obj:
    """The payer's bank has taken it."""
    with account.store.transaction():
        refund = account.need(refund_id, "refund", what="refund")
        if refund["status"] != "pending":
            return refund
        refund["status"] = "succeeded"
        emit(account, "refund.updated", account.store.save(refund))
        return refund


def fail(account: Account, refund_id: str) -> Obj:
    """The payer's bank would not take it, also after it was said to be paid: it is back."""
    with account.store.transaction():
        refund = account.need(refund_id, "refund", what="refund")
        if refund["status"] == "failed":
            return refund
        charge = account.need(refund["charge"], "charge", what="charge")
        back = movements.book(
            account,
            amount=refund["amount"],
            fee=0,
            currency=refund["currency"],
            source=refund["id"],
            type="refund_failure",
            reporting_category="refund_failure",
        )
        refund |= {
            "status": "failed",
            "failure_balance_transaction": back["id"],
            "failure_reason": "lost_or_stolen_card",
        }
        _refunded(charge, -refund["amount"])
        account.store.save(charge)
        emit(account, "refund.failed", account.store.save(refund))
        return refund


def _refunded(charge: Obj, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
