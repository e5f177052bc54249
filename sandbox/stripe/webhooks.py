"""Webhooks: signed, posted to the endpoints that listen, tried again until they answer 2xx."""

import hashlib
import hmac
import json
import logging
import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.test import EnvironBuilder, run_wsgi_app

from sandbox.stripe.account import Account
from sandbox.stripe.errors import invalid
from sandbox.stripe.events import as_of_now
from sandbox.stripe.faults import OF_EVENTS, Faults, Kind
from sandbox.stripe.store import Obj

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOG = logging.getLogger("sandbox")
# Stripe's sandbox tries three times over some hours; here the hours are seconds.
WAITS = (2.0, 10.0, 60.0)
PATIENCE = 10.0  # seconds an endpoint has to answer
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One post of one event to one endpoint; status 0 means nobody answered."""

    event_id: str
    type: str
    endpoint_id: str
    status: int

    @property
    def accepted(self) -> bool:
        """Whether the endpoint said 2xx."""
        return 200 <= self.status < 300


def signature(body: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 of "<time>.<body>" under the endpoint's secret."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def refuse_outside(url: str) -> None:
    """The sandbox posts to this machine only."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise invalid(
            "The sandbox posts to http://localhost only.", param="url", code="url_invalid"
        )


def message(account: Account, event: Obj, secret: str, at: int) -> tuple[bytes, dict[str, str]]:
    """The body and headers one endpoint gets."""
    body = json.dumps(as_of_now(account, event), indent=2).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(body, secret, at),
        "User-Agent": AGENT,
    }
    return body, headers


def post_in_process(app: "WSGIApplication", url: str, body: bytes, headers: dict[str, str]) -> int:
    """Hand the webhook to a WSGI app without a network; its status."""
    parts = urlsplit(url)
    builder = EnvironBuilder(
        path=parts.path or "/",
        query_string=parts.query,
        base_url=f"{parts.scheme}://{parts.netloc}",
        method="POST",
        headers=list(headers.items()),
        data=body,
    )
    try:
        _, status, _ = run_wsgi_app(app, builder.get_environ(), buffered=True)
    finally:
        builder.close()
    return int(status.split()[0])


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Post over loopback, following no redirect; 0 when nobody answered."""
    refuse_outside(url)
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=PATIENCE)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


class Deliverer:
    """Takes waiting deliveries and posts them; `apps` are endpoints inside this process."""

    def __init__(self, account: Account, faults: Faults) -> None:
        self._account = account
        self._faults = faults
        self.apps: dict[str, WSGIApplication] = {}

    def deliver_waiting(self, *, early: bool) -> list[Delivery]:
        """Post what waits, in order unless a fault says otherwise.

        `early` also sends what is still waiting for its next try.
        """
        done: list[Delivery] = []
        while batch := self._claim(early=early):
            try:
                for row in self._ordered(batch):
                    done += self._deliver(row)
            finally:  # an app of this process may raise: what was not posted waits again
                self._put_back(batch)
            if early:
                break  # a second round would try at once what has just failed
        return done

    def _claim(self, *, early: bool) -> list[Any]:
        store, now = self._account.store, self._account.now().timestamp()
        with store.transaction():
            rows = store.rows(
                "SELECT * FROM delivery WHERE state = 'pending' AND (due <= ? OR ?) ORDER BY seq",
                *(now, early),
            )
            kept = [row for row in rows if self._goes_out(row)]
            for row in kept:
                store.rows("UPDATE delivery SET state = 'sending' WHERE seq = ?", row["seq"])
        return kept

    def _put_back(self, batch: list[Any]) -> None:
        for row in batch:
            self._account.store.rows(
                "UPDATE delivery SET state = 'pending' WHERE seq = ? AND state = 'sending'",
                row["seq"],
            )

    def _goes_out(self, row: Any) -> bool:
        taken = self._faults.take(row["type"], OF_EVENTS - {Kind.DUPLICATE})
        for kind, state in ((Kind.NEVER, "never"), (Kind.HOLD, "held")):
            if kind in taken:
                self._account.store.rows(
                    "UPDATE delivery SET state = ? WHERE seq = ?", state, row["seq"]
                )
                return False
        return True

    def _ordered(self, batch: list[Any]) -> Iterable[Any]:
        taken = self._faults.take("*", frozenset({Kind.REVERSE, Kind.SHUFFLE}))
        if Kind.SHUFFLE in taken:
            drawn = random.Random(taken[Kind.SHUFFLE].facts["seed"])  # noqa: S311 - nothing secret
            drawn.shuffle(batch)
        return reversed(batch) if Kind.REVERSE in taken else batch

    def _deliver(self, row: Any) -> list[Delivery]:
        copies = self._faults.take(row["type"], frozenset({Kind.DUPLICATE}))
        count = copies[Kind.DUPLICATE].facts["copies"] if copies else 1
        posted = [self._post(row["event_id"], row["endpoint_id"]) for _ in range(count)]
        self._note(row, posted[-1])
        return posted

    def _post(self, event_id: str, endpoint_id: str) -> Delivery:
        event = self._account.store.find(event_id, "event")
        endpoint = self._account.store.find(endpoint_id, "webhook_endpoint")
        if event is None or endpoint is None:
            return Delivery(event_id=event_id, type="gone", endpoint_id=endpoint_id, status=0)
        at = self._account.stamp()
        body, headers = message(self._account, event, endpoint["_secret"], at)
        app = self.apps.get(endpoint_id)
        if app is None:
            status = post(endpoint["url"], body, headers)
        else:
            status = post_in_process(app, endpoint["url"], body, headers)
        return Delivery(
            event_id=event_id, type=event["type"], endpoint_id=endpoint_id, status=status
        )

    def _note(self, row: Any, delivery: Delivery) -> None:
        tries = row["tries"] + 1
        if delivery.accepted:
            state, wait = "delivered", 0.0
        elif tries > len(WAITS):
            state, wait = "failed", 0.0
        else:
            state, wait = "pending", WAITS[tries - 1]
        self._account.store.rows(
            "UPDATE delivery SET state = ?, tries = ?, status = ?, due = ? WHERE seq = ?",
            *(state, tries, delivery.status, self._account.now().timestamp() + wait, row["seq"]),
        )

    def resend(self, event_id: str) -> None:
        """Put every delivery of an event back in the queue, whatever became of it."""
        self._account.store.rows(
            "UPDATE delivery SET state = 'pending', tries = 0, due = 0 WHERE event_id = ?", event_id
        )


def deliveries_of(account: Account, event_id: str) -> list[Obj]:
    """What became of the webhooks of an event, an endpoint each."""
    rows = account.store.rows("SELECT * FROM delivery WHERE event_id = ? ORDER BY seq", event_id)
    return [dict(row) for row in rows]


class Background(threading.Thread):
    """The thread of the served sandbox: runs what is due, often, until told to stop."""

    def __init__(self, work: Callable[[], object], every: float = 0.2) -> None:
        super().__init__(name="sandbox-deliverer", daemon=True)
        self._work = work
        self._every = every
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work, rest, work, ..."""
        while not self._stopping.wait(self._every):
            try:
                self._work()
            except Exception:
                LOG.exception("The round failed; the next one tries again.")

    def stop(self) -> None:
        """Finish the round under way and end."""
        self._stopping.set()
        self.join(timeout=PATIENCE + 1)
