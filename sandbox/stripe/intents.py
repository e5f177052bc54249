"""Payment intents the seller's server makes itself, to charge a saved method with nobody present.

What an intent becomes is told here for the hosted page, too.
"""

from sandbox.stripe import banks, charges, methods, shapes
from sandbox.stripe.account import Account, public
from sandbox.stripe.banks import DEBIT_SECONDS, RETURN_SECONDS
from sandbox.stripe.cards import AUTHENTICATION_REQUIRED, NOT_AUTHENTICATED, Decline
from sandbox.stripe.currencies import KNOWN, chargeable
from sandbox.stripe.errors import CardRefusal, invalid, not_played
from sandbox.stripe.events import emit
from sandbox.stripe.faults import Faults
from sandbox.stripe.store import Obj
from sandbox.stripe.wishes import check_addresses, check_metadata

OF_CREATE = frozenset(
    {
        *("allowed_payment_method_types", "amount", "confirm", "currency", "customer"),
        *("description", "expand", "metadata", "off_session", "payment_method", "receipt_email"),
        *("return_url", "statement_descriptor_suffix"),
    }
)
OF_CONFIRM = frozenset({"expand", "off_session", "payment_method", "return_url"})
KEPT = ("description", "receipt_email", "statement_descriptor_suffix")
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(account: Account, params: Obj) -> Obj:
    """An intent, and with `confirm` the attempt to charge its method at once."""
    _refuse_others(params, OF_CREATE)
    check_metadata(params.get("metadata", {}), "metadata")
    currency = params["currency"].lower()
    if currency not in KNOWN:
        raise invalid(f"Invalid currency: {currency}.", param="currency")
    chargeable(params["amount"], currency)
    if "off_session" in params and not params.get("confirm"):
        raise invalid("You cannot set `off_session` without `confirm`.", param="off_session")
    if params.get("customer"):
        account.need(params["customer"], "customer", what="customer", param="customer")
    intent = shapes.payment_intent(
        account.stamp(),
        amount=params["amount"],
        currency=currency,
        customer=params.get("customer"),
        metadata=params.get("metadata", {}),
        payment_method=params.get("payment_method"),
        payment_method_types=params.get("allowed_payment_method_types", shapes.CARD_METHODS),
        status="requires_confirmation" if "payment_method" in params else OPEN[0],
        **{name: params[name] for name in KEPT if name in params},
    )
    method = _method_of(account, intent)
    emit(account, "payment_intent.created", account.store.add(intent))
    if params.get("confirm"):
        _confirm(account, intent, method, params)
    return intent


def confirm(account: Account, params: Obj, intent_id: str) -> Obj:
    """Try to charge an intent's method, with the payer there to answer their bank."""
    _refuse_others(params, OF_CONFIRM)
    intent = find(account, intent_id)
    if intent["status"] not in OPEN:
        raise _too_late(intent, "confirm")
    intent["payment_method"] = params.get("payment_method", intent["payment_method"])
    _confirm(account, intent, _method_of(account, intent), params)
    return intent


def cancel(account: Account, params: Obj, intent_id: str) -> Obj:
    """Take no money by this intent, ever."""
    intent = find(account, intent_id)
    if intent["status"] not in OPEN:
        raise _too_late(intent, "cancel")
    intent |= {
        "canceled_at": account.stamp(),
        "cancellation_reason": params.get("cancellation_reason"),
        "next_action": None,
        "status": "canceled",
    }
    emit(account, "payment_intent.canceled", account.store.save(intent))
    return intent


def find(account: Account, intent_id: str) -> Obj:
    """The intent, or Stripe's 404."""
    return account.need(intent_id, "payment_intent", what="payment_intent", param="intent")


def authenticate(account: Account, intent_id: str, *, passed: bool) -> Obj:
    """Answer the bank's question about an intent that was confirmed with the payer there."""
    with account.store.transaction():
        intent = find(account, intent_id)
        if intent["status"] != "requires_action":
            return intent
        method = _method_of(account, intent)
        if passed:
            _take(account, intent, method, authenticated=True)
        else:
            refuse(account, intent, method, NOT_AUTHENTICATED, None)
        return intent


def answer(account: Account, intent_id: str) -> None:
    """Let the bank of a processing intent answer as its test account says."""
    with account.store.transaction():
        intent = find(account, intent_id)
        if intent["status"] != "processing":
            return
        method = methods.find(account, intent["payment_method"])  # it may be detached by now
        charge = account.need(intent["latest_charge"], "charge", what="charge")
        bank = banks.BY_SCENARIO.get(method.get("_bank", ""))
        if bank and bank.decline:
            charges.refuse(account, charge, bank.decline)
            refuse(account, intent, method, bank.decline, charge)
            return
        succeed(account, intent, charges.settle(account, charge))
        if bank and bank.returns:
            facts = {"charge_id": charge["id"], "reason": bank.returns}
            _faults(account).plan("return", RETURN_SECONDS, **facts)


def succeed(account: Account, intent: Obj, charge: Obj) -> None:
    """The money is taken."""
    intent |= {
        "amount_received": charge["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "status": "succeeded",
    }
    emit(account, "payment_intent.succeeded", account.store.save(intent))


def refuse(account: Account, intent: Obj, method: Obj, decline: Decline, charge: Obj | None) -> Obj:
    """Nothing was taken; the intent waits for another method. A failed 3-D Secure has no charge."""
    error = {
        "code": decline.code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": public(method),
        "type": "card_error",
    }
    if charge is not None:
        error |= {"charge": charge["id"], "decline_code": decline.decline_code}
        intent["latest_charge"] = charge["id"]
    intent |= {
        "last_payment_error": error,
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
        "_last_method": method["id"],
    }
    emit(account, "payment_intent.payment_failed", account.store.save(intent))
    return error


def ask(account: Account, intent: Obj, method: Obj, *, page: str, return_url: str) -> None:
    """The bank wants to hear from the payer, on that page."""
    intent |= {
        "last_payment_error": None,
        "next_action": {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": return_url, "url": page},
        },
        "payment_method": method["id"],
        "status": "requires_action",
    }
    emit(account, "payment_intent.requires_action", account.store.save(intent))


def process(account: Account, intent: Obj, method: Obj, *, authenticated: bool) -> None:
    """The bank has not answered yet."""
    charge = charges.pend(account, intent, method, authenticated=authenticated)
    intent |= {"latest_charge": charge["id"], "next_action": None, "status": "processing"}
    emit(account, "payment_intent.processing", account.store.save(intent))


def _confirm(account: Account, intent: Obj, method: Obj, params: Obj) -> None:
    intent |= {"last_payment_error": None, "payment_method": method["id"]}
    if method["type"] != "card":
        process(account, intent, method, authenticated=False)
        _faults(account).plan("settlement", DEBIT_SECONDS, intent_id=intent["id"])
        return
    card, is_alone = methods.card_of(method), bool(params.get("off_session"))
    decline = AUTHENTICATION_REQUIRED if card.always_asks and is_alone else card.decline
    if decline:
        charge = charges.fail(account, intent, method, decline)
        error = refuse(account, intent, method, decline, charge)
        raise CardRefusal(error | {"payment_intent": public(intent)})
    if card.always_asks:
        if "return_url" not in params:
            raise not_played("a confirmation by script: name a return_url", param="return_url")
        check_addresses(params, ("return_url",))
        page = f"{account.origin}/c/confirm/{intent['id']}"
        intent["_return_url"] = params["return_url"]
        ask(account, intent, method, page=page, return_url=params["return_url"])
        return
    _take(account, intent, method, authenticated=False)


def _take(account: Account, intent: Obj, method: Obj, *, authenticated: bool) -> None:
    faults = _faults(account)
    if late := faults.take_late_success():
        process(account, intent, method, authenticated=authenticated)
        faults.plan("settlement", late.facts.get("seconds"), intent_id=intent["id"])
        return
    succeed(account, intent, charges.succeed(account, intent, method, authenticated=authenticated))


def _method_of(account: Account, intent: Obj) -> Obj:
    """The method the intent charges, if it may."""
    named = intent["payment_method"]
    if named is None:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            param="payment_method",
            code="payment_intent_unexpected_state",
        )
    method = methods.find(account, named)
    methods.check_owner(method, intent["customer"])
    if method["type"] not in intent["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod type {method['type']} is not among those allowed here.",
            param="payment_method",
        )
    if banks.CURRENCY_OF.get(method["type"], intent["currency"]) != intent["currency"]:
        raise invalid(
            f"The currency {intent['currency']} is not supported by {method['type']}.",
            param="currency",
        )
    return method


def _refuse_others(params: Obj, played: frozenset[str]) -> None:
    for name in sorted(params.keys() - played):
        raise not_played(f"the parameter {name}", param=name)


def _too_late(intent: Obj, verb: str) -> Exception:
    return invalid(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
    )


def _faults(account: Account) -> Faults:
    return Faults(account.store, lambda: account.now().timestamp())
