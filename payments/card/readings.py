"""What the provider's objects say, in our words; whatever is not as we asked for it is a doubt."""

import datetime as dt
import json
import re
import uuid
from typing import TYPE_CHECKING, Any, Final

from foundation.currency import currency as _currency
from foundation.money import Money
from payments.card.errors import EventRefused, GatewayUnreachable
from payments.card.facts import (
    ChargeFact,
    CheckoutFact,
    DisputeFact,
    EventFact,
    MethodFact,
    MovementFact,
    RefundFact,
    SetupFact,
)

if TYPE_CHECKING:
    import stripe
    from stripe.checkout import Session

DEBITS: Final = ("us_bank_account", "sepa_debit")
REFUND_STATES: Final = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
# An inquiry that closes takes nothing; an appeal is of a dispute that was lost.
DISPUTE_STATES: Final = {
    **dict.fromkeys(("won", "warning_closed", "prevented"), "won"),
    **dict.fromkeys(("lost", "appeal_needs_response", "appeal_under_review"), "lost"),
}
PAYER_MAY_ANSWER: Final = {"authentication_required", "payment_intent_authentication_failure"}
_NAME: Final = re.compile(r"[\w.:-]{1,120}", re.ASCII)


def checkout_fact(session: "Session") -> CheckoutFact:
    """A payment page with its intent and latest try expanded. Raises GatewayUnreachable."""
    intent = session.payment_intent
    if isinstance(intent, str):
        raise GatewayUnreachable("the payment intent was not expanded")
    charge = intent.latest_charge if intent else None
    if isinstance(charge, str):
        raise GatewayUnreachable("the latest charge was not expanded")
    ids = session.metadata.to_dict() if session.metadata else {}
    return CheckoutFact(
        session_ref=session.id,
        payment_id=uuid_of(ids.get("payment")),
        ledger_id=uuid_of(ids.get("ledger")),
        status=session.status or "open",
        page_url=session.url,
        asked=_money(session.amount_total or 0, session.currency or ""),
        is_processing=bool(intent and intent.status == "processing"),
        intent_ref=intent.id if intent else None,
        # One the bank has not answered yet is no try so far, neither paid nor declined.
        charge=charge_fact(charge) if charge and charge.status != "pending" else None,
        method=_method(charge) if charge else None,
    )


def intent_fact(intent: "stripe.PaymentIntent") -> CheckoutFact:
    """The charge of a saved method, its latest try expanded. Raises GatewayUnreachable."""
    charge = intent.latest_charge
    if isinstance(charge, str):
        raise GatewayUnreachable("the latest charge was not expanded")
    ids = intent.metadata.to_dict() if intent.metadata else {}
    page = intent.next_action.redirect_to_url if intent.next_action else None
    return CheckoutFact(
        session_ref=intent.id,
        payment_id=uuid_of(ids.get("payment")),
        ledger_id=uuid_of(ids.get("ledger")),
        status=_intent_status(intent),
        page_url=page.url if page and intent.status == "requires_action" else None,
        asked=_money(intent.amount, intent.currency),
        is_processing=intent.status == "processing",
        intent_ref=intent.id,
        charge=charge_fact(charge) if charge and charge.status != "pending" else None,
        method=_method(charge) if charge else None,
    )


def _intent_status(intent: "stripe.PaymentIntent") -> str:
    """A bank that wants to hear from the payer leaves it open; any other no is final for us."""
    if intent.status in ("succeeded", "processing"):
        return "complete"
    if intent.status == "canceled":
        return "expired"
    error = intent.last_payment_error
    if error is None or intent.status == "requires_action":
        return "open"
    told = error.to_dict()  # what the bank did not say is not there at all
    wants_payer = PAYER_MAY_ANSWER & {told.get("code"), told.get("decline_code")}
    return "open" if wants_payer else "declined"


def setup_fact(session: "Session") -> SetupFact:
    """A page for saving, with its method expanded. Raises GatewayUnreachable."""
    intent = session.setup_intent
    if intent is None or isinstance(intent, str):
        raise GatewayUnreachable("the setup intent was not expanded")
    ids = session.metadata.to_dict() if session.metadata else {}
    method = intent.payment_method if intent.status == "succeeded" else None
    if isinstance(method, str):
        raise GatewayUnreachable("the payment method was not expanded")
    return SetupFact(
        session_ref=session.id,
        setup_id=uuid_of(ids.get("setup")),
        status=session.status or "open",
        page_url=session.url,
        customer_ref=_ref(session.customer),
        method=_method_fact(method) if method else None,
    )


def _method_fact(method: "stripe.PaymentMethod") -> MethodFact | None:
    """What was saved; None where the provider has let go of it since."""
    if method.customer is None:
        return None
    brand, last_four = _shown(method.to_dict().get(method.type) or {})
    card = method.card if method.type == "card" else None
    return MethodFact(
        method_ref=method.id,
        kind=method.type,
        brand=brand,
        last_four=last_four,
        expiry=(card.exp_month, card.exp_year) if card else None,
    )


def charge_fact(charge: "stripe.Charge") -> ChargeFact:
    """One try to take the money."""
    brand, last_four = _means(charge)
    return ChargeFact(
        charge_ref=charge.id,
        is_paid=charge.paid and charge.status == "succeeded",
        received=_money(charge.amount_captured if charge.paid else 0, charge.currency),
        decline_code=_decline_code(charge),
        brand=brand,
        last_four=last_four,
        at=_moment(charge.created),
        method=_method(charge),
    )


def _method(charge: "stripe.Charge") -> str:
    details = charge.payment_method_details
    return "bank_debit" if details and details.type in DEBITS else "card"


def _means(charge: "stripe.Charge") -> tuple[str | None, str | None]:
    """Which card or account, as far as one may say: its brand or bank, its last four digits."""
    details = charge.payment_method_details
    if details is None:
        return None, None
    return _shown(details.to_dict().get(details.type) or {})  # the others are not there at all


def _shown(means: dict[str, Any]) -> tuple[str | None, str | None]:
    brand = means.get("brand") or means.get("bank_name") or means.get("country")
    return (str(brand)[:32] if brand else None), means.get("last4")


def refund_fact(refund: "stripe.Refund") -> RefundFact:
    """One refund as it is now."""
    return RefundFact(
        ref=refund.id,
        amount=_money(refund.amount, refund.currency),
        state=REFUND_STATES.get(refund.status or "", "pending"),
        paid_ref=_ref(refund.balance_transaction),
        back_ref=_ref(refund.failure_balance_transaction),
        at=_moment(refund.created),
    )


def dispute_fact(dispute: "stripe.Dispute") -> DisputeFact:
    """One dispute as it is now, with what it did to the balance."""
    return DisputeFact(
        ref=dispute.id,
        amount=_money(dispute.amount, dispute.currency),
        state=DISPUTE_STATES.get(dispute.status, "open"),
        reason=dispute.reason[:64],
        movements=tuple(
            (one.id, _money(one.amount, one.currency)) for one in dispute.balance_transactions
        ),
        at=_moment(dispute.created),
    )


def movement_fact(movement: "stripe.BalanceTransaction") -> MovementFact:
    """One movement on our balance, its source expanded."""
    source: Any = movement.source
    is_charge = getattr(source, "object", None) == "charge"
    charge = source.id if is_charge else getattr(source, "charge", None)
    return MovementFact(
        ref=movement.id,
        kind=movement.type,
        amount=_money(movement.amount, movement.currency),
        fee=_money(movement.fee, movement.currency),
        charge_ref=_ref(charge),
        at=_moment(movement.created),
    )


def payment_named(charge: "stripe.Charge") -> uuid.UUID | None:
    """The payment of ours that a charge names."""
    return uuid_of(charge.metadata.to_dict().get("payment")) if charge.metadata else None


def _ref(named: object) -> str | None:
    """The id of what is named or given whole."""
    return named if isinstance(named, str) else getattr(named, "id", None)


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)


def _decline_code(charge: "stripe.Charge") -> str | None:
    """The bank's reason where it gave one, else the provider's."""
    if charge.paid:
        return None
    reason = charge.outcome.reason if charge.outcome else None
    return reason or charge.failure_code or "card_declined"


def event_fact(body: bytes, *, is_live: bool) -> EventFact:
    """A message whose signature was checked. Raises EventRefused for nonsense."""
    try:
        payload: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise EventRefused("no JSON") from error
    if not isinstance(payload, dict):
        raise EventRefused("no event")
    data = payload.get("data")
    about = data.get("object") if isinstance(data, dict) else None
    if not (isinstance(about, dict) and _is_name(payload.get("id"), payload.get("type"))):
        raise EventRefused("no event")
    if not _is_name(about.get("id") or "none"):
        raise EventRefused("about nothing that has a name")
    metadata = about.get("metadata")
    charge_ref = about.get("id") if about.get("object") == "charge" else about.get("charge")
    if payload.get("livemode") is not is_live:
        raise EventRefused("a test event where money is real, or a real one where none is")
    ids = metadata if isinstance(metadata, dict) else {}
    return EventFact(
        event_id=payload["id"],
        type=payload["type"],
        object_ref=about.get("id"),
        payment_id=uuid_of(ids.get("payment")),
        setup_id=uuid_of(ids.get("setup")),
        payload=payload,
        charge_ref=charge_ref if _is_name(charge_ref) else None,
    )


def _money(provider_minor: int, code: str) -> Money:
    code = code.upper()
    return Money(_currency(code).minor_units(provider_minor), code)


def _is_name(*texts: object) -> bool:
    """Whether each is a text such as the provider's names are, and as our columns hold."""
    return all(isinstance(text, str) and _NAME.fullmatch(text) for text in texts)


def uuid_of(text: object) -> uuid.UUID | None:
    """The id in a text, if it is one."""
    try:
        return uuid.UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
