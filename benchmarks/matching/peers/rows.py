"""Payments and open items as the two tables that linking libraries compare."""

from collections.abc import Mapping, Sequence

import pandas as pd

from benchmarks.matching.peers.answers import bare_name, net_of, number_keys, tails, tokens
from benchmarks.matching.worlds import World
from matching.values import Payment

COLUMNS = ("unique_id", "keys", "tails", "amount", "net", "currency", "name", "account", "label")


def item_rows(world: World, labels: Mapping[str, str]) -> pd.DataFrame:
    """One row an open item; `labels` tells, by item, the payment that truly settles it."""
    names = {customer.id: bare_name(customer.names[0]) for customer in world.customers}
    accounts = {customer.id: next(iter(customer.accounts), None) for customer in world.customers}
    rows = [
        (
            *(i.id, number_keys(i), tails([i.number]), i.open_minor, net_of(i), i.currency),
            *(names[i.customer_id], accounts[i.customer_id], labels.get(i.id)),
        )
        for i in world.items
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def payment_rows(payments: Sequence[Payment], labels: Mapping[str, str]) -> pd.DataFrame:
    """One row a payment, in the columns of the items; `labels` repeat its id where it settles."""
    rows = []
    for payment in payments:
        found, amount = tokens(payment.text), payment.amount_minor
        who = bare_name(payment.payer_name) or None, payment.payer_account or None
        what = (found, tails(found), amount, amount, payment.currency)
        rows.append((payment.id, *what, *who, labels.get(payment.id)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def truth_labels(world: World) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of the items and of the payments: equal where they belong together."""
    of_items = {c.item_id: one for one, claims in world.truth.items() for c in claims}
    return of_items, {one: one for one, claims in world.truth.items() if claims}
