"""Checkout Sessions: made by the seller's server, open for a while, then complete or expired."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sandbox.stripe import shapes
from sandbox.stripe.account import Account
from sandbox.stripe.currencies import KNOWN, chargeable
from sandbox.stripe.errors import invalid, not_played
from sandbox.stripe.events import emit
from sandbox.stripe.line_items import line_item
from sandbox.stripe.store import Obj

# No name and password in front, nothing a header could trip over.
HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)
# Kept and answered as they came. What is in no list here is refused, not ignored.
ANSWERED = (
    *("allowed_payment_method_types", "billing_address_collection", "cancel_url"),
    *("client_reference_id", "customer_email", "excluded_payment_method_types"),
    *("integration_identifier", "locale", "origin_context", "submit_type", "success_url"),
)
PLAYED = frozenset(
    {
        *ANSWERED,
        *("branding_settings", "custom_text", "customer", "customer_creation", "expand"),
        *("expires_at", "line_items", "metadata", "mode", "payment_intent_data"),
        *("saved_payment_method_options", "ui_mode"),
    }
)
PLAYED_OF_INTENT = frozenset(
    {"capture_method", "description", "metadata", "receipt_email", "statement_descriptor_suffix"}
)


def create(account: Account, params: Obj) -> Obj:
    """Open a session for one card payment on the hosted page."""
    _refuse_what_is_not_played(params)
    _check_addresses(params)
    check_metadata(params.get("metadata", {}), "metadata")
    created = account.stamp()
    items = [line_item(item, at) for at, item in enumerate(params.get("line_items", []))]
    total, currency = _total_of(items)
    session = shapes.checkout_session(
        created,
        amount_subtotal=total,
        amount_total=total,
        currency=currency,
        customer=_customer_of(account, params),
        expires_at=_expiry(params, created),
        metadata=params.get("metadata", {}),
        payment_method_types=params.get("allowed_payment_method_types", shapes.CARD_METHODS),
        **{name: params[name] for name in ANSWERED if name in params},
        **_looks(params),
        _line_items=items,
        _intent_data=params.get("payment_intent_data", {}),
        _attempts=0,
    )
    session["url"] = f"{account.origin}/c/pay/{session['id']}"
    return account.store.add(session)


def _refuse_what_is_not_played(params: Obj) -> None:
    for name in params:
        if name not in PLAYED:
            raise not_played(f"the parameter {name}", param=name)
    if params.get("mode", "payment") != "payment":
        raise not_played(f"mode={params['mode']}", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_played(f"ui_mode={params['ui_mode']}", param="ui_mode")
    intent_data = params.get("payment_intent_data", {})
    for name in intent_data:
        if name not in PLAYED_OF_INTENT:
            param = f"payment_intent_data[{name}]"
            raise not_played(f"the parameter {param}", param=param)
    if intent_data.get("capture_method") == "manual":
        raise not_played("manual capture", param="payment_intent_data[capture_method]")
    check_metadata(intent_data.get("metadata", {}), "payment_intent_data[metadata]")


def _check_addresses(params: Obj) -> None:
    if "success_url" not in params:
        raise invalid(
            "Missing required param: success_url.", param="success_url", code="parameter_missing"
        )
    for name in ("success_url", "cancel_url"):
        parts = urlsplit(params.get(name, "https://example.com"))
        if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.netloc):
            raise invalid("Not a valid URL", param=name, code="url_invalid")
    if len(params.get("client_reference_id", "")) > 200:
        raise invalid("Invalid string: must be at most 200 characters", param="client_reference_id")


def check_metadata(metadata: dict[str, str], param: str) -> None:
    """At most 50 keys of 40 characters with 500 characters each."""
    if len(metadata) > 50:
        raise invalid("Metadata can hold at most 50 keys.", param=param)
    for name, value in metadata.items():
        if len(name) > 40 or len(value) > 500:
            raise invalid(
                f"Metadata keys take 40 characters, values 500: {name[:40]}",
                param=f"{param}[{name}]",
            )


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
