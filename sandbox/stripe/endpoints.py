"""Webhook endpoints: where events are sent, on this machine only."""

from sandbox.stripe import shapes
from sandbox.stripe.account import API_VERSION, Account
from sandbox.stripe.errors import invalid
from sandbox.stripe.ids import new_id
from sandbox.stripe.store import Obj
from sandbox.stripe.webhooks import refuse_outside
from sandbox.stripe.wishes import check_metadata


def create(account: Account, params: Obj) -> Obj:
    """A new endpoint; the answer holds its secret, this once."""
    _check(params)
    endpoint = shapes.webhook_endpoint(
        account.stamp(),
        api_version=params.get("api_version", API_VERSION),
        description=params.get("description"),
        enabled_events=params["enabled_events"],
        metadata=params.get("metadata", {}),
        url=params["url"],
        _secret=new_id("secret"),
    )
    account.store.add(endpoint)
    return endpoint | {"secret": endpoint["_secret"]}


def update(account: Account, params: Obj, endpoint_id: str) -> Obj:
    """Change where, what or whether."""
    _check(params)
    endpoint = retrieve(account, {}, endpoint_id)
    endpoint |= {
        name: params[name]
        for name in ("url", "enabled_events", "description", "metadata")
        if name in params
    }
    if "disabled" in params:
        endpoint["status"] = "disabled" if params["disabled"] else "enabled"
    return account.store.save(endpoint)


def _check(params: Obj) -> None:
    if "url" in params:
        refuse_outside(params["url"])
    if params.get("enabled_events") == []:
        raise invalid("Name at least one event, or *.", param="enabled_events")
    check_metadata(params.get("metadata") or {}, "metadata")


def retrieve(account: Account, params: Obj, endpoint_id: str) -> Obj:
    """One endpoint, without its secret."""
    return account.need(
        endpoint_id, "webhook_endpoint", what="webhook endpoint", param="webhook_endpoint"
    )


def delete(account: Account, params: Obj, endpoint_id: str) -> Obj:
    """No more webhooks for this one; those that wait are dropped."""
    retrieve(account, params, endpoint_id)
    account.store.rows("DELETE FROM object WHERE id = ?", endpoint_id)
    account.store.rows(
        "DELETE FROM delivery WHERE endpoint_id = ? AND state <> 'delivered'", endpoint_id
    )
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


def seed(account: Account, url: str, secret: str) -> Obj:
    """The one endpoint of that address, with that secret: made, or brought up to date."""
    refuse_outside(url)
    with account.store.transaction():
        for endpoint in account.store.all("webhook_endpoint"):
            if endpoint["url"] == url:
                return account.store.save(endpoint | {"_secret": secret, "status": "enabled"})
        made = create(account, {"url": url, "enabled_events": ["*"]})
        del made["secret"]
        return account.store.save(made | {"_secret": secret})
