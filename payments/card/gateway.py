"""The only file that speaks to Stripe. Values in, values out; never inside a transaction of ours.

Every answer is one of three: a fact, a sure no (GatewayRefused), or no sure answer
(GatewayUnreachable). A call that creates something carries our own idempotency key, so that
asking again, even from another process, cannot make a second one.
"""

import datetime as dt
import threading
import uuid
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal, Protocol

import stripe

from foundation.currency import currency as _currency
from foundation.i18n import ngettext, speaking
from payments.card.errors import (
    EventRefused,
    GatewayDeclined,
    GatewayRefused,
    GatewayUnreachable,
)
from payments.card.facts import (
    AfterwardsFact,
    ChargeFact,
    CheckoutFact,
    CheckoutWish,
    EventFact,
    MovementFact,
    SetupFact,
    SetupWish,
)
from payments.card.readings import (
    charge_fact,
    checkout_fact,
    dispute_fact,
    event_fact,
    movement_fact,
    payment_named,
    refund_fact,
)
from payments.card.saved_calls import INTENT_PREFIX, LISTED_MAX, SavedCalls, intent_declined

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams, SessionListParamsCreated


Debit = Literal["sepa_debit", "us_bank_account"]
TIMEOUT_SECONDS = 20
CALLS_AT_ONCE = 4  # half the threads of a face: a slow provider never stops who does not pay
PLACE_SECONDS = 2
KEY_LIFE_SECONDS = 25 * 3_600  # the provider forgets a key after 24 hours
SIGNATURE_AGE_MAX_SECONDS = 300
EXPANDED = ["payment_intent.latest_charge"]
DEBITS_IN: "dict[str, tuple[Debit, ...]]" = {"EUR": ("sepa_debit",), "USD": ("us_bank_account",)}
SERVER_ERROR = 500


class Gateway(Protocol):
    """The card company, as far as we need it."""

    def open_checkout(self, wish: CheckoutWish) -> CheckoutFact:
        """Ask for a payment page; the same wish always yields the same page."""

    def fetch_checkout(self, session_ref: str) -> CheckoutFact:
        """The page as it is now."""

    def find_checkout(self, payment_id: uuid.UUID, *, since: dt.datetime) -> CheckoutFact | None:
        """Look a payment's page up by our own id, where the answer that named it was lost."""

    def expire_checkout(self, session_ref: str) -> CheckoutFact:
        """Close the page, unless it was paid; the page as it is then."""

    def find_charge(self, wish: CheckoutWish, *, since: dt.datetime) -> CheckoutFact | None:
        """The same for a payment that charges a saved method."""

    def confirm_charge(self, wish: CheckoutWish, intent_ref: str, *, key: str) -> CheckoutFact:
        """Charge it with the payer there: the bank's page is in the answer, if it wants them."""

    def open_setup(self, wish: SetupWish) -> SetupFact:
        """Ask for a page on which a method is saved; the same wish always yields the same page."""

    def fetch_setup(self, session_ref: str) -> SetupFact:
        """That page as it is now."""

    def find_setup(self, wish: SetupWish, *, since: dt.datetime) -> SetupFact | None:
        """Look that page up by our own id, where the answer that named it was lost."""

    def detach_method(self, method_ref: str) -> None:
        """Let go of a saved method for good; one that is gone already stays gone."""

    def attempts_before(self, fact: CheckoutFact) -> tuple[ChargeFact, ...]:
        """Every try on the page before its latest, oldest first."""

    def fetch_afterwards(self, charge_ref: str) -> AfterwardsFact:
        """What became of a charge: its refunds and disputes as they are now."""

    def movements_since(self, since: dt.datetime) -> tuple[MovementFact, ...]:
        """What moved on our balance since then."""

    def charges_gone_back(self, since: dt.datetime) -> frozenset[str]:
        """Charges of which a refund or a dispute began since then."""

    def read_event(self, body: bytes, signature: str) -> EventFact:
        """A message of the provider. Raises EventRefused unless one of our secrets signed it."""


class StripeGateway:
    """Gateway over Stripe's hosted Checkout."""

    def __init__(
        self,
        client: stripe.StripeClient,
        *,
        webhook_secrets: Sequence[str],
        is_live: bool = False,
        at_once: int = 1_000,
    ) -> None:
        self._client = client
        self._webhook_secrets = webhook_secrets
        self._is_live = is_live
        self._places = threading.BoundedSemaphore(at_once)
        self._saved = SavedCalls(client, lambda: _answers(self._places))

    @classmethod
    def at(cls, key: str, *, url: str, webhook_secrets: Sequence[str]) -> "StripeGateway":
        """Over the network; `url` is empty for Stripe's own address. No retries of its own.

        At most CALLS_AT_ONCE calls of a process are under way: who finds no place has no answer.
        """
        client = stripe.StripeClient(
            key,
            base_addresses={"api": url} if url else None,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
            max_network_retries=0,
        )
        is_live = key.startswith(("sk_live_", "rk_live_"))
        return cls(client, webhook_secrets=webhook_secrets, is_live=is_live, at_once=CALLS_AT_ONCE)

    def open_checkout(self, wish: CheckoutWish) -> CheckoutFact:
        if wish.saved:
            return self._saved.charge(wish, wish.saved, title=_title(wish))
        params = checkout_params(wish)
        options: stripe.RequestOptions = {"idempotency_key": f"op:{wish.payment_id}:checkout"}
        with _answers(self._places):
            opened = self._client.v1.checkout.sessions.create(params, options)
        return checkout_fact(opened)

    def fetch_checkout(self, session_ref: str) -> CheckoutFact:
        if session_ref.startswith(INTENT_PREFIX):
            return self._saved.fetch(session_ref)
        with _answers(self._places):
            found = self._client.v1.checkout.sessions.retrieve(session_ref, {"expand": EXPANDED})
        return checkout_fact(found)

    def find_checkout(self, payment_id: uuid.UUID, *, since: dt.datetime) -> CheckoutFact | None:
        with _answers(self._places):
            listed = self._client.v1.checkout.sessions.list(
                {"created": _around(since), "limit": 100}
            )
            for count, found in enumerate(listed.auto_paging_iter()):
                if found.client_reference_id == str(payment_id):
                    return self.fetch_checkout(found.id)
                if count >= LISTED_MAX:
                    raise GatewayUnreachable(f"more than {LISTED_MAX} pages to look through")
        return None

    def find_charge(self, wish: CheckoutWish, *, since: dt.datetime) -> CheckoutFact | None:
        return self._saved.find(wish, created=_around(since))

    def confirm_charge(self, wish: CheckoutWish, intent_ref: str, *, key: str) -> CheckoutFact:
        return self._saved.confirm(wish, intent_ref, key=key)

    def open_setup(self, wish: SetupWish) -> SetupFact:
        return self._saved.open_setup(wish)

    def fetch_setup(self, session_ref: str) -> SetupFact:
        return self._saved.fetch_setup(session_ref)

    def find_setup(self, wish: SetupWish, *, since: dt.datetime) -> SetupFact | None:
        return self._saved.find_setup(wish, created=_around(since))

    def detach_method(self, method_ref: str) -> None:
        self._saved.detach(method_ref)

    def expire_checkout(self, session_ref: str) -> CheckoutFact:
        if session_ref.startswith(INTENT_PREFIX):
            return self._saved.cancel(session_ref)
        try:
            with _answers(self._places):
                self._client.v1.checkout.sessions.expire(session_ref)
        except GatewayRefused:
            pass  # no longer open: what it became is what we fetch
        return self.fetch_checkout(session_ref)

    def attempts_before(self, fact: CheckoutFact) -> tuple[ChargeFact, ...]:
        if fact.charge is None or fact.intent_ref is None:
            return ()
        with _answers(self._places):
            listed = self._client.v1.charges.list({"payment_intent": fact.intent_ref, "limit": 100})
            found = list(islice(listed.auto_paging_iter(), LISTED_MAX))
        tries = [charge_fact(one) for one in found if one.status != "pending"]
        return tuple(one for one in reversed(tries) if one.charge_ref != fact.charge.charge_ref)

    def fetch_afterwards(self, charge_ref: str) -> AfterwardsFact:
        with _answers(self._places):
            charge = self._client.v1.charges.retrieve(charge_ref)
            refunds = self._client.v1.refunds.list({"charge": charge_ref, "limit": 100})
            disputes = self._client.v1.disputes.list({"charge": charge_ref, "limit": 100})
            return AfterwardsFact(
                charge=charge_fact(charge),
                payment_id=payment_named(charge),
                refunds=tuple(refund_fact(one) for one in refunds.auto_paging_iter()),
                disputes=tuple(dispute_fact(one) for one in disputes.auto_paging_iter()),
            )

    def movements_since(self, since: dt.datetime) -> tuple[MovementFact, ...]:
        first = int(since.timestamp())
        with _answers(self._places):
            listed = self._client.v1.balance_transactions.list(
                {"created": {"gte": first}, "limit": 100, "expand": ["data.source"]}
            )
            return tuple(movement_fact(one) for one in listed.auto_paging_iter())

    def charges_gone_back(self, since: dt.datetime) -> frozenset[str]:
        first = int(since.timestamp())
        with _answers(self._places):
            refunds = self._client.v1.refunds.list({"created": {"gte": first}, "limit": 100})
            disputes = self._client.v1.disputes.list({"created": {"gte": first}, "limit": 100})
            named = [one.charge for one in refunds.auto_paging_iter()]
            contested = [one.charge for one in disputes.auto_paging_iter()]
        return frozenset(
            one if isinstance(one, str) else one.id for one in (*named, *contested) if one
        )

    def read_event(self, body: bytes, signature: str) -> EventFact:
        for secret in self._webhook_secrets:
            try:
                stripe.WebhookSignature.verify_header(
                    body, signature, secret, SIGNATURE_AGE_MAX_SECONDS
                )
            except (ValueError, TypeError, stripe.SignatureVerificationError):
                continue  # ValueError: a body that is no text; TypeError: a signature not in ASCII
            return event_fact(body, is_live=self._is_live)
        raise EventRefused("no secret of ours signed it")


class _answers:  # noqa: N801 (reads as a statement: with _answers(places))
    """Holds one of the places and turns the library's errors into a sure no or a doubt."""

    def __init__(self, places: threading.Semaphore) -> None:
        self._places = places

    def __enter__(self) -> None:
        if not self._places.acquire(timeout=PLACE_SECONDS):
            raise GatewayUnreachable("too many calls are under way")

    def __exit__(self, _: object, error: BaseException | None, trace: object) -> None:
        self._places.release()
        if isinstance(error, stripe.CardError) and (intent_ref := intent_declined(error)):
            raise GatewayDeclined(intent_ref) from error
        if isinstance(error, stripe.InvalidRequestError):
            raise GatewayRefused(str(error.user_message or error)) from error
        if isinstance(error, stripe.StripeError):
            failed = isinstance(error, stripe.APIError) and (error.http_status or 0) >= SERVER_ERROR
            raise GatewayUnreachable(type(error).__name__, has_answered=failed) from error


def _around(since: dt.datetime) -> "SessionListParamsCreated":
    """When a page for a wish of that moment can have been made: not after its key was forgotten."""
    first = int(since.timestamp()) - 60
    return {"gte": first, "lte": first + KEY_LIFE_SECONDS}


def checkout_params(wish: CheckoutWish) -> "SessionCreateParams":
    """The request for a payment page: one line for all documents, ids only in the metadata."""
    ids = {"payment": str(wish.payment_id), "ledger": str(wish.ledger_id)}
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "client_reference_id": str(wish.payment_id),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": wish.amount.currency.lower(),
                    "unit_amount": _currency(wish.amount.currency).provider_units(
                        wish.amount.minor
                    ),
                    "product_data": {"name": _title(wish)},
                },
            }
        ],
        "allowed_payment_method_types": ["card", *DEBITS_IN.get(wish.amount.currency, ())],
        "payment_intent_data": {"metadata": ids},
        "metadata": ids,
        "locale": wish.language,
        "success_url": wish.return_url,
        "cancel_url": wish.return_url,
        "expires_at": int(wish.expires_at.timestamp()),
        "expand": EXPANDED,
    }


def _title(wish: CheckoutWish) -> str:
    with speaking(wish.language):
        return ngettext(
            "Payment for %(num)s invoice", "Payment for %(num)s invoices", wish.documents
        )
