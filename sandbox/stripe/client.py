"""The real client library, talking to the sandbox inside this process: no port, no network."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import stripe
from werkzeug.test import EnvironBuilder, run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class InProcess(stripe.HTTPClient):
    """Carries the library's requests to a WSGI app; a dropped connection is one here too."""

    name = "in-process"

    def __init__(self, app: "WSGIApplication") -> None:
        super().__init__()
        self._app = app

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: str | bytes | None = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One call; what the app answers, or APIConnectionError when it hung up."""
        parts = urlsplit(url)
        builder = EnvironBuilder(
            path=parts.path,
            query_string=parts.query,
            base_url="http://localhost",
            method=method.upper(),
            headers=list((headers or {}).items()),
            data=post_data,
        )
        try:
            body, status, answered = run_wsgi_app(self._app, builder.get_environ(), buffered=True)
        except ConnectionError as dropped:
            raise stripe.APIConnectionError(  # type: ignore[no-untyped-call]  # untyped there
                "The sandbox dropped the connection without an answer.", should_retry=True
            ) from dropped
        finally:
            builder.close()
        return b"".join(body).decode(), int(status.split()[0]), cast(Mapping[str, str], answered)

    def close(self) -> None:
        """Nothing is held open."""
