"""Every face and the bare pages in one worker, so that one server's own work is in every figure."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from api.app import create_app as create_api
from benchmarks.bare import bare_app
from foundation import logs
from foundation.clock import SystemClock
from foundation.database import Transaction, engine_of
from foundation.settings import Settings
from foundation.web.requests import Wiring
from payments.card.gateway import StripeGateway
from portal.app import create_app as create_portal

logs.configure(readable=False)
_settings = Settings.from_environment(os.environ)
_gateway = StripeGateway.at(
    _settings.stripe_key,
    url=_settings.stripe_url,
    webhook_secrets=_settings.stripe_webhook_secrets,
)


def _wiring(url: str) -> Wiring:
    """A process of one face, but that nobody is woken: no worker runs beside a benchmark."""
    return Wiring(
        settings=_settings,
        clock=SystemClock(_settings.zone),
        transaction=Transaction(engine_of(url), audit_key=_settings.audit_key),
        gateway=_gateway,
    )


_portal = create_portal(_wiring(_settings.database_portal_url))
_api = create_api(_wiring(_settings.database_url))
_bare = bare_app(Transaction(engine_of(_settings.database_url), audit_key=b""))


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Whoever the address belongs to."""
    path = environ["PATH_INFO"]
    if path.startswith("/bare/"):
        return _bare(environ, start_response)
    return (_api if path.startswith("/webhooks/") else _portal)(environ, start_response)
