"""Identifiers shaped like Stripe's: a prefix that tells the kind, then letters and digits."""

import secrets
import string

ALPHABET = string.digits + string.ascii_letters

PREFIXES = {
    "checkout.session": ("cs_test_a1", 58),
    "payment_intent": ("pi_3", 23),
    "setup_intent": ("seti_1", 23),
    "mandate": ("mandate_1", 23),
    "charge": ("ch_3", 23),
    "balance_transaction": ("txn_3", 23),
    "debit": ("py_3", 23),
    "refund": ("re_3", 23),
    "dispute": ("du_1", 23),
    "payout": ("po_1", 23),
    "payment_method": ("pm_1", 23),
    "event": ("evt_1", 23),
    "webhook_endpoint": ("we_1", 23),
    "customer": ("cus_", 14),
    "item": ("li_1", 23),
    "price": ("price_1", 23),
    "product": ("prod_", 14),
    "request": ("req_", 14),
    "secret": ("whsec_", 32),
}


def new_id(kind: str) -> str:
    """A fresh identifier of that kind, like `pi_3Q...` for a payment intent."""
    prefix, length = PREFIXES[kind]
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))
