"""Disputes: a payer's bank wants a payment back. A returned debit is one that is lost at once."""

from sandbox.stripe import movements, shapes
from sandbox.stripe.account import Account
from sandbox.stripe.errors import invalid
from sandbox.stripe.events import emit
from sandbox.stripe.store import Obj

FEE = 1_500  # a dispute; a returned debit costs less
RETURN_FEE = 400
NEEDS_ANSWER, LOST, WON = "needs_response", "lost", "won"


def open_one(account: Account, charge_id: str, *, reason: str = "fraudulent") -> Obj:
    """A cardholder contests a charge: Stripe takes the money at once and waits for evidence."""
    with account.store.transaction():
        return _open(account, charge_id, reason=reason, status=NEEDS_ANSWER, fee=FEE)


def give_back(account: Account, charge_id: str, *, reason: str = "insufficient_funds") -> Obj:
    """The bank returns a debit that was paid: final, nobody is asked."""
    with account.store.transaction():
        dispute = _open(account, charge_id, reason=reason, status=LOST, fee=RETURN_FEE)
        emit(account, "charge.dispute.closed", dispute)
        return dispute


def decide(account: Account, dispute_id: str, *, is_won: bool) -> Obj:
    """The card network decides: lost, the money stays away; won, it comes back."""
    with account.store.transaction():
        dispute = account.need(dispute_id, "dispute", what="dispute")
        if dispute["status"] != NEEDS_ANSWER:
            return dispute
        dispute["status"] = WON if is_won else LOST
        if is_won:
            _move(account, dispute, dispute["amount"], 0, "dispute_reversal")
        account.store.save(dispute)
        emit(account, "charge.dispute.closed", dispute)
        if is_won:
            emit(account, "charge.dispute.funds_reinstated", dispute)
        return dispute


def _open(account: Account, charge_id: str, *, reason: str, status: str, fee: int) -> Obj:
    charge = account.need(charge_id, "charge", what="charge")
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["status"] != "succeeded" or left <= 0 or has_standing(account, charge_id):
        raise invalid("This charge cannot be disputed.", param="charge")
    dispute = shapes.dispute(
        account.stamp(),
        amount=left,
        charge=charge_id,
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        reason=reason,
        status=status,
    )
    charge["disputed"] = True
    account.store.save(charge)
    _move(account, dispute, -left, fee, "dispute")
    account.store.add(dispute)
    emit(account, "charge.dispute.created", dispute)
    emit(account, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def has_standing(account: Account, charge_id: str) -> bool:
    """Whether a dispute of it is open or lost: that leaves nothing to be disputed or refunded."""
    of_it = [one for one in account.store.all("dispute") if one["charge"] == charge_id]
    return any(one["status"] != WON for one in of_it)


def _move(account: Account, dispute: Obj, amount: int, fee: int, category: str) -> None:
    movement = movements.book(
        account,
        amount=amount,
        fee=fee,
        currency=dispute["currency"],
        source=dispute["id"],
        type="adjustment",
        reporting_category=category,
    )
    dispute["balance_transactions"] = [*dispute["balance_transactions"], movement]
