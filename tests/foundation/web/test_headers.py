"""The exact headers of every answer, whatever it is; only what never changes may be kept."""

import re

import pytest

from tests.foundation.web.faces import a_face, asking, settings_of

ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
        " form-action 'self' https://checkout.stripe.com; base-uri 'none'; object-src 'none';"
        " frame-ancestors 'none'; report-to csp"
    ),
    "Reporting-Endpoints": 'csp="http://localhost/csp-report"',
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(),"
        " fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(),"
        " payment=(), picture-in-picture=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=(),"
        " publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
    "Cache-Control": "no-store",
}
KNOWN = {*ALWAYS, "Content-Type", "Content-Length", "X-Request-ID", "Location", "Vary", "Allow"}
KNOWN |= {"Set-Cookie", "Retry-After"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return a_face(tmp_path_factory.mktemp("face"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/pay", 200),
        ("/nowhere", 404),
        ("/fail/defect", 500),
        ("/fail/403", 403),
        ("/fail/gone", 303),
        ("/fail/limit", 429),
        ("/health", 200),
        ("/ready", 503),
    ],
)
def test_every_answer_carries_them(app, path, status):
    answer = asking(app, "payer").get(path)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert set(answer.headers.keys()) <= KNOWN


def test_an_untrusted_host_is_refused_and_carries_them_too(app):
    answer = asking(app).get("/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "evil.example" not in answer.get_data(as_text=True)


def test_https_is_remembered_and_the_cookie_bound_to_the_host(tmp_path):
    app = a_face(tmp_path, base_url="https://localhost")

    answer = asking(app, "payer").get("/pay", base_url="https://localhost")

    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-test=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_in_the_demo_the_cookie_has_a_name_of_its_face(app):
    cookie = asking(app, "payer").get("/pay").headers["Set-Cookie"]

    assert cookie.startswith("quittance-test=")
    assert "HttpOnly" in cookie


def test_what_is_addressed_by_its_content_is_kept_for_ever(app):
    client = asking(app)
    page = client.get("/").get_data(as_text=True)
    addresses = re.findall(r'(?:src|href)="(/(?:static|bootstrap)/[^"]+)"', page)

    assert len(addresses) >= 3
    for address in addresses:
        answer = client.get(address, buffered=True)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_address_of_another_build_is_answered_but_not_kept(app):
    answer = asking(app).get("/static/0123456789abcdef/quittance.css", buffered=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["../pyproject.toml", "%2e%2e/pyproject.toml", "nothing.css"])
def test_only_what_lies_in_the_folder_is_served(app, path):
    answer = asking(app).get(f"/static/0123456789abcdef/{path}")

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_loads_nothing_from_elsewhere_and_nothing_inline(app):
    page = asking(app).get("/").get_data(as_text=True)

    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r'\sstyle="|\son\w+="', page)


@pytest.mark.parametrize(
    ("proxies", "sent", "is_kept"),
    [
        ("0", "from-outside-1", False),
        ("1", "from-the-proxy-1", True),
        ("1", "short", False),
        ("1", "a b c d e f g h", False),
        ("1", "x" * 65, False),
    ],
)
def test_a_request_id_is_taken_from_a_trusted_proxy_only(tmp_path, proxies, sent, is_kept):
    app = a_face(tmp_path, settings=settings_of(QUITTANCE_TRUSTED_PROXIES=proxies))

    answer = asking(app).get("/deed", headers={"X-Request-ID": sent})

    assert (answer.headers["X-Request-ID"] == sent) is is_kept
    assert answer.get_json()["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(("proxies", "address"), [("0", "127.0.0.1"), ("1", "203.0.113.9")])
def test_the_visitor_s_address_is_told_by_trusted_proxies_only(tmp_path, proxies, address):
    app = a_face(tmp_path, settings=settings_of(QUITTANCE_TRUSTED_PROXIES=proxies))
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}

    assert asking(app).get("/deed", headers=forged).get_json()["address"] == address
