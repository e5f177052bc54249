"""What we ask Stripe about saved methods: pages to save one on, and charges with nobody there.

Part of the gateway: the client and the handling of its errors are handed in by it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final

from foundation.currency import currency as _currency
from payments.card.errors import GatewayDeclined, GatewayRefused, GatewayUnreachable
from payments.card.facts import CheckoutFact, CheckoutWish, SavedRef, SetupFact, SetupWish
from payments.card.readings import intent_fact, setup_fact

if TYPE_CHECKING:
    import stripe
    from stripe.params import PaymentIntentCreateParams
    from stripe.params.checkout import SessionCreateParams, SessionListParamsCreated

INTENT_PREFIX: Final = "pi_"
LISTED_MAX: Final = 2_000
CHARGE: Final = ["latest_charge"]
METHOD: Final = ["setup_intent.payment_method"]
# A page for saving takes a currency, of which its debits must be; a card pays in any.
PAGE_CURRENCY: Final = {"card": "eur", "sepa_debit": "eur", "us_bank_account": "usd"}


class SavedCalls:
    """The calls; each says a fact, a sure no, or no sure answer, as the gateway's others do."""

    def __init__(
        self,
        client: "stripe.StripeClient",
        answering: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._client = client
        self._answering = answering

    def charge(self, wish: CheckoutWish, saved: SavedRef, *, title: str) -> CheckoutFact:
        """Charge a saved method; asking again under the same key charges it no second time."""
        params = charge_params(wish, saved, title)
        options: stripe.RequestOptions = {"idempotency_key": f"op:{wish.payment_id}:charge"}
        try:
            with self._answering():
                made = self._client.v1.payment_intents.create(params, options)
        except GatewayDeclined as declined:
            return self.fetch(declined.intent_ref)
        return intent_fact(made)

    def fetch(self, intent_ref: str) -> CheckoutFact:
        """The charge as it is now."""
        with self._answering():
            found = self._client.v1.payment_intents.retrieve(intent_ref, {"expand": CHARGE})
        return intent_fact(found)

    def find(
        self, wish: CheckoutWish, *, created: "SessionListParamsCreated"
    ) -> CheckoutFact | None:
        """The charge made for that wish, if one was."""
        customer_ref = wish.saved.customer_ref if wish.saved else ""
        with self._answering():
            listed = self._client.v1.payment_intents.list(
                {"customer": customer_ref, "created": {**created}, "limit": 100}
            )
            for found in listed.auto_paging_iter():
                if found.metadata.to_dict().get("payment") == str(wish.payment_id):
                    return self.fetch(found.id)
        return None

    def confirm(self, wish: CheckoutWish, intent_ref: str, *, key: str) -> CheckoutFact:
        """Charge the same intent with the payer there to answer the bank: never a second charge."""
        if wish.saved is None:
            raise GatewayRefused("no saved method to confirm")
        options: stripe.RequestOptions = {"idempotency_key": key}
        try:
            with self._answering():
                made = self._client.v1.payment_intents.confirm(
                    intent_ref,
                    {
                        "payment_method": wish.saved.method_ref,
                        "return_url": wish.return_url,
                        "expand": CHARGE,
                    },
                    options,
                )
        except (GatewayDeclined, GatewayRefused):  # what it became meanwhile is what we fetch
            return self.fetch(intent_ref)
        return intent_fact(made)

    def cancel(self, intent_ref: str) -> CheckoutFact:
        """Let the intent take nothing any more, unless it has; the charge as it is then."""
        try:
            with self._answering():
                self._client.v1.payment_intents.cancel(intent_ref)
        except GatewayRefused:
            pass  # taken, on its way, or canceled before
        return self.fetch(intent_ref)

    def open_setup(self, wish: SetupWish) -> SetupFact:
        """Open a page for saving, and make the customer known where it is not."""
        customer_ref = wish.customer_ref or self._new_customer(wish)
        options: stripe.RequestOptions = {"idempotency_key": f"setup:{wish.setup_id}:checkout"}
        with self._answering():
            opened = self._client.v1.checkout.sessions.create(
                setup_params(wish, customer_ref), options
            )
        return setup_fact(opened)

    def _new_customer(self, wish: SetupWish) -> str:
        options: stripe.RequestOptions = {"idempotency_key": f"setup:{wish.setup_id}:customer"}
        with self._answering():
            made = self._client.v1.customers.create(
                {"metadata": {"setup": str(wish.setup_id)}}, options
            )
        return made.id

    def fetch_setup(self, session_ref: str) -> SetupFact:
        """The page for saving as it is now."""
        with self._answering():
            found = self._client.v1.checkout.sessions.retrieve(session_ref, {"expand": METHOD})
        return setup_fact(found)

    def find_setup(
        self, wish: SetupWish, *, created: "SessionListParamsCreated"
    ) -> SetupFact | None:
        """The page made for that wish, if one was."""
        with self._answering():
            listed = self._client.v1.checkout.sessions.list({"created": created, "limit": 100})
            for count, found in enumerate(listed.auto_paging_iter()):
                if found.client_reference_id == str(wish.setup_id):
                    return self.fetch_setup(found.id)
                if count >= LISTED_MAX:
                    raise GatewayUnreachable(f"more than {LISTED_MAX} pages to look through")
        return None

    def detach(self, method_ref: str) -> None:
        """Let go of a method for good."""
        try:
            with self._answering():
                self._client.v1.payment_methods.detach(method_ref)
        except GatewayRefused:
            with self._answering():  # gone already, which is what was wanted
                found = self._client.v1.payment_methods.retrieve(method_ref)
            if found.customer is not None:
                raise GatewayUnreachable("the method would not go") from None


def charge_params(wish: CheckoutWish, saved: SavedRef, title: str) -> "PaymentIntentCreateParams":
    """The request for a charge: ids only in the metadata."""
    code = wish.amount.currency
    return {
        "amount": _currency(code).provider_units(wish.amount.minor),
        "currency": code.lower(),
        "customer": saved.customer_ref,
        "payment_method": saved.method_ref,
        "allowed_payment_method_types": [_kind(saved.kind)],
        "confirm": True,
        "off_session": True,
        "description": title,
        "metadata": {"payment": str(wish.payment_id), "ledger": str(wish.ledger_id)},
        "expand": CHARGE,
    }


def setup_params(wish: SetupWish, customer_ref: str) -> "SessionCreateParams":
    """The request for a page on which nothing is taken."""
    ids = {"setup": str(wish.setup_id)}
    return {
        "mode": "setup",
        "ui_mode": "hosted_page",
        "client_reference_id": str(wish.setup_id),
        "customer": customer_ref,
        "currency": PAGE_CURRENCY[wish.kind],
        "allowed_payment_method_types": [_kind(wish.kind)],
        "setup_intent_data": {"metadata": ids},
        "metadata": ids,
        "locale": _kind(wish.language),
        "success_url": wish.return_url,
        "cancel_url": wish.return_url,
        "expires_at": int(wish.expires_at.timestamp()),
        "expand": METHOD,
    }


def intent_declined(error: "stripe.CardError") -> str | None:
    """The intent a bank's no is about."""
    named: Any = error.error.payment_intent if error.error else None
    return named.id if named is not None else None


def _kind(word: str) -> Any:
    """One of the words the package's types list; we keep ours as text."""
    return word
