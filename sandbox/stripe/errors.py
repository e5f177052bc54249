"""Stripe's refusals, in Stripe's envelope: `{"error": {"type": ..., "code": ..., ...}}`."""

from typing import Any


class StripeRefusal(Exception):
    """One refusal; `facts` are further keys of the envelope, like `param` or `decline_code`."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        headers: dict[str, str] | None = None,
        **facts: Any,
    ) -> None:
        self.status = status
        self.headers = headers or {}
        self.envelope = {"error": {"message": message, "type": kind} | facts}
        super().__init__(message)


class CardRefusal(StripeRefusal):
    """The bank said no: what was tried stays as it is, and the envelope tells what it was."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"], status=402, kind="card_error")
        self.envelope = {"error": error}


def missing(what: str, identifier: str, *, param: str = "id") -> StripeRefusal:
    """No such object: the same answer whether it never was or lies in another account."""
    return StripeRefusal(
        f"No such {what}: '{identifier}'", status=404, code="resource_missing", param=param
    )


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> StripeRefusal:
    """A parameter we cannot take."""
    facts: dict[str, Any] = {
        name: value for name, value in (("param", param), ("code", code)) if value
    }
    return StripeRefusal(message, **facts)


def unauthorised(message: str) -> StripeRefusal:
    """No key, or one this account does not know."""
    return StripeRefusal(message, status=401)


def not_played(what: str, *, param: str | None = None) -> StripeRefusal:
    """Stripe could do this, the sandbox cannot: said aloud rather than silently ignored."""
    return invalid(f"The sandbox does not play {what}.", param=param, code="sandbox_not_played")


def server_error() -> StripeRefusal:
    """A 500; whether the work was done is for the caller to find out."""
    return StripeRefusal(
        "Sorry! There was an error while talking to one of our backends (played by the sandbox).",
        status=500,
        kind="api_error",
        headers={"Stripe-Should-Retry": "false"},
    )


def key_in_flight(key: str) -> StripeRefusal:
    """Another request with the same idempotency key has not been answered yet."""
    return StripeRefusal(
        f"There is currently another in-progress request using this idempotency key: {key}.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
        headers={"Stripe-Should-Retry": "true"},
    )


def key_reused(key: str) -> StripeRefusal:
    """The key was used before, for something else."""
    return StripeRefusal(
        "Keys for idempotent requests can only be used with the same parameters they were first "
        f"used with. Try using a key other than '{key}' if you meant another request.",
        kind="idempotency_error",
    )


def rate_limited() -> StripeRefusal:
    """Too many requests at once."""
    return StripeRefusal(
        "Request rate limit exceeded (played by the sandbox).", status=429, code="rate_limit"
    )
