"""`expand`: answers hold identifiers, unless asked to hold the objects themselves."""

from typing import Any

from sandbox.stripe.account import Account, public
from sandbox.stripe.errors import invalid
from sandbox.stripe.store import Obj

DEEPEST = 4
# What may be expanded in which kind of object, and what it turns out to be.
EXPANDABLE: dict[str, dict[str, str]] = {
    "checkout.session": {
        "payment_intent": "payment_intent",
        "setup_intent": "setup_intent",
        "customer": "customer",
        "line_items": "list",
    },
    "payment_intent": {
        "latest_charge": "charge",
        "customer": "customer",
        "payment_method": "payment_method",
    },
    "setup_intent": {"customer": "customer", "payment_method": "payment_method"},
    "payment_method": {"customer": "customer"},
    "charge": {
        "balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
        "customer": "customer",
    },
    "balance_transaction": {"source": "charge"},
}


def shown(account: Account, thing: Obj, paths: list[str]) -> Obj:
    """The answer as the client sees it, with what it asked to have expanded."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise invalid(f"You cannot expand more than 4 levels of a property ({path}).")
        _expand(account, thing, steps, path)
    if thing.get("object") == "list":
        return thing | {"data": [public(item) for item in thing["data"]]}
    return public(thing)


def _expand(account: Account, thing: Obj, steps: list[str], path: str) -> None:
    name, *rest = steps
    if thing.get("object") == "list" and name == "data" and rest:
        for item in thing["data"]:
            _expand(account, item, rest, path)
        return
    target = EXPANDABLE.get(thing.get("object", ""), {}).get(name)
    if target is None:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    below = _whole(account, thing, name)
    if rest:  # checked even where there is nothing yet: a wrong path is wrong from the first day
        _expand(account, below or {"object": target, rest[0]: None}, rest, path)
    thing[name] = below


def _whole(account: Account, thing: Obj, name: str) -> Any:
    if name == "line_items":
        url = f"/v1/checkout/sessions/{thing['id']}/line_items"
        return {"object": "list", "data": thing["_line_items"], "has_more": False, "url": url}
    below = thing[name]
    if not isinstance(below, str):
        return below
    found = account.store.find(below)
    return below if found is None else public(found)
