"""What happens when somebody pays: on the hosted page and by the payer of the tests alike."""

from sandbox.stripe import charges, intents, sessions, shapes
from sandbox.stripe.account import Account, public
from sandbox.stripe.banks import DEBIT_SECONDS, TestBank
from sandbox.stripe.cards import NOT_AUTHENTICATED, Decline, TestCard
from sandbox.stripe.events import emit
from sandbox.stripe.faults import Faults
from sandbox.stripe.outcomes import Outcome, Result, not_now
from sandbox.stripe.store import Obj


def pay(
    account: Account,
    faults: Faults,
    *,
    session_id: str,
    card: TestCard,
    expiry: tuple[int, int],
    seen_attempts: int | None = None,
) -> Outcome:
    """Try a card on an open session.

    `seen_attempts` is how many attempts the page knew of: a second click on an old page is no
    second attempt. None tries whatever happened before.
    """
    with account.store.transaction():
        session = sessions.find(account, session_id)
        if refused := not_now(session, seen_attempts):
            return refused
        session["_attempts"] += 1
        intent = _intent_of(account, session)
        method = shapes.payment_method(account.stamp(), card, expiry, session["customer_email"])
        if card.asks_authentication:
            return _ask_authentication(account, session, intent, method)
        if card.decline:
            charge = charges.fail(account, intent, method, card.decline)
            return _declined(account, session, intent, method, card.decline, charge)
        return _take(account, faults, session, intent, method, authenticated=False)


def pay_by_debit(
    account: Account,
    faults: Faults,
    *,
    session_id: str,
    bank: TestBank,
    seen_attempts: int | None = None,
) -> Outcome:
    """Order a debit of a bank account: its bank answers days later, or when it is told to."""
    with account.store.transaction():
        session = sessions.find(account, session_id)
        if refused := not_now(session, seen_attempts):
            return refused
        session["_attempts"] += 1
        session["_bank"] = bank.scenario
        intent = _intent_of(account, session)
        method = shapes.debit_method(account.stamp(), bank, session["customer_email"])
        intent |= {"last_payment_error": None, "payment_method": method["id"]}
        outcome = _process(account, session, intent, method, authenticated=False)
        faults.plan("settlement", DEBIT_SECONDS, session_id=session_id)
        return outcome


def authenticate(account: Account, faults: Faults, *, session_id: str, passed: bool) -> Outcome:
    """Answer the bank's 3-D Secure question of the attempt under way."""
    with account.store.transaction():
        session = sessions.find(account, session_id)
        if session["status"] != "open":
            return Outcome(result=Result.CLOSED, session=session)
        intent = account.store.find(session["payment_intent"] or "", "payment_intent")
        if intent is None or intent["status"] != "requires_action":
            return Outcome(result=Result.STALE, session=session)
        method = session.pop("_authenticating")
        if not passed:
            return _declined(account, session, intent, method, NOT_AUTHENTICATED, None)
        return _take(account, faults, session, intent, method, authenticated=True)


def settle(account: Account, *, session_id: str, decline: Decline | None = None) -> Outcome:
    """The bank's late answer to a payment that was processing: yes, or no with a decline."""
    with account.store.transaction():
        session = sessions.find(account, session_id)
        intent = account.store.find(session["payment_intent"] or "", "payment_intent")
        if intent is None or intent["status"] != "processing":
            return Outcome(result=Result.CLOSED, session=session)
        charge = account.need(intent["latest_charge"], "charge", what="charge")
        if decline is None:
            charges.settle(account, charge)
            intents.succeed(account, intent, charge)
            session["payment_status"] = "paid"
            emit(account, "checkout.session.async_payment_succeeded", account.store.save(session))
            return Outcome(result=Result.SUCCEEDED, session=session)
        charges.refuse(account, charge, decline)
        method = session["_method"]
        _declined(account, session, intent, method, decline, charge)
        emit(account, "checkout.session.async_payment_failed", session)
        return Outcome(result=Result.DECLINED, session=session, decline=decline)


def _intent_of(account: Account, session: Obj) -> Obj:
    """The session's intent; Stripe makes it with the first attempt, not with the session."""
    if session["payment_intent"]:
        return account.need(session["payment_intent"], "payment_intent", what="payment_intent")
    data = session["_intent_data"]
    intent = shapes.payment_intent(
        account.stamp(),
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        description=data.get("description"),
        metadata=data.get("metadata", {}),
        receipt_email=data.get("receipt_email"),
        statement_descriptor_suffix=data.get("statement_descriptor_suffix"),
    )
    session["payment_intent"] = intent["id"]
    emit(account, "payment_intent.created", account.store.add(intent))
    return intent


def _ask_authentication(account: Account, session: Obj, intent: Obj, method: Obj) -> Outcome:
    here = f"{account.origin}/c/pay/{session['id']}"
    account.store.save(session | {"_authenticating": method})
    intents.ask(account, intent, method, page=f"{here}/authentication", return_url=here)
    return Outcome(result=Result.REQUIRES_ACTION, session=session)


def _declined(
    account: Account, session: Obj, intent: Obj, method: Obj, decline: Decline, charge: Obj | None
) -> Outcome:
    """Nothing was taken; the page waits for another card."""
    account.store.save(session)
    intents.refuse(account, intent, method, decline, charge)
    return Outcome(result=Result.DECLINED, session=session, decline=decline)


def _take(
    account: Account,
    faults: Faults,
    session: Obj,
    intent: Obj,
    method: Obj,
    *,
    authenticated: bool,
) -> Outcome:
    intent |= {"last_payment_error": None, "next_action": None, "payment_method": method["id"]}
    if late := faults.take_late_success():
        outcome = _process(account, session, intent, method, authenticated=authenticated)
        faults.plan_settlement(session["id"], late)
        return outcome
    charge = charges.succeed(account, intent, method, authenticated=authenticated)
    intents.succeed(account, intent, charge)
    _complete(account, session, "paid")
    return Outcome(result=Result.SUCCEEDED, session=session)


def _process(
    account: Account, session: Obj, intent: Obj, method: Obj, *, authenticated: bool
) -> Outcome:
    """The page is done with, the bank has not answered yet."""
    intents.process(account, intent, method, authenticated=authenticated)
    session["_method"] = method
    _complete(account, session, "unpaid")
    return Outcome(result=Result.PROCESSING, session=session)


def _complete(account: Account, session: Obj, payment_status: str) -> None:
    email = session["customer_email"]
    session |= {
        "customer_details": {
            **dict.fromkeys(("address", "business_name", "individual_name", "name", "phone")),
            "email": email,
            "tax_exempt": "none",
            "tax_ids": [],
        },
        "payment_status": payment_status,
        "status": "complete",
        "url": None,
    }
    emit(account, "checkout.session.completed", public(account.store.save(session)))
