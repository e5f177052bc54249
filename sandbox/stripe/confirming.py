"""The bank's page for an intent that the seller's server confirmed: the payer says who they are."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.stripe import intents
from sandbox.stripe.currencies import written
from sandbox.stripe.errors import StripeRefusal
from sandbox.stripe.hosted import no_such_page, origin_of, played
from sandbox.stripe.store import Obj
from sandbox.stripe.words import language_for, speaking

pages = Blueprint("confirming", __name__, url_prefix="/c/confirm")


@pages.get("/<intent_id>")
def show(intent_id: str) -> ResponseReturnValue:
    """The question, while the bank waits for an answer; else back to the seller."""
    intent = intents.find(played().account, intent_id)
    if intent["status"] != "requires_action":
        return redirect(_back(intent), 303) if intent.get("_return_url") else _over()
    language = language_for(None, request.accept_languages.best)
    g.form_action = origin_of(intent["_return_url"])
    return render_template(
        "hosted/authentication.html",
        language=language,
        say=speaking(language),
        seller=played().account.seller,
        amount=written(intent["amount"], intent["currency"], language),
        here=f"/c/confirm/{intent_id}",
        other=None,
        is_setup=False,
    )


@pages.post("/<intent_id>")
def answer(intent_id: str) -> ResponseReturnValue:
    """The answer to it; whichever it is, the browser goes back to the seller."""
    passed = request.form.get("answer") == "complete"
    intent = intents.authenticate(played().account, intent_id, passed=passed)
    return redirect(_back(intent), 303) if intent.get("_return_url") else _over()


def _back(intent: Obj) -> str:
    url = str(intent["_return_url"])
    told = "succeeded" if intent["status"] == "succeeded" else "failed"
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}payment_intent={intent['id']}&redirect_status={told}"


def _over() -> ResponseReturnValue:
    return no_such_page(StripeRefusal("nothing to confirm", status=404))


pages.register_error_handler(StripeRefusal, no_such_page)
