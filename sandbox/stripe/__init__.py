"""Our own Stripe: the REST API for card Checkout, its hosted page, its webhooks and its faults.

It speaks API version 2026-10-28.endive as `stripe` 16.1.0 expects it, and moves no money.
"""

from sandbox.stripe.world import StripeWorld

__all__ = ["StripeWorld"]
