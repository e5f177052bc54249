"""What the card company tells us: checked, stored, acknowledged; the work comes later."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from foundation.web.requests import request_deed, wiring
from payments.card.events import store_event

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.post("/stripe")
def stripe() -> ResponseReturnValue:
    """Only the raw body is signed, so nothing parses it before the signature is checked.

    It is kept while the request lasts: after a conflict the view is run again, whole.
    """
    body = request.get_data()
    event = wiring().gateway.read_event(body, request.headers.get("Stripe-Signature", ""))
    with wiring().transaction() as session:
        store_event(session, event, deed=request_deed())
    return "", 200
