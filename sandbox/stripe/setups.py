"""Saving a method on the hosted page: a session with mode=setup and its setup intent."""

from sandbox.stripe import methods, sessions, shapes
from sandbox.stripe.account import Account, public
from sandbox.stripe.banks import TestBank
from sandbox.stripe.cards import NOT_AUTHENTICATED, Decline, TestCard
from sandbox.stripe.events import emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.outcomes import Outcome, Result, not_now
from sandbox.stripe.store import Obj


def retrieve(account: Account, params: Obj, setup_id: str) -> Obj:
    """One setup intent."""
    return account.need(setup_id, "setup_intent", what="setupintent", param="intent")


def save(
    account: Account,
    *,
    session_id: str,
    means: TestCard | TestBank,
    expiry: tuple[int, int] = (0, 0),
    seen_attempts: int | None = None,
) -> Outcome:
    """Save a card or an account on an open session. Nothing is taken."""
    with account.store.transaction():
        session = sessions.find(account, session_id)
        if refused := not_now(session, seen_attempts):
            return refused
        session["_attempts"] += 1
        intent = retrieve(account, {}, session["setup_intent"])
        if isinstance(means, TestBank):
            method = shapes.debit_method(account.stamp(), means, session["customer_email"])
            return _complete(account, session, intent, account.store.add(method))
        email = session["customer_email"]
        method = account.store.add(shapes.payment_method(account.stamp(), means, expiry, email))
        if means.asks_authentication:
            return _ask(account, session, intent, method)
        if means.decline and not means.can_be_saved:
            return _declined(account, session, intent, method, means.decline)
        return _complete(account, session, intent, method)


def authenticate(account: Account, session_id: str, *, passed: bool) -> Outcome:
    """Answer the bank's question about a card that is to be saved."""
    with account.store.transaction():
        session = sessions.find(account, session_id)
        if session["status"] != "open":
            return Outcome(result=Result.CLOSED, session=session)
        intent = retrieve(account, {}, session["setup_intent"])
        if intent["status"] != "requires_action":
            return Outcome(result=Result.STALE, session=session)
        method = methods.find(account, intent["payment_method"])
        if not passed:
            return _declined(account, session, intent, method, NOT_AUTHENTICATED)
        return _complete(account, session, intent, method)


def _ask(account: Account, session: Obj, intent: Obj, method: Obj) -> Outcome:
    page = f"{account.origin}/c/pay/{session['id']}"
    intent |= {
        "last_setup_error": None,
        "next_action": {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": page, "url": f"{page}/authentication"},
        },
        "payment_method": method["id"],
        "status": "requires_action",
    }
    account.store.save(session)
    emit(account, "setup_intent.requires_action", account.store.save(intent))
    return Outcome(result=Result.REQUIRES_ACTION, session=session)


def _declined(
    account: Account, session: Obj, intent: Obj, method: Obj, decline: Decline
) -> Outcome:
    intent |= {
        "last_setup_error": {
            "code": decline.code,
            "decline_code": decline.decline_code,
            "message": decline.message,
            "payment_method": public(method),
            "type": "card_error",
        },
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    account.store.save(session)
    emit(account, "setup_intent.setup_failed", account.store.save(intent))
    return Outcome(result=Result.DECLINED, session=session, decline=decline)


def _complete(account: Account, session: Obj, intent: Obj, method: Obj) -> Outcome:
    if session["customer"]:
        methods.kept_with(account, method, session["customer"])
    intent |= {
        "last_setup_error": None,
        "mandate": None if method["type"] == "card" else new_id("mandate"),
        "next_action": None,
        "payment_method": method["id"],
        "status": "succeeded",
    }
    emit(account, "setup_intent.succeeded", account.store.save(intent))
    session |= {"status": "complete", "url": None}
    emit(account, "checkout.session.completed", public(account.store.save(session)))
    return Outcome(result=Result.SUCCEEDED, session=session)
