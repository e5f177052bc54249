"""The control page: what the sandbox holds, and switches for what may go wrong."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.stripe import banks, disputes, payouts, refunds, sessions
from sandbox.stripe.currencies import written
from sandbox.stripe.errors import StripeRefusal
from sandbox.stripe.faults import Fault, Kind
from sandbox.stripe.hosted import played
from sandbox.stripe.store import Obj, load
from sandbox.stripe.webhooks import deliveries_of

LATEST = 20
SEQ_MAX = 2**63 - 1
METHODS = {"card": ("card",), "debit": (banks.SEPA, banks.ACH)}
pages = Blueprint("control", __name__)


@pages.get("/")
def overview() -> str:
    """Everything on one page, newest first."""
    world = played()
    return render_template(
        "control/overview.html",
        checkouts=_latest("checkout.session"),
        **_charges(),
        events=[(event, deliveries_of(world.account, event["id"])) for event in _latest("event")],
        refunds=_latest("refund"),
        disputes=_latest("dispute"),
        payouts=_latest("payout"),
        currencies=sorted(world.totals()),
        endpoints=_latest("webhook_endpoint"),
        faults=world.faults.active(),
        kinds=list(Kind),
        totals=world.totals(),
        has_mail="mail" in current_app.blueprints,
        business_day=current_app.extensions.get("business_day"),
        written=written,
    )


def _latest(kind: str) -> list[Obj]:
    rows = played().account.store.rows(
        "SELECT body FROM object WHERE kind = ? ORDER BY seq DESC LIMIT ?", kind, LATEST
    )
    return [load(row) for row in rows]


def _charges() -> dict[str, Any]:
    """Those of one method or of all, from where the address says, and where the older ones begin.

    Whoever wants a debit returned finds it, also where thousands of charges came after it.
    """
    method, before = request.args.get("method", ""), request.args.get("before", type=int)
    conditions, values = ["kind = 'charge'"], list[Any]()
    if method in METHODS:
        kinds = METHODS[method]
        marks = ", ".join("?" * len(kinds))
        conditions.append(f"json_extract(body, '$.payment_method_details.type') IN ({marks})")
        values += kinds
    if before is not None:
        conditions.append("seq < ?")
        values.append(min(max(before, 0), SEQ_MAX))
    # Columns come from the lines above, every value is bound.
    rows = played().account.store.rows(
        f"SELECT seq, body FROM object WHERE {' AND '.join(conditions)}"  # noqa: S608 - our words
        " ORDER BY seq DESC LIMIT ?",
        *(*values, LATEST + 1),
    )
    shown = rows[:LATEST]
    older = shown[-1]["seq"] if len(rows) > LATEST else None
    return {
        "charges": [load(row) for row in shown],
        "method": method if method in METHODS else "",
        "older": older,
        "is_first": before is None,
    }


@pages.get("/control/books")
def books() -> Response:
    """The sandbox's own books, for another process to compare with."""
    return Response(played().books_as_json(), content_type="application/json")


@pages.get("/control/faults")
def faults() -> ResponseReturnValue:
    """What is switched on."""
    return {"faults": [_fault(fault) for fault in played().faults.active()]}


def _fault(fault: Fault) -> dict[str, Any]:
    facts = {"seq": fault.seq, "kind": fault.kind.value, "matching": fault.matching}
    return facts | {"remaining": fault.remaining} | fault.facts


@pages.post("/control/faults")
def add_fault() -> ResponseReturnValue:
    """Switch a fault on: `kind`, `matching`, `times` and what the kind needs."""
    form = request.form
    try:
        kind = Kind(form.get("kind", ""))
    except ValueError:
        return {"error": "There is no such kind of fault."}, 422
    played().faults.add(
        kind, form.get("matching") or "*", max(form.get("times", 1, type=int), 1), **_facts(kind)
    )
    return _done()


def _facts(kind: Kind) -> dict[str, Any]:
    """What the fault needs to know, from the form, with a default where it says nothing."""
    form = request.form
    if kind in (Kind.LATE_CALL, Kind.LATE_SUCCESS, Kind.SLOW):
        seconds = form.get("seconds", 2.0, type=float)
        return {"seconds": min(max(seconds, 0.0), 120.0)}
    if kind is Kind.SERVER_ERROR:
        return {"worked": "worked" in form}
    if kind is Kind.DUPLICATE:
        return {"copies": min(max(form.get("copies", 2, type=int), 1), 50)}
    return {"seed": form.get("seed", 0, type=int)} if kind is Kind.SHUFFLE else {}


@pages.post("/control/faults/<int:seq>/removal")
def remove_fault(seq: int) -> ResponseReturnValue:
    """Switch one fault off."""
    played().faults.remove(seq)
    return _done()


@pages.post("/control/faults/clear")
def clear_faults() -> ResponseReturnValue:
    """Switch all faults off and let go of what was held."""
    played().faults.clear()
    return _done()


@pages.post("/control/webhooks/release")
def release() -> ResponseReturnValue:
    """Let the webhooks kept back go out."""
    played().faults.release()
    return _done()


@pages.post("/control/events/<event_id>/resend")
def resend(event_id: str) -> ResponseReturnValue:
    """Send an event's webhooks again."""
    played().resend(event_id)
    return _done()


@pages.post("/control/catch-up")
def catch_up() -> ResponseReturnValue:
    """Do now what is late: calls put off, payments still processing."""
    played().catch_up()
    return _done()


@pages.post("/control/sessions/<session_id>/expiry")
def expire(session_id: str) -> ResponseReturnValue:
    """Close an open session."""
    account = played().account
    with account.store.transaction():
        sessions.expire(account, {}, session_id)
    return _done()


@pages.post("/control/sessions/<session_id>/settlement")
def settle(session_id: str) -> ResponseReturnValue:
    """Let a payment that is processing succeed."""
    played().settle(session_id)
    return _done()


@pages.post("/control/sessions/<session_id>/failure")
def fail(session_id: str) -> ResponseReturnValue:
    """Let the bank refuse a payment that is processing."""
    played().settle(session_id, decline=banks.NO_FUNDS)
    return _done()


@pages.post("/control/charges/<charge_id>/return")
def give_back(charge_id: str) -> ResponseReturnValue:
    """Let a bank return a debit that was paid."""
    played().give_back(charge_id)
    return _done()


@pages.post("/control/charges/<charge_id>/dispute")
def dispute(charge_id: str) -> ResponseReturnValue:
    """Let a cardholder contest a charge."""
    disputes.open_one(played().account, charge_id)
    return _done()


@pages.post("/control/disputes/<dispute_id>/<any(won, lost):verdict>")
def decide(dispute_id: str, verdict: str) -> ResponseReturnValue:
    """Let the card network decide."""
    disputes.decide(played().account, dispute_id, is_won=verdict == "won")
    return _done()


@pages.post("/control/charges/<charge_id>/refund")
def refund(charge_id: str) -> ResponseReturnValue:
    """Refund a charge: `part` of a hundred of what is left of it, at once or `pending`."""
    account = played().account
    charge = account.need(charge_id, "charge", what="charge")
    left = charge["amount_captured"] - charge["amount_refunded"]
    part = min(max(request.form.get("part", 100, type=int), 1), 100)
    refunds.create(
        account, charge_id, max(left * part // 100, 1), is_pending="pending" in request.form
    )
    return _done()


@pages.post("/control/refunds/<refund_id>/<any(success, failure):answer>")
def answer_refund(refund_id: str, answer: str) -> ResponseReturnValue:
    """Let the payer's bank take a refund, or send it back."""
    act = refunds.succeed if answer == "success" else refunds.fail
    act(played().account, refund_id)
    return _done()


@pages.post("/control/payouts/<currency>")
def pay_out(currency: str) -> ResponseReturnValue:
    """Pay out what is available in a currency."""
    payouts.pay_out(played().account, currency)
    return _done()


@pages.post("/control/payouts/<payout_id>/arrival")
def arrive(payout_id: str) -> ResponseReturnValue:
    """Let a payout reach the bank."""
    payouts.arrive(played().account, payout_id)
    return _done()


@pages.get("/health")
def health() -> ResponseReturnValue:
    """Up, and able to read its own state."""
    played().account.store.rows("SELECT 1")
    return {"status": "ok"}


@pages.errorhandler(StripeRefusal)
def refused(refusal: StripeRefusal) -> ResponseReturnValue:
    """The button came too late."""
    return refusal.envelope, refusal.status


def _done() -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return {"status": "ok"}
    return redirect("/", 303)
