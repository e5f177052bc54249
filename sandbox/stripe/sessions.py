"""Checkout Sessions: made by the seller's server, open for a while, then complete or expired."""

from datetime import timedelta
from typing import Any

from sandbox.stripe import shapes
from sandbox.stripe.account import Account
from sandbox.stripe.currencies import KNOWN, chargeable
from sandbox.stripe.errors import invalid, not_played
from sandbox.stripe.events import emit
from sandbox.stripe.line_items import line_item
from sandbox.stripe.store import Obj
from sandbox.stripe.wishes import ANSWERED, check_addresses, check_metadata, refuse_others

SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)


def create(account: Account, params: Obj) -> Obj:
    """Open a session for one payment on the hosted page, or for saving a method there."""
    refuse_others(params)
    if "success_url" not in params:
        raise invalid(
            "Missing required param: success_url.", param="success_url", code="parameter_missing"
        )
    check_addresses(params, ("success_url", "cancel_url"))
    check_metadata(params.get("metadata", {}), "metadata")
    if params.get("mode") == "setup":
        return _opened(account, params, **_setup_of(account, params))
    return _opened(account, params, **_sum_of(params))


def _opened(account: Account, params: Obj, **facts: Any) -> Obj:
    created = account.stamp()
    session = shapes.checkout_session(
        created,
        customer=_customer_of(account, params),
        expires_at=_expiry(params, created),
        metadata=params.get("metadata", {}),
        payment_method_types=params.get("allowed_payment_method_types", shapes.CARD_METHODS),
        **{name: params[name] for name in ANSWERED if name in params},
        **_looks(params),
        _attempts=0,
        **facts,
    )
    session["url"] = f"{account.origin}/c/pay/{session['id']}"
    return account.store.add(session)


def _sum_of(params: Obj) -> Obj:
    items = [line_item(item, at) for at, item in enumerate(params.get("line_items", []))]
    total, currency = _total_of(items)
    return {
        "amount_subtotal": total,
        "amount_total": total,
        "currency": currency,
        "_line_items": items,
        "_intent_data": params.get("payment_intent_data", {}),
    }


def _setup_of(account: Account, params: Obj) -> Obj:
    """What is different where nothing is paid; Stripe makes the setup intent with the session."""
    for name in ("line_items", "payment_intent_data"):
        if name in params:
            raise invalid(f"You can not pass `{name}` in `setup` mode.", param=name)
    if params.get("currency", "").lower() not in KNOWN:
        raise invalid("`currency` is required in `setup` mode.", param="currency")
    data = params.get("setup_intent_data", {})
    for name in sorted(data.keys() - {"description", "metadata"}):
        raise not_played(f"the parameter setup_intent_data[{name}]", param=name)
    check_metadata(data.get("metadata", {}), "setup_intent_data[metadata]")
    intent = shapes.setup_intent(
        account.stamp(),
        customer=_customer_of(account, params),
        payment_method_types=params.get("allowed_payment_method_types", shapes.CARD_METHODS),
        **data,
    )
    emit(account, "setup_intent.created", account.store.add(intent))
    return {
        "currency": params["currency"].lower(),
        "mode": "setup",
        "payment_status": "no_payment_required",
        "setup_intent": intent["id"],
        "_line_items": [],
        "_intent_data": {},
    }


def _total_of(items: list[Obj]) -> tuple[int, str]:
    if not items:
        raise invalid(
            "You must specify at least one line item.", param="line_items", code="parameter_missing"
        )
    if len(items) > 100:
        raise invalid("A session takes at most 100 line items.", param="line_items")
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise invalid("All line items must have the same currency.", param="line_items")
    currency = currencies.pop()
    if currency not in KNOWN:
        raise invalid(f"Invalid currency: {currency}.", param="line_items[0][price_data][currency]")
    total = sum(item["amount_total"] for item in items)
    chargeable(total, currency)
    return total, currency


def _customer_of(account: Account, params: Obj) -> str | None:
    if "customer" not in params:
        return None
    if "customer_email" in params:
        raise invalid("You may only specify one of customer and customer_email.", param="customer")
    found = account.need(params["customer"], "customer", what="customer", param="customer")
    return str(found["id"])


def _expiry(params: Obj, created: int) -> int:
    latest = created + int(LONGEST.total_seconds())
    wanted = int(params.get("expires_at", latest))
    if not created + SHORTEST.total_seconds() <= wanted <= latest:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout "
            "Session creation.",
            param="expires_at",
        )
    return wanted


def _looks(params: Obj) -> dict[str, Any]:
    """Parameters that come back with all their siblings."""
    looks: dict[str, Any] = {}
    if "branding_settings" in params:
        looks["branding_settings"] = {
            "background_color": "#ffffff", "border_style": "rounded", "button_color": "#0b5fae",
            "display_name": "", "font_family": "default", "icon": None, "logo": None,
        } | params["branding_settings"]  # fmt: skip
    if "saved_payment_method_options" in params:
        looks["saved_payment_method_options"] = {
            "allow_redisplay_filters": ["always"],
            "payment_method_remove": None,
            "payment_method_save": None,
        } | params["saved_payment_method_options"]
    if "custom_text" in params:
        names = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        looks["custom_text"] = dict.fromkeys(names) | params["custom_text"]
    if "customer_creation" in params:
        looks["customer_creation"] = params["customer_creation"]
    return looks


def retrieve(account: Account, params: Obj, session_id: str) -> Obj:
    """One session; one whose time is over has expired, whether or not somebody looked before."""
    return find(account, session_id)


def find(account: Account, session_id: str) -> Obj:
    """The session as it stands at this second."""
    session = account.need(session_id, "checkout.session", what="checkout.session", param="session")
    if session["status"] == "open" and session["expires_at"] <= account.stamp():
        return close_unpaid(account, session)
    return session


def expire(account: Account, params: Obj, session_id: str) -> Obj:
    """Close an open session on the seller's wish."""
    session = find(account, session_id)
    if session["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`."
        )
    return close_unpaid(account, session)


def close_unpaid(account: Account, session: Obj) -> Obj:
    """The session's page takes no more cards, and its intent, if any, no more attempts."""
    session |= {"status": "expired", "url": None}
    account.store.save(session)
    if session["payment_intent"]:
        intent = account.need(session["payment_intent"], "payment_intent", what="payment_intent")
        intent |= {
            "status": "canceled",
            "canceled_at": account.stamp(),
            "cancellation_reason": "expired",
            "next_action": None,
        }
        emit(account, "payment_intent.canceled", account.store.save(intent))
    if session["setup_intent"]:
        intent = account.need(session["setup_intent"], "setup_intent", what="setupintent")
        intent |= {"status": "canceled", "next_action": None}
        emit(account, "setup_intent.canceled", account.store.save(intent))
    emit(account, "checkout.session.expired", session)
    return session


def expire_overdue(account: Account) -> int:
    """Close every open session whose time is over; how many there were."""
    overdue = account.store.rows(
        "SELECT id FROM object WHERE kind = 'checkout.session' "
        "AND json_extract(body, '$.status') = 'open' AND json_extract(body, '$.expires_at') <= ?",
        account.stamp(),
    )
    for row in overdue:
        with account.store.transaction():
            find(account, row["id"])
    return len(overdue)


def line_items(account: Account, params: Obj, session_id: str) -> Obj:
    """What is paid for."""
    session = find(account, session_id)
    return {
        "object": "list",
        "data": session["_line_items"],
        "has_more": False,
        "url": f"/v1/checkout/sessions/{session_id}/line_items",
    }
