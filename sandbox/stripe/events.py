"""Events: what happened, with the object as it was at that moment, for webhooks and the list."""

import json
from datetime import timedelta

from sandbox.stripe.account import API_VERSION, CALL, Account, public
from sandbox.stripe.errors import missing
from sandbox.stripe.ids import new_id
from sandbox.stripe.store import Obj

LISTED_FOR = timedelta(days=30)


def emit(account: Account, kind: str, thing: Obj) -> Obj:
    """Note an event and, for every endpoint that listens, a webhook to be delivered."""
    mark = CALL.get()
    event = {
        "id": new_id("event"),
        "object": "event",
        "account": None,
        "api_version": API_VERSION,
        "context": None,
        "created": account.stamp(),
        "data": {"object": json.loads(json.dumps(public(thing)))},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": mark.request_id, "idempotency_key": mark.idempotency_key},
        "type": kind,
    }
    account.store.add(event)
    for endpoint in account.store.all("webhook_endpoint"):
        if endpoint["status"] == "enabled" and listens(endpoint, kind):
            _plan_delivery(account, event, endpoint["id"])
    return event


def listens(endpoint: Obj, kind: str) -> bool:
    """Whether the endpoint wants this type of event."""
    wanted = endpoint["enabled_events"]
    return "*" in wanted or kind in wanted


def _plan_delivery(account: Account, event: Obj, endpoint_id: str) -> None:
    account.store.rows(
        "INSERT INTO delivery (event_id, type, endpoint_id, state, due) VALUES (?, ?, ?, ?, ?)",
        *(event["id"], event["type"], endpoint_id, "pending", account.now().timestamp()),
    )


def as_of_now(account: Account, event: Obj) -> Obj:
    """The event with the count of webhooks that still wait for a 2xx."""
    waiting = account.store.rows(
        "SELECT count(*) FROM delivery WHERE event_id = ? AND state <> 'delivered'", event["id"]
    )
    return event | {"pending_webhooks": waiting[0][0]}


def oldest_listed(account: Account) -> int:
    """Events older than this second are gone, as Stripe keeps them for 30 days."""
    return int((account.now() - LISTED_FOR).timestamp())


def retrieve(account: Account, params: Obj, event_id: str) -> Obj:
    """One event, if it is not too old."""
    event = account.store.find(event_id, "event")
    if event is None or event["created"] < oldest_listed(account):
        raise missing("event", event_id)
    return as_of_now(account, event)
