"""Where to go on after a form: only to a page of ours, whatever the address bar said."""

from urllib.parse import unquote, urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from foundation.web.requests import wiring

LENGTH_MAX = 600
OF_THE_BASKET = ("payments.start", "basket.amounts", "basket.remove", "basket.use_credit")
DECODED_MAX = 3  # "%252f" is a slash to whoever decodes twice


def destination(wanted: str | None, *, otherwise: str = "home.show") -> str:
    """The wanted path when it is a page of ours, else the page named `otherwise`."""
    return wanted if wanted and is_page_of_ours(wanted) else url_for(otherwise)


def page_before() -> str | None:
    """The page of ours whose form was sent, as far as the browser tells."""
    if request.endpoint in OF_THE_BASKET:  # its refusals stand at the address of the form
        return url_for("basket.show")
    before = urlsplit(request.referrer or "")
    ours = urlsplit(wiring().settings.portal_url)
    if (before.scheme, before.netloc) != (ours.scheme, ours.netloc):
        return None
    return before.path + (f"?{before.query}" if before.query else "")


def is_page_of_ours(wanted: str) -> bool:
    """Whether this is a relative path that leads, in every reading of it, to one of our pages."""
    path = wanted.partition("?")[0]
    if len(wanted) > LENGTH_MAX or not _is_plain(wanted):
        return False
    readings = _readings(path)
    return all(map(_is_path, readings)) and _is_found(readings[1])


def _readings(path: str) -> list[str]:
    """The path as it stands, and as it reads after one, two and three decodings."""
    readings = [path]
    for _ in range(DECODED_MAX):
        readings.append(unquote(readings[-1]))
    return readings


def _is_path(text: str) -> bool:
    """One leading slash, no host, no scheme, no step upwards."""
    return text.startswith("/") and "//" not in text and "/.." not in text and _is_plain(text)


def _is_plain(text: str) -> bool:
    """Nothing that a header, a log or a forgiving browser reads as something else."""
    return text.isprintable() and not set(text) & set("\\ \u00a0")


def _is_found(path: str) -> bool:
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return True
