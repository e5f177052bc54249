"""`expand`: answers hold identifiers, unless asked to hold the objects themselves."""

from typing import Any

from sandbox.stripe.account import Account, public
from sandbox.stripe.errors import invalid
from sandbox.stripe.store import Obj

DEEPEST = 4
EXPANDABLE = {
    "checkout.session": frozenset({"payment_intent", "customer", "line_items"}),
    "payment_intent": frozenset({"latest_charge", "customer"}),
    "charge": frozenset({"balance_transaction", "payment_intent", "customer"}),
    "balance_transaction": frozenset({"source"}),
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
    if name not in EXPANDABLE.get(thing.get("object", ""), frozenset()):
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    thing[name] = _whole(account, thing, name)
    if rest and thing[name] is not None:
        _expand(account, thing[name], rest, path)


def _whole(account: Account, thing: Obj, name: str) -> Any:
    if name == "line_items":
        url = f"/v1/checkout/sessions/{thing['id']}/line_items"
        return {"object": "list", "data": thing["_line_items"], "has_more": False, "url": url}
    below = thing[name]
    if not isinstance(below, str):
        return below
    found = account.store.find(below)
    return below if found is None else public(found)
