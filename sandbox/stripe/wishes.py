"""What may be asked of a session: which parameters are played, and what they may hold."""

import re
from urllib.parse import urlsplit

from sandbox.stripe.errors import invalid, not_played
from sandbox.stripe.store import Obj

# No name and password in front, nothing a header could trip over.
HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")
# Kept and answered as they came. What is in no list here is refused, not ignored.
ANSWERED = (
    *("allowed_payment_method_types", "billing_address_collection", "cancel_url"),
    *("client_reference_id", "customer_email", "excluded_payment_method_types"),
    *("integration_identifier", "locale", "origin_context", "submit_type", "success_url"),
)
PLAYED = frozenset(
    {
        *ANSWERED,
        *("branding_settings", "currency", "custom_text", "customer", "customer_creation"),
        *("expand", "expires_at", "line_items", "metadata", "mode", "payment_intent_data"),
        "setup_intent_data",
        *("saved_payment_method_options", "ui_mode"),
    }
)
PLAYED_OF_INTENT = frozenset(
    {"capture_method", "description", "metadata", "receipt_email", "statement_descriptor_suffix"}
)


def refuse_others(params: Obj) -> None:
    """Refuse what the sandbox does not play of a session, aloud."""
    for name in params:
        if name not in PLAYED:
            raise not_played(f"the parameter {name}", param=name)
    if params.get("mode", "payment") not in ("payment", "setup"):
        raise not_played(f"mode={params['mode']}", param="mode")
    if params.get("mode") != "setup" and "setup_intent_data" in params:
        raise invalid("`setup_intent_data` needs `setup` mode.", param="setup_intent_data")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_played(f"ui_mode={params['ui_mode']}", param="ui_mode")
    _refuse_other_data(params)


def _refuse_other_data(params: Obj) -> None:
    intent_data = params.get("payment_intent_data", {})
    for name in intent_data:
        if name not in PLAYED_OF_INTENT:
            param = f"payment_intent_data[{name}]"
            raise not_played(f"the parameter {param}", param=param)
    if intent_data.get("capture_method") == "manual":
        raise not_played("manual capture", param="payment_intent_data[capture_method]")
    check_metadata(intent_data.get("metadata", {}), "payment_intent_data[metadata]")


def check_addresses(params: Obj, names: tuple[str, ...]) -> None:
    """Addresses a browser can be sent to."""
    for name in names:
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
