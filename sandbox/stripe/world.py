"""One whole played Stripe: state, API, pages, webhooks and faults, in one object."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import stripe

from sandbox.stripe import (
    banks,
    disputes,
    endpoints,
    intents,
    payments,
    payouts,
    sessions,
    webhooks,
)
from sandbox.stripe.account import Account
from sandbox.stripe.api import Api
from sandbox.stripe.app import create_app
from sandbox.stripe.cards import Decline
from sandbox.stripe.client import InProcess
from sandbox.stripe.errors import StripeRefusal
from sandbox.stripe.faults import Faults
from sandbox.stripe.outcomes import Outcome, Result
from sandbox.stripe.payer import Payer
from sandbox.stripe.store import Obj, Store
from sandbox.stripe.webhooks import Background, Deliverer, Delivery

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DEFAULT_KEY = "sk_test_sandbox"
DEFAULT_SIGNING = "whsec_sandbox"


class Booking(NamedTuple):
    """One charge as the sandbox's own books have it; `amount` in minor units."""

    charge_id: str
    amount: int
    currency: str
    metadata: dict[str, str]
    status: str


class StripeWorld:
    """A Stripe that moves no money. Safe for several threads; durable when given a path."""

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        path: Path | None = None,
        *,
        api_key: str = DEFAULT_KEY,
        seller: str = "Quittance",
        origin: str = "http://localhost",
    ) -> None:
        refuse_live_key(api_key)
        self.account = Account(
            store=Store(path), now=now, api_key=api_key, seller=seller, origin=origin
        )
        self.faults = Faults(self.account.store, lambda: now().timestamp())
        self._deliverer = Deliverer(self.account, self.faults)
        self._api = Api(self.account, self.faults, self.deliver_all)
        self.app = create_app(self, self._api)
        self._background: Background | None = None

    def client(self, key: str | None = None, *, retries: int = 0) -> stripe.StripeClient:
        """The real client library against this world, without a network."""
        chosen = self.account.api_key if key is None else key
        refuse_live_key(chosen)
        return stripe.StripeClient(
            chosen, http_client=InProcess(self.app), max_network_retries=retries
        )

    def payer(self, session_id: str) -> Payer:
        """Somebody with a card, on the page of that session."""
        return Payer(self.account, self.faults, session_id)

    def settle(self, session_id: str, *, decline: Decline | None = None) -> Outcome:
        """Let a processing payment succeed, or fail with that decline."""
        return payments.settle(self.account, session_id=session_id, decline=decline)

    def answer(self, session_id: str) -> None:
        """Let the bank of a processing payment answer as its test account says."""
        session = self.account.need(session_id, "checkout.session", what="checkout.session")
        bank = banks.BY_SCENARIO.get(session.get("_bank", ""))
        if bank is None:
            self.settle(session_id)
            return
        outcome = self.settle(session_id, decline=bank.decline)
        if bank.returns and outcome.result is Result.SUCCEEDED:
            intent = self.account.need(outcome.session["payment_intent"], "payment_intent", what="")
            facts = {"charge_id": intent["latest_charge"], "reason": bank.returns}
            self.faults.plan("return", banks.RETURN_SECONDS, **facts)

    def give_back(self, charge_id: str, reason: str = "insufficient_funds") -> None:
        """Let a bank return a debit that was paid."""
        disputes.give_back(self.account, charge_id, reason=reason)

    def pay_out_all(self) -> None:
        """Let payouts on their way arrive, and send what is available in every currency."""
        for payout in self.account.store.all("payout"):
            payouts.arrive(self.account, payout["id"])
        for currency in self.totals():
            with suppress(StripeRefusal):  # nothing is there in this one
                payouts.pay_out(self.account, currency)

    def listen(
        self, url: str, *, secret: str = DEFAULT_SIGNING, app: "WSGIApplication | None" = None
    ) -> str:
        """Send every event to that address with that secret, or to an app in this process."""
        endpoint = endpoints.seed(self.account, url, secret)
        if app is not None:
            self._deliverer.apps[endpoint["id"]] = app
        return str(endpoint["id"])

    def deliver_all(self) -> list[Delivery]:
        """Post every webhook that waits, once, whether or not its next try is due."""
        return self._deliverer.deliver_waiting(early=True)

    def deliver(
        self,
        event_id: str,
        to: "str | WSGIApplication",
        *,
        path: str = "/webhooks/stripe",
        secret: str = DEFAULT_SIGNING,
        signed_at: datetime | None = None,
    ) -> int:
        """Post one event to a URL or an app, outside the queue; the status it answered."""
        body, headers = self.signed(event_id, secret=secret, signed_at=signed_at)
        if isinstance(to, str):
            return webhooks.post(to, body, headers)
        return webhooks.post_in_process(to, f"http://localhost{path}", body, headers)

    def signed(
        self, event_id: str, *, secret: str = DEFAULT_SIGNING, signed_at: datetime | None = None
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of one webhook, to be tampered with or sent by hand."""
        event = self.account.need(event_id, "event", what="event")
        at = self.account.stamp() if signed_at is None else int(signed_at.timestamp())
        return webhooks.message(self.account, event, secret, at)

    def resend(self, event_id: str) -> None:
        """Put an event's webhooks back in the queue."""
        self._deliverer.resend(event_id)

    def events(self, kind: str | None = None) -> list[Obj]:
        """Every event, oldest first, of one type if named."""
        found = self.account.store.all("event")
        return [event for event in found if kind is None or event["type"] == kind]

    def books(self) -> list[Booking]:
        """Every charge, oldest first: an oracle that knows nothing of the product's books."""
        return [
            Booking(
                found["id"], found["amount"], found["currency"], found["metadata"], found["status"]
            )
            for found in self.account.store.all("charge")
        ]

    def totals(self) -> dict[str, int]:
        """What was taken, by currency, in minor units."""
        taken: Counter[str] = Counter()
        for booking in self.books():
            if booking.status == "succeeded":
                taken[booking.currency] += booking.amount
        return dict(taken)

    def catch_up(self, *, asked: bool = True) -> None:
        """Do what is late: calls put off, payments still processing, sessions past their time.

        `asked=False` leaves alone what has no time of its own, as the background thread must.
        """
        for facts in self.faults.due("call", asked=asked):
            self._api.carry_out_late(facts)
        for facts in self.faults.due("return", asked=asked):
            with suppress(StripeRefusal):  # refunded or returned by hand meanwhile
                self.give_back(facts["charge_id"], facts["reason"])
        for facts in self.faults.due("settlement", asked=asked):
            if "intent_id" in facts:
                intents.answer(self.account, facts["intent_id"])
            else:
                self.answer(facts["session_id"])
        sessions.expire_overdue(self.account)

    def start(self) -> None:
        """Deliver webhooks and do what is due in the background, as the served sandbox does."""
        self._background = Background(self._round)
        self._background.start()

    def _round(self) -> None:
        self.catch_up(asked=False)
        self._deliverer.deliver_waiting(early=False)

    def close(self) -> None:
        """Stop the background and give the file back."""
        if self._background is not None:
            self._background.stop()
        self.account.store.close()

    def books_as_json(self) -> str:
        """The books for another process."""
        rows = [booking._asdict() for booking in self.books()]
        return json.dumps({"charges": rows, "totals": self.totals()})


def refuse_live_key(key: str) -> None:
    """Live keys have no business here."""
    if key.startswith(("sk_live_", "rk_live_")) or not key:
        raise ValueError("The sandbox takes test keys only: no live key, and not none.")
