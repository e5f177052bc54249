"""The endpoints of the API: how each is called, what it takes, who answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stripe import params as types

from sandbox.stripe import (
    endpoints,
    events,
    intents,
    lists,
    methods,
    objects,
    sessions,
    setups,
)
from sandbox.stripe.errors import StripeRefusal
from sandbox.stripe.store import Obj

Handler = Callable[..., Obj]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint of the API: how it is called, what it takes, who answers."""

    method: str
    pattern: re.Pattern[str]
    params: type
    handler: Handler


def _route(method: str, path: str, params: type, handler: Handler) -> Route:
    return Route(method, re.compile("/v1/" + path.replace("<id>", r"([^/]+)")), params, handler)


def _list_of(kind: str, url: str) -> Handler:
    return lambda account, params: lists.page(account, kind, url, params)


ROUTES = tuple(
    _route(*row)
    for row in (
        ("POST", "checkout/sessions", types.checkout.SessionCreateParams, sessions.create),
        (
            "GET",
            "checkout/sessions",
            types.checkout.SessionListParams,
            _list_of("checkout.session", "/v1/checkout/sessions"),
        ),
        ("GET", "checkout/sessions/<id>", types.checkout.SessionRetrieveParams, sessions.retrieve),
        (
            "POST",
            "checkout/sessions/<id>/expire",
            types.checkout.SessionExpireParams,
            sessions.expire,
        ),
        (
            "GET",
            "checkout/sessions/<id>/line_items",
            types.checkout.SessionLineItemListParams,
            sessions.line_items,
        ),
        (
            "GET",
            "payment_intents",
            types.PaymentIntentListParams,
            _list_of("payment_intent", "/v1/payment_intents"),
        ),
        ("GET", "payment_intents/<id>", types.PaymentIntentRetrieveParams, objects.intent),
        ("POST", "payment_intents", types.PaymentIntentCreateParams, intents.create),
        (
            "POST",
            "payment_intents/<id>/confirm",
            types.PaymentIntentConfirmParams,
            intents.confirm,
        ),
        ("POST", "payment_intents/<id>/cancel", types.PaymentIntentCancelParams, intents.cancel),
        (
            "GET",
            "setup_intents",
            types.SetupIntentListParams,
            _list_of("setup_intent", "/v1/setup_intents"),
        ),
        ("GET", "setup_intents/<id>", types.SetupIntentRetrieveParams, setups.retrieve),
        (
            "GET",
            "payment_methods",
            types.PaymentMethodListParams,
            _list_of("payment_method", "/v1/payment_methods"),
        ),
        ("GET", "payment_methods/<id>", types.PaymentMethodRetrieveParams, methods.retrieve),
        ("POST", "payment_methods/<id>/attach", types.PaymentMethodAttachParams, methods.attach),
        ("POST", "payment_methods/<id>/detach", types.PaymentMethodDetachParams, methods.detach),
        ("GET", "charges", types.ChargeListParams, _list_of("charge", "/v1/charges")),
        ("GET", "refunds", types.RefundListParams, _list_of("refund", "/v1/refunds")),
        ("GET", "refunds/<id>", types.RefundRetrieveParams, objects.refund),
        ("GET", "disputes", types.DisputeListParams, _list_of("dispute", "/v1/disputes")),
        ("GET", "disputes/<id>", types.DisputeRetrieveParams, objects.dispute),
        ("GET", "payouts", types.PayoutListParams, _list_of("payout", "/v1/payouts")),
        ("GET", "payouts/<id>", types.PayoutRetrieveParams, objects.payout),
        ("GET", "charges/<id>", types.ChargeRetrieveParams, objects.charge),
        (
            "GET",
            "balance_transactions",
            types.BalanceTransactionListParams,
            _list_of("balance_transaction", "/v1/balance_transactions"),
        ),
        (
            "GET",
            "balance_transactions/<id>",
            types.BalanceTransactionRetrieveParams,
            objects.movement,
        ),
        ("GET", "balance", types.BalanceRetrieveParams, objects.balance),
        ("GET", "events", types.EventListParams, _list_of("event", "/v1/events")),
        ("GET", "events/<id>", types.EventRetrieveParams, events.retrieve),
        ("POST", "customers", types.CustomerCreateParams, objects.new_customer),
        ("GET", "customers/<id>", types.CustomerRetrieveParams, objects.customer),
        (
            "GET",
            "customers/<id>/payment_methods",
            types.CustomerPaymentMethodListParams,
            methods.of_customer,
        ),
        ("POST", "webhook_endpoints", types.WebhookEndpointCreateParams, endpoints.create),
        (
            "GET",
            "webhook_endpoints",
            types.WebhookEndpointListParams,
            _list_of("webhook_endpoint", "/v1/webhook_endpoints"),
        ),
        (
            "GET",
            "webhook_endpoints/<id>",
            types.WebhookEndpointRetrieveParams,
            endpoints.retrieve,
        ),
        ("POST", "webhook_endpoints/<id>", types.WebhookEndpointUpdateParams, endpoints.update),
        ("DELETE", "webhook_endpoints/<id>", types.WebhookEndpointDeleteParams, endpoints.delete),
    )
)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The route of a call and the identifiers in its path, or Stripe's 404."""
    for route in ROUTES:
        if route.method == method and (found := route.pattern.fullmatch(path)):
            return route, found.groups()
    raise StripeRefusal(f"Unrecognized request URL ({method}: {path}).", status=404)
