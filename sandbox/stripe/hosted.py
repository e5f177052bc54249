"""The hosted payment page: the card, the bank's 3-D Secure question, and what became of it."""

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.stripe import banks, payments, sessions, setups
from sandbox.stripe.banks import TestBank
from sandbox.stripe.cards import BY_SCENARIO, CARDS, TestCard
from sandbox.stripe.currencies import written
from sandbox.stripe.errors import StripeRefusal
from sandbox.stripe.faults import Kind
from sandbox.stripe.outcomes import Outcome, Result
from sandbox.stripe.store import Obj
from sandbox.stripe.typed import echoed, prefilled, read_card
from sandbox.stripe.words import language_for, speaking

if TYPE_CHECKING:
    from sandbox.stripe.world import StripeWorld

LOST = "X-Sandbox-Lost"
SPOILABLE = frozenset({Kind.SLOW, Kind.ANSWER_LOST, Kind.WEBHOOK_FIRST})
pages = Blueprint("hosted", __name__, url_prefix="/c/pay")


def played() -> "StripeWorld":
    """The world this app belongs to."""
    world: StripeWorld = current_app.extensions["stripe_world"]
    return world


@pages.get("/<session_id>")
def show(session_id: str) -> ResponseReturnValue:
    """The page of a session: its form while open, else what became of it."""
    session = _session(session_id)
    if session["status"] != "open":
        return _page("closed.html", session)
    chosen = BY_SCENARIO.get(request.args.get("card", ""))
    return _form(session, prefilled(chosen, played().account.now()), {})


@pages.post("/<session_id>")
def pay(session_id: str) -> ResponseReturnValue:
    """Try the card that was typed."""
    world, typed = played(), request.form
    fields = (typed.get("number", ""), typed.get("expiry", ""), typed.get("code", ""))
    read = read_card(*fields, world.account.now())
    session = _session(session_id)
    if session["status"] == "open" and (read.card is None or read.errors):
        return _form(session, echoed(*fields), read.errors), 422
    if read.card is None:
        return _go_on(Outcome(result=Result.CLOSED, session=session))
    seen = typed.get("attempt", type=int)
    if session["mode"] == "setup":
        return _saved(session_id, read.card, read.expiry, seen)
    return _spoiled(
        lambda: payments.pay(
            world.account,
            world.faults,
            session_id=session_id,
            card=read.card or CARDS[0],
            expiry=read.expiry,
            seen_attempts=seen,
        )
    )


def _saved(
    session_id: str, means: TestCard | TestBank, expiry: tuple[int, int], seen: int | None
) -> ResponseReturnValue:
    return _spoiled(
        lambda: setups.save(
            played().account,
            session_id=session_id,
            means=means,
            expiry=expiry,
            seen_attempts=seen,
        )
    )


@pages.post("/<session_id>/debit")
def debit(session_id: str) -> ResponseReturnValue:
    """Order the debit of the account that was chosen."""
    world, session = played(), _session(session_id)
    chosen = banks.BY_SCENARIO.get(request.form.get("account", ""))
    if session["status"] == "open" and chosen not in banks.offered(session):
        problem = {"account": "Choose one of the accounts."}
        return _form(session, prefilled(None, world.account.now()), problem), 422
    if chosen is None:
        return _go_on(Outcome(result=Result.CLOSED, session=session))
    seen = request.form.get("attempt", type=int)
    if session["mode"] == "setup":
        return _saved(session_id, chosen, (0, 0), seen)
    return _spoiled(
        lambda: payments.pay_by_debit(
            world.account, world.faults, session_id=session_id, bank=chosen, seen_attempts=seen
        )
    )


@pages.get("/<session_id>/authentication")
def authentication(session_id: str) -> ResponseReturnValue:
    """The bank's question, while it waits for an answer."""
    session = _session(session_id)
    if not _bank_waits(session):
        return redirect(f"/c/pay/{session_id}", 303)
    here = f"/c/pay/{session_id}"
    return _page("authentication.html", session, here=f"{here}/authentication", other=here)


@pages.post("/<session_id>/authentication")
def authenticate(session_id: str) -> ResponseReturnValue:
    """The answer to it."""
    world = played()
    passed = request.form.get("answer") == "complete"
    if _session(session_id)["mode"] == "setup":
        return _spoiled(lambda: setups.authenticate(world.account, session_id, passed=passed))
    return _spoiled(
        lambda: payments.authenticate(
            world.account, world.faults, session_id=session_id, passed=passed
        )
    )


def _spoiled(act: Any) -> ResponseReturnValue:
    """Do it, with what the faults have in store for this page."""
    world = played()
    taken = world.faults.take(f"POST {request.path}", SPOILABLE)
    if Kind.SLOW in taken:
        time.sleep(taken[Kind.SLOW].facts["seconds"])
    response = _go_on(act())
    if Kind.WEBHOOK_FIRST in taken:
        world.deliver_all()
    if Kind.ANSWER_LOST in taken:
        return "", 504, {LOST: "1"}
    return response


def _go_on(outcome: Outcome) -> ResponseReturnValue:
    """Where the browser goes next; a reload never repeats what was done."""
    session = outcome.session
    here = f"/c/pay/{session['id']}"
    if outcome.result is Result.REQUIRES_ACTION:
        return redirect(f"{here}/authentication", 303)
    if session["status"] == "complete":
        return redirect(_success_url(session), 303)
    return redirect(here, 303)


def _success_url(session: Obj) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _session(session_id: str) -> Obj:
    account = played().account
    with account.store.transaction():
        return sessions.find(account, session_id)


def _intent_of(session: Obj) -> Obj:
    """What the page is about to pay or to save by, as far as there is one yet."""
    named = session["payment_intent"] or session["setup_intent"] or ""
    return played().account.store.find(named) or {}


def _bank_waits(session: Obj) -> bool:
    return _intent_of(session).get("status") == "requires_action" and session["status"] == "open"


def _form(session: Obj, typed: dict[str, str], errors: dict[str, str]) -> str:
    intent = _intent_of(session)
    return _page(
        "pay.html",
        session,
        typed=typed,
        errors=errors,
        cards=CARDS,
        accounts=banks.offered(session),
        decline=intent.get("last_payment_error") or intent.get("last_setup_error"),
        bank_waits=intent.get("status") == "requires_action",
    )


def _page(template: str, session: Obj, **facts: Any) -> str:
    language = language_for(session["locale"], request.accept_languages.best)
    branding = session["branding_settings"] or {}
    g.form_action = origin_of(session["success_url"])
    return render_template(
        f"hosted/{template}",
        language=language,
        say=speaking(language),
        session=session,
        seller=branding.get("display_name") or played().account.seller,
        amount=written(session["amount_total"] or 0, session["currency"], language),
        is_setup=session["mode"] == "setup",
        written=written,
        success_url=_success_url(session),
        **facts,
    )


def origin_of(url: str) -> str:
    """Chromium holds the redirect after a form against `form-action`, so the seller is in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@pages.errorhandler(StripeRefusal)
def no_such_page(refusal: StripeRefusal) -> ResponseReturnValue:
    """A session nobody made."""
    language = language_for(None, request.accept_languages.best)
    return render_template(
        "hosted/missing.html", language=language, say=speaking(language)
    ), refusal.status
