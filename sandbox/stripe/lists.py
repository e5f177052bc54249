"""Lists: newest first, by keyset, with Stripe's filters."""

import re
from typing import Any

from sandbox.stripe.account import Account
from sandbox.stripe.errors import invalid, missing
from sandbox.stripe.events import as_of_now, oldest_listed
from sandbox.stripe.store import Obj, load

CREATED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
# What a list may be narrowed by, beyond its pages and the time of creation.
FILTERS = {
    "checkout.session": ("payment_intent", "status", "customer"),
    "payment_intent": ("customer",),
    "setup_intent": ("customer", "payment_method"),
    "payment_method": ("customer", "type"),
    "charge": ("payment_intent", "customer"),
    "balance_transaction": ("source", "currency", "type", "payout"),
    "refund": ("charge", "payment_intent"),
    "dispute": ("charge", "payment_intent"),
    "payout": ("status",),
    "webhook_endpoint": (),
    "event": (),
}
# Which payout paid a movement out is in no answer, only in the filter.
HIDDEN = {("balance_transaction", "payout"): "_payout"}
PAGING = frozenset({"starting_after", "ending_before", "limit", "expand", "created"})
Where = tuple[list[str], list[Any]]


def page(account: Account, kind: str, url: str, params: Obj) -> Obj:
    """One page of a list, newest first."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("Invalid limit: must be between 1 and 100.", param="limit")
    conditions, values = _narrowed(account, kind, params)
    backwards = _turn(account, kind, params, conditions, values)
    # Column names and operators come from the tables above, every value is bound.
    found = account.store.rows(
        f"SELECT body FROM object WHERE {' AND '.join(conditions)} "  # noqa: S608 - from our tables
        f"ORDER BY seq {'ASC' if backwards else 'DESC'} LIMIT ?",
        *(*values, limit + 1),
    )
    data = [load(row) for row in found[:limit]]
    if backwards:
        data.reverse()
    if kind == "event":
        data = [as_of_now(account, event) for event in data]
    return {"object": "list", "data": data, "has_more": len(found) > limit, "url": url}


def _narrowed(account: Account, kind: str, params: Obj) -> Where:
    conditions, values = ["kind = ?"], [kind]
    for name in FILTERS[kind]:
        if name in params:
            field = HIDDEN.get((kind, name), name)
            conditions.append(f"json_extract(body, '$.{field}') = ?")
            values.append(params[name])
    _narrow_created(params.get("created", {}), conditions, values)
    if kind == "event":
        _narrow_events(account, params, conditions, values)
    elif unknown := params.keys() - PAGING - set(FILTERS[kind]):
        name = sorted(unknown)[0]
        raise invalid(f"The sandbox does not filter by {name}.", param=name)
    return conditions, values


def _narrow_created(created: Any, conditions: list[str], values: list[Any]) -> None:
    bounds = created if isinstance(created, dict) else {"": created}
    for bound, second in bounds.items():
        conditions.append(f"created {CREATED.get(bound, '=')} ?")
        values.append(second)


def _narrow_events(account: Account, params: Obj, conditions: list[str], values: list[Any]) -> None:
    conditions.append("created >= ?")
    values.append(oldest_listed(account))
    if "type" in params and "types" in params:
        raise invalid("You may only specify one of type and types.", param="types")
    kinds = params.get("types", [params["type"]] if "type" in params else [])
    if kinds:
        conditions.append(f"({' OR '.join(['json_extract(body, ?) GLOB ?'] * len(kinds))})")
        for kind in kinds:
            values += ["$.type", re.sub(r"[\[?]", "", kind)]
    if "delivery_success" in params:
        undone = "EXISTS (SELECT 1 FROM delivery WHERE event_id = id AND state <> 'delivered')"
        conditions.append(f"NOT {undone}" if params["delivery_success"] else undone)


def _turn(
    account: Account, kind: str, params: Obj, conditions: list[str], values: list[Any]
) -> bool:
    """Add the page's edge; whether the list is read upwards."""
    if "starting_after" in params and "ending_before" in params:
        raise invalid(
            "You may only specify one of these parameters: ending_before, starting_after."
        )
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in params:
            sql = "SELECT seq FROM object WHERE id = ? AND kind = ?"
            edge = account.store.rows(sql, params[name], kind)
            if not edge:
                raise missing(kind, params[name], param=name)
            conditions.append(f"seq {sign} ?")
            values.append(edge[0]["seq"])
    return "ending_before" in params
