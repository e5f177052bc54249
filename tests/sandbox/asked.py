"""What a seller's server asks of Checkout, with only what a test wants different."""

SESSIONS = "POST /v1/checkout/sessions"


def a_basket(amount: int = 12_845, currency: str = "eur", **different) -> dict:
    """One payment for three documents."""
    price = {
        "currency": currency,
        "unit_amount": amount,
        "product_data": {"name": "Payment for 3 documents"},
    }
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "success_url": "http://localhost:8001/return?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://localhost:8001/payments/1",
        "client_reference_id": "payment-1",
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_intent_data": {"metadata": {"payment": "payment-1"}},
    } | different


def open_session(client, **different) -> str:
    """The id of a fresh session."""
    return client.v1.checkout.sessions.create(a_basket(**different)).id
