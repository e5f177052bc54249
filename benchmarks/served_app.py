"""Every face and the bare pages in one worker, so that one server's own work is in every figure."""

from collections.abc import Callable, Iterable
from typing import Any

from api.app import create_app as create_api
from benchmarks.bare import bare_app
from portal.app import create_app as create_portal
from serve.wiring import settings_here, wired

_settings = settings_here()
_ours = wired(_settings, database_url=_settings.database_url)
_portal = create_portal(wired(_settings, database_url=_settings.database_portal_url))
_api = create_api(_ours)
_bare = bare_app(_ours.transaction)


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Whoever the address belongs to."""
    path = environ["PATH_INFO"]
    if path.startswith("/bare/"):
        return _bare(environ, start_response)
    return (_api if path.startswith("/webhooks/") else _portal)(environ, start_response)
