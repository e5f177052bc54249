"""Default deny, before any view runs: the policy row decides who, and forged requests end here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, abort, g, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect

from foundation import logs
from foundation.web.policy import SAFE, Policy, Row, check_routes

_FROM_US: Final = frozenset({"same-origin", "none"})  # "none": typed or reloaded by the reader
_log = logs.logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorman:
    """How a face knows people.

    `principal` names the role of who asks. `refuse` may answer in its own way whom the row does
    not allow (sign in first, choose a company); None means 403. `is_fresh` says whether the last
    proof of identity is at most so many minutes old, `ask_again` leads to a fresh one.
    """

    principal: Callable[[], str]
    refuse: Callable[[str, Row], ResponseReturnValue | None] = lambda _role, _row: None
    is_fresh: Callable[[int], bool] = lambda _minutes: False
    ask_again: Callable[[], ResponseReturnValue | None] = lambda: None


def init_guard(app: Flask, policy: Policy, doorman: Doorman, *, base_url: str) -> None:
    """Check the routes against the policy now, and every request before its view.

    Call it last, when every route is there.
    """
    check_routes(app, policy)
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard below asks, after it knows who asks
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a basket may lie open over lunch
        WTF_CSRF_SSL_STRICT=False,  # our own check of the origin takes the place of the Referer
    )
    csrf = CSRFProtect(app)

    def guard() -> ResponseReturnValue | None:
        if request.routing_exception is not None:
            return None  # no view: Flask answers 404 or 405, or leads to the proper address
        row = policy.row_of(request.endpoint or "", request.method)
        if row is None:
            abort(403)
        g.policy_row = row
        refused = _admit(row, doorman)
        if refused is None and row.csrf == "required" and request.method not in SAFE:
            _check_origin(base_url)
            csrf.protect()
        return refused

    app.before_request(guard)


def _admit(row: Row, doorman: Doorman) -> ResponseReturnValue | None:
    if not row.is_for_everyone and (role := doorman.principal()) not in row.roles:
        answer = doorman.refuse(role, row)
        if answer is None:
            _log.info("forbidden", role=role, endpoint=request.endpoint)
            abort(403)
        return answer
    if row.fresh_auth is not None and not doorman.is_fresh(row.fresh_auth):
        return doorman.ask_again() or abort(403)
    return None


def _check_origin(base_url: str) -> None:
    """A form that changes something was on a page of ours, as far as the browser tells."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site not in _FROM_US:
        raise CSRFError(f"sent from {site}")
    if origin is not None and _origin_of(origin) != _origin_of(base_url):
        raise CSRFError("sent from another origin")


def _origin_of(address: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:  # a port that is no number, a bracket that is never closed
        return "", None, None
    return parts.scheme, parts.hostname, port
