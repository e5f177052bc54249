"""A request as we trust it: which host, through which proxies, how large, and its id.

The id is our own unless a trusted proxy sent one; it stands in every log line and row it causes.
"""

import re
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from foundation import logs
from foundation.clock import Clock
from foundation.database import TransactionFactory
from foundation.deed import SYSTEM_ID, Deed
from foundation.settings import Settings

BODY_BYTES_MAX: Final = 1024 * 1024  # a page of forms; files will have a limit of their own
FORM_BYTES_MAX: Final = 500_000
FORM_PARTS_MAX: Final = 1_000
_OWN_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)

_log = logs.logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What a face was built with; a view asks for it with `wiring()`."""

    settings: Settings
    clock: Clock
    transaction: TransactionFactory
    gateway: Any  # the face knows its type; the ground knows no payment provider


def wiring() -> Wiring:
    """What the face of this request was built with."""
    return cast(Wiring, current_app.extensions["quittance"])


def request_deed() -> Deed:
    """An act in this request by nobody yet; the face puts in who acts and for whom."""
    clock = wiring().clock
    return Deed(
        actor_id=SYSTEM_ID,
        subject_id=None,
        request_id=logs.request_id(),
        at=clock.now(),
        on=clock.today(),
    )


def init_requests(app: Flask, given: Wiring, *, name: str, base_url: str) -> None:
    """Bound, identify and log every request of this face."""
    settings = given.settings
    is_https = urlsplit(base_url).scheme == "https"
    app.extensions["quittance"] = given
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        # Cookies ignore the port, so each face has a name of its own.
        SESSION_COOKIE_NAME=f"__Host-{name}" if is_https else f"quittance-{name}",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # Strict would lose the session on the way back from paying
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=BODY_BYTES_MAX,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES_MAX,
        MAX_FORM_PARTS=FORM_PARTS_MAX,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        PROVIDE_AUTOMATIC_OPTIONS=False,
        PROPAGATE_EXCEPTIONS=False,  # also under test the reader gets the page, the log the trace
    )
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's documented way
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.started = time.perf_counter()
    logs.begin(_sent_id() or uuid.uuid4().hex)
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = FORM_BYTES_MAX  # read at once: the limits of parts do not hold


def _sent_id() -> str | None:
    """The id a trusted proxy gave this request."""
    sent = request.headers.get("X-Request-ID", "")
    is_trusted = wiring().settings.trusted_proxies > 0 and _OWN_ID.fullmatch(sent)
    return sent if is_trusted else None


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = logs.request_id()
    taken = time.perf_counter() - g.get("started", time.perf_counter())
    _log.info(
        "request",
        method=request.method,
        path=request.path,
        endpoint=request.endpoint or "-",
        status=response.status_code,
        ms=round(taken * 1000, 1),
        address=request.remote_addr,
    )
    return response
