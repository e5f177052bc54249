"""The exact text of every security header, on every answer of both faces: pages, redirects,
documents, errors of every kind; and the attributes of every cookie.
"""

import re
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest

from foundation.settings import Settings
from foundation.web.requests import Wiring
from portal.app import create_app
from tests.access.asks import ask_of
from tests.access.expectations import PORTAL
from tests.access.principals import BY_NAME, Ask, browser_of
from tests.people.people import PASSWORD
from tests.portal.page_client import PageClient

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
    " form-action 'self'{provider}; base-uri 'none'; object-src 'none';"
    " frame-ancestors 'none'; report-to csp"
)
PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(),"
    " fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(),"
    " payment=(), picture-in-picture=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=(),"
    " publickey-credentials-create=(self), publickey-credentials-get=(self)"
)
FOR_EVER = "public, max-age=31536000, immutable"
# What an answer may carry besides; anything else has to be thought about first.
BESIDES = {
    "Accept-Ranges",
    "Allow",
    "Content-Disposition",
    "Content-Length",
    "Content-Type",
    "ETag",
    "Last-Modified",
    "Date",
    "Location",
    "Retry-After",
    "Set-Cookie",
    "Vary",
    "X-Request-ID",
}
ROWS = sorted(PORTAL.rows)


def fixed(face: str) -> dict[str, str]:
    """What every answer of that face says, to the letter."""
    provider = " https://checkout.stripe.com" if face == "portal" else ""
    port = {"portal": 8000, "api": 8002}[face]
    return {
        "Content-Security-Policy": CONTENT_POLICY.format(provider=provider),
        "Reporting-Endpoints": f'csp="http://localhost:{port}/csp-report"',
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
    }


def check(answer, face: str = "portal", *, kept: bool = False) -> None:
    """Everything there, word for word, once, and nothing that nobody thought about."""
    wanted = {**fixed(face), "Cache-Control": FOR_EVER if kept else "no-store"}
    names = [name.title() for name, _value in answer.headers]

    assert {name: answer.headers.getlist(name) for name in wanted} == {
        name: [value] for name, value in wanted.items()
    }
    assert {name for name, _value in answer.headers} <= {*wanted, *BESIDES}
    assert all(names.count(name.title()) == 1 for name in wanted)
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])


@pytest.mark.parametrize(("endpoint", "method"), ROWS)
@pytest.mark.parametrize("name", ["anonymous", "payer of a"])
def test_every_route_answers_with_them(town, endpoint, method, name):
    who = BY_NAME[name]
    ask, browser = ask_of(town, endpoint, method, who), browser_of(town, who)
    is_static = endpoint in ("static", "bootstrap.static")

    check(browser.send(method, ask), kept=is_static)
    check(browser.client.raw(ask.path, method="PUT"))
    if method == "GET":
        check(browser.send("HEAD", ask), kept=is_static)
    elif PORTAL.rows[endpoint, method].csrf == "required":
        check(browser.client.raw(ask.path, method="POST", data=ask.data))


REFUSED = {
    "404": ("GET", "/nowhere", {}, 404),
    "404 of an object": ("GET", "/invoices/00000000-0000-4000-8000-000000000000", {}, 404),
    "404 of a file": ("GET", "/static/0123456789abcdef/nothing.css", {}, 404),
    "405": ("DELETE", "/invoices", {}, 405),
    "400 of a host": ("GET", "/", {"headers": {"Host": "evil.example"}}, 400),
    "413": ("POST", "/sign-in", {"data": b"x" * 2_000_000}, 413),
    "redirect to sign in": ("GET", "/invoices", {}, 303),
    "redirect of doubled slashes": ("GET", "/sign-in//link", {}, 308),
}


@pytest.mark.parametrize("place", sorted(REFUSED))
def test_every_refusal_answers_with_them(town, place):
    method, path, more, status = REFUSED[place]

    who = BY_NAME["payer of a" if "object" in place else "anonymous"]
    answer = browser_of(town, who).client.raw(path, method=method, **more)

    assert answer.status_code == status
    check(answer)


def broken(town, error: Exception):
    """The same portal with one page that fails."""
    app = create_app(town.portal.extensions["quittance"])

    def fail():
        raise error

    app.view_functions["profile.show"] = fail
    return replace(town, portal=app)


def test_a_defect_answers_with_them(town):
    browser = browser_of(
        broken(town, RuntimeError("nobody thought of this")), BY_NAME["payer of a"]
    )

    answer = browser.send("GET", Ask(path="/profile"))

    assert answer.status_code == 500
    assert "nobody thought" not in answer.text
    check(answer)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/ready", 200),
        ("POST", "/webhooks/stripe", 400),
        ("GET", "/webhooks/stripe", 405),
        ("GET", "/nowhere", 404),
        ("POST", "/health", 405),
    ],
)
def test_the_face_of_machines_answers_with_them(town, method, path, status):
    answer = town.api.test_client().open(path, method=method)

    assert answer.status_code == status
    assert "Set-Cookie" not in answer.headers
    check(answer, "api")


def cookies(answer) -> dict[str, dict[str, str]]:
    """Name -> attributes of every cookie that was set."""
    found: dict[str, dict[str, str]] = {}
    for line in answer.headers.getlist("Set-Cookie"):
        for name, morsel in SimpleCookie(line).items():
            found[name] = {key: str(value) for key, value in morsel.items() if value}
    return found


def test_the_cookies_of_the_portal_say_how_they_may_be_used(town):
    client = PageClient(town.portal)
    entered = client.sign_in(_email(town), PASSWORD).response.history[0]
    spoken = browser_of(town, BY_NAME["anonymous"]).send(
        "POST", ask_of(town, "languages.choose", "POST", BY_NAME["anonymous"])
    )

    assert cookies(entered) == {
        "quittance-portal": {"path": "/", "httponly": "True", "samesite": "Lax"}
    }
    language = cookies(spoken)["quittance_language"]
    assert language.pop("expires")
    assert language == {
        "path": "/",
        "httponly": "True",
        "samesite": "Lax",
        "max-age": str(365 * 24 * 3600),
    }


def _email(town) -> str:
    town.forget_attempts()
    person = town.companies["a"].people["viewer"]
    town.give_password(person)
    return town.rows("SELECT email FROM person WHERE id = :id", id=person.person_id)[0][0]


def test_in_production_cookies_belong_to_the_host_and_https_is_remembered(town):
    wiring: Wiring = town.portal.extensions["quittance"]
    secure: Settings = replace(wiring.settings, portal_url="https://localhost")
    app = create_app(replace(wiring, settings=secure))
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    spoken = client.post("/language", base_url="https://localhost", data=_language(page.text))

    [name] = [name for name in cookies(page) if name != "quittance_language"]
    assert name == "__Host-portal"
    assert cookies(page)[name]["secure"] == "True"
    assert "domain" not in cookies(page)[name]
    assert cookies(spoken)["quittance_language"]["secure"] == "True"
    hsts = [answer.headers["Strict-Transport-Security"] for answer in (page, spoken)]
    assert hsts == ["max-age=63072000; includeSubDomains"] * 2


def _language(page: str) -> dict[str, str]:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    return {"csrf_token": token, "language": "fr", "next": "/sign-in"}
