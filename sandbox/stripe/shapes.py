"""New objects, with every field Stripe answers: nulls from the package's types, ours on top."""

from functools import cache
from typing import Any

import stripe

from sandbox.stripe import banks
from sandbox.stripe.answers import blank
from sandbox.stripe.banks import TestBank
from sandbox.stripe.cards import TestCard
from sandbox.stripe.ids import new_id
from sandbox.stripe.store import Obj

CARD_METHODS = ["card"]
# Only there when asked for by `expand`, or not at all for card payments.
LEFT_OUT = {
    "checkout.session": frozenset({"line_items"}),
    "charge": frozenset({"refunds", "level3", "source_transfer", "transfer"}),
}


@cache
def _ground(shape: type, kind: str) -> Obj:
    left_out = LEFT_OUT.get(kind, frozenset())
    return {name: None for name in blank(shape) if name not in left_out}


def _new(shape: type, kind: str, created: int, facts: Obj) -> Obj:
    common: dict[str, Any] = {
        "id": new_id(kind),
        "object": kind,
        "created": created,
        "livemode": False,
        "metadata": {},
    }
    return _ground(shape, kind) | common | facts


def checkout_session(created: int, **facts: Any) -> Obj:
    """An open session for one card payment."""
    ground = {
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": {
            name: None
            for name in (
                "after_submit",
                "shipping_address",
                "submit",
                "terms_of_service_acceptance",
            )
        },
        "customer_creation": "if_required",
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_types": CARD_METHODS,
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }
    return _new(stripe.checkout.Session, "checkout.session", created, ground | facts)


def payment_intent(created: int, **facts: Any) -> Obj:
    """An intent that waits for a card."""
    ground = {
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": CARD_METHODS,
        "status": "requires_payment_method",
    }
    intent = _new(stripe.PaymentIntent, "payment_intent", created, ground | facts)
    intent["client_secret"] = f"{intent['id']}_secret_{new_id('request').removeprefix('req_')}"
    return intent


def setup_intent(created: int, **facts: Any) -> Obj:
    """An intent that waits for a method to keep."""
    ground = {
        "payment_method_types": CARD_METHODS,
        "status": "requires_payment_method",
        "usage": "off_session",
    }
    intent = _new(stripe.SetupIntent, "setup_intent", created, ground | facts)
    intent["client_secret"] = f"{intent['id']}_secret_{new_id('request').removeprefix('req_')}"
    return intent


def payment_method(created: int, card: TestCard, expiry: tuple[int, int], email: str | None) -> Obj:
    """The card as Stripe shows it: never its number, only the last four digits."""
    facts = {
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(email),
        "card": card_details(card, expiry) | {"networks": None, "three_d_secure_usage": None},
        "type": "card",
        "_card": card.scenario,
    }
    return _method(created, facts)


def debit_method(created: int, bank: TestBank, email: str | None) -> Obj:
    """A bank account as Stripe shows it."""
    return _method(
        created,
        {
            "allow_redisplay": "unspecified",
            "billing_details": billing_details(email),
            bank.kind: banks.details(bank) | banks.of_a_method(bank),
            "type": bank.kind,
            "_bank": bank.scenario,
        },
    )


def _method(created: int, facts: Obj) -> Obj:
    kept = ("id", "object", "created", "livemode", "metadata", "customer", "customer_account")
    facts = facts | {"_is_detached": False}
    method = _new(stripe.PaymentMethod, "payment_method", created, facts)
    return {name: method[name] for name in (*kept, *facts)}


def card_details(card: TestCard, expiry: tuple[int, int]) -> Obj:
    """What may be known of a card."""
    month, year = expiry
    return {
        "brand": "visa",
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "fail" if card.scenario == "incorrect_cvc" else "pass",
        },
        "country": "US",
        "exp_month": month,
        "exp_year": year,
        "funding": "credit",
        "last4": card.last4,
    }


def billing_details(email: str | None) -> Obj:
    """The payer as typed; the played page asks for nothing but the card."""
    return {"address": None, "email": email, "name": None, "phone": None, "tax_id": None}


def charge(created: int, **facts: Any) -> Obj:
    """One attempt to take money."""
    ground = {
        "amount_captured": 0,
        "amount_refunded": 0,
        "captured": False,
        "disputed": False,
        "fraud_details": {},
        "paid": False,
        "refunded": False,
    }
    return _new(stripe.Charge, "charge", created, ground | facts)


def balance_transaction(created: int, **facts: Any) -> Obj:
    """A movement on the account's balance at Stripe."""
    ground = {"balance_type": "payments", "reporting_category": "charge", "type": "charge"}
    movement = _new(stripe.BalanceTransaction, "balance_transaction", created, ground | facts)
    return {name: movement[name] for name in movement if name not in ("livemode", "metadata")}


def refund(created: int, **facts: Any) -> Obj:
    """Money on its way back to a payer."""
    made = _new(stripe.Refund, "refund", created, facts)
    return {name: made[name] for name in made if name != "livemode"}


def dispute(created: int, **facts: Any) -> Obj:
    """A payer's bank that wants a payment back, or has taken it back."""
    details: Obj = {
        "due_by": None,
        "enhanced_eligibility": {},
        "has_evidence": False,
        "past_due": False,
        "submission_count": 0,
        "submission_method": "not_submitted",
    }
    ground = {
        "balance_transactions": [],
        "enhanced_eligibility_types": [],
        "evidence": blank(stripe.Dispute.Evidence) | {"enhanced_evidence": {}},
        "evidence_details": details,
        "is_charge_refundable": False,
    }
    return _new(stripe.Dispute, "dispute", created, ground | facts)


def payout(created: int, **facts: Any) -> Obj:
    """What is paid out to the seller's own bank."""
    ground = {
        "automatic": True,
        "method": "standard",
        "reconciliation_status": "completed",
        "source_type": "card",
        "status": "in_transit",
        "type": "bank_account",
    }
    return _new(stripe.Payout, "payout", created, ground | facts)


def webhook_endpoint(created: int, **facts: Any) -> Obj:
    """A place events are sent to; its secret is shown once."""
    endpoint = _new(
        stripe.WebhookEndpoint, "webhook_endpoint", created, {"status": "enabled"} | facts
    )
    return {name: endpoint[name] for name in endpoint if name not in ("deleted", "secret")}


def customer(created: int, **facts: Any) -> Obj:
    """Whoever pays, as far as Checkout wants one."""
    ground = {"balance": 0, "delinquent": False, "preferred_locales": [], "tax_exempt": "none"}
    left_out = ("deleted", "sources", "subscriptions", "tax", "tax_ids", "cash_balance")
    made = _new(stripe.Customer, "customer", created, ground | facts)
    return {name: made[name] for name in made if name not in left_out}
