"""Idempotency keys: the first answer, kept for 24 hours with its status, also when it was a 500."""

import json
from datetime import timedelta
from typing import Any

from sandbox.stripe.account import Account
from sandbox.stripe.errors import key_in_flight, key_reused

KEPT_FOR = timedelta(hours=24)


def claim(account: Account, key: str, request: str) -> tuple[int, dict[str, Any]] | None:
    """Reserve the key for this request, or give the answer the key already has.

    Raises StripeRefusal: 400 when the key belongs to another request, 409 while it is in flight.
    """
    now = account.now().timestamp()
    with account.store.transaction():
        account.store.rows(
            "DELETE FROM idempotency WHERE created <= ?", now - KEPT_FOR.total_seconds()
        )
        found = account.store.rows("SELECT * FROM idempotency WHERE key = ?", key)
        if not found:
            account.store.rows(
                "INSERT INTO idempotency (key, request, created) VALUES (?, ?, ?)",
                *(key, request, now),
            )
            return None
    first = found[0]
    if first["request"] != request:
        raise key_reused(key)
    if first["status"] is None:
        raise key_in_flight(key)
    return first["status"], json.loads(first["body"])


def keep(account: Account, key: str, status: int, body: dict[str, Any]) -> None:
    """The request was carried out: this is its answer from now on."""
    account.store.rows(
        "UPDATE idempotency SET status = ?, body = ? WHERE key = ?", status, json.dumps(body), key
    )


def release(account: Account, key: str) -> None:
    """The request never began; the key is free again."""
    account.store.rows("DELETE FROM idempotency WHERE key = ? AND status IS NULL", key)
