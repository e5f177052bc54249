"""Requests that no browser of ours sends: refused with a sentence or read as if they were plain,
and never a defect, whoever sends them.
"""

from functools import partial

import pytest

from tests.access.imprint import changed, imprint
from tests.access.principals import BY_NAME, Ask, browser_of
from tests.access.reading import without_tokens
from tests.portal.page_client import ORIGIN

OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
FORM = "application/x-www-form-urlencoded"
READERS = pytest.mark.parametrize("name", ["anonymous", "payer of a"])
ID = "3f2c1d1e-6a5c-4f0e-9b5e-2f8f7f2a1c11"


@pytest.fixture
def sender(town):
    """`sender(name)` sends bare requests as that principal."""
    return lambda name="payer of a": partial(
        browser_of(town, BY_NAME[name]).client.raw, buffered=True
    )


def answered(answer) -> bool:
    """Not a defect; and whoever is refused is told so in a sentence."""
    if answer.status_code in (400, 413) and answer.mimetype == "text/html":
        return "<h1>" in answer.text and "Nothing was changed" in answer.text
    return answer.status_code < 500


HOSTS = [
    "evil.example",
    "localhost.evil.example",
    "evil.example:8000",
    "127.0.0.1",
    "localhost@evil",
]
HOSTS += ["[::1]", "local host", "localhost/evil", "LOCALHOST.", "xn--80ak6aa92e.com"]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/health"])
def test_a_host_that_is_not_ours_is_refused_and_not_repeated(sender, host, path):
    answer = sender()(path, headers={"Host": host})

    assert answer.status_code == 400
    assert host not in answer.text
    assert answer.location is None


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-For": "203.0.113.99", "X-Forwarded-Proto": "https"},
        {"Forwarded": "for=203.0.113.99;host=evil.example;proto=https"},
        {"X-Original-URL": "/profile"},
        {"X-Rewrite-URL": "/profile"},
        {"X-Forwarded-Prefix": "/evil.example"},
        {"X-Request-ID": "evil.example-12345678"},
    ],
)
@READERS
def test_what_only_a_proxy_may_say_is_not_heard_from_anybody_else(sender, headers, name):
    ask = sender(name)

    plain, bent = ask("/sign-in/link"), ask("/sign-in/link", headers=headers)

    assert unsigned(bent) == unsigned(plain)
    assert "evil.example" not in f"{bent.text}{bent.headers}"


def unsigned(answer) -> tuple[int, str]:
    """The page without its tokens."""
    return answer.status_code, without_tokens(answer.text)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_is_what_the_request_line_says(town, header):
    browser = browser_of(town, BY_NAME["payer of a"])
    before = imprint(town.database)

    statuses = {
        browser.client.raw("/sign-out", headers={header: "POST"}).status_code,
        browser.client.raw("/sign-out?_method=POST").status_code,
        browser.send(
            "GET", Ask(path="/profile/sessions/end", headers={header: "POST"})
        ).status_code,
        browser.send("POST", Ask(path="/profile", data={"_method": "DELETE"})).status_code,
    }

    assert statuses == {405}
    assert changed(before, imprint(town.database)) == set()


def multipart(parts: int, size: int = 1) -> bytes:
    one = b'--b\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n%b\r\n'
    return b"".join(one % (at, b"x" * size) for at in range(parts)) + b"--b--\r\n"


BODIES = {
    "two megabytes": (FORM, b"a=" + b"x" * 2_000_000, 413),
    "a field of 600,000 letters": (FORM, b"a=" + b"x" * 600_000, 413),
    "100,000 fields": (FORM, b"&".join(b"a%d=1" % at for at in range(100_000)), 413),
    "100,000 empty fields": (FORM, b"a&" * 100_000, 400),
    "half a megabyte and one": (FORM, b"a" * 500_001, 413),
    "100,000 parts": ("multipart/form-data; boundary=b", multipart(100_000), 413),
    "1,001 parts": ("multipart/form-data; boundary=b", multipart(1_001), 413),
    "a part of 600,000 letters": ("multipart/form-data; boundary=b", multipart(1, 600_000), 413),
    "parts without a boundary": ("multipart/form-data", multipart(2), 400),
    "parts that never end": ("multipart/form-data; boundary=b", multipart(2)[:40], 400),
    "a part without a head": ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--", 400),
    "a boundary of 10,000 letters": (f"multipart/form-data; boundary={'b' * 10_000}", b"x", 400),
    "bytes that are no text": (FORM, b"email=\xff\xfe\x00&password=\xed\xa0\x80", 400),
    "percents that are no bytes": (FORM, b"email=%&password=%zz%u1234", 400),
    "a charset of its own": (FORM + "; charset=utf-16", "email=a".encode("utf-16"), 400),
    "JSON": ("application/json", b'{"email": "a", "password": "b"}', 400),
    "JSON without an end": ("application/json", b'{"email": [[[[', 400),
    "XML": ("text/xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', 400),
    "nothing known": ("\x01\x02", b"\x00" * 100, 400),
    "no type": ("", b"email=a", 400),
}


@pytest.mark.parametrize("kind", sorted(BODIES))
@pytest.mark.parametrize("path", ["/sign-in", "/basket", "/payments", "/profile/password"])
def test_a_body_too_large_or_unreadable_is_refused_with_a_sentence(town, kind, path):
    content_type, body, status = BODIES[kind]
    who = BY_NAME["anonymous" if path == "/sign-in" else "payer of a"]
    browser = browser_of(town, who)
    before = imprint(town.database)

    answer = browser.client.raw(
        path, method="POST", data=body, headers=OURS | {"Content-Type": content_type}
    )

    assert answer.status_code == status
    assert answered(answer)
    assert changed(before, imprint(town.database)) == set()


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999999999", "1e3", " 5"])
def test_a_length_that_is_none_is_no_defect(sender, length):
    answer = sender("anonymous")(
        "/sign-in",
        method="POST",
        data=b"a=b",
        headers=OURS | {"Content-Type": FORM},
        environ_overrides={"CONTENT_LENGTH": length},
    )

    assert answer.status_code in (400, 413)
    assert answered(answer)


HEADERS = [
    ("Cookie", "quittance-portal=bent; quittance_language=<script>"),
    ("Cookie", "quittance-portal=" + "a" * 8_000),
    ("Cookie", "=; ;;; a=b=c; quittance_language=\xff"),
    ("Cookie", "quittance-portal=.eJxNjDEKgDAQ"),
    ("Accept-Language", ",;q=,;q=x,*;q=-1,fr;q=9" * 50),
    ("Accept-Language", "\xff\xfe"),
    ("Accept-Language", "../../etc/passwd"),
    ("User-Agent", "\xff" * 300),
    ("User-Agent", "(" * 5_000),
    ("Range", "bytes=99999999999999999999-1,-,a-b"),
    ("Range", "bytes=5-2"),
    ("If-Modified-Since", "never"),
    ("If-None-Match", '"' * 100),
    ("Origin", "http://[::1"),
    ("Sec-Fetch-Site", "\xff"),
    ("Authorization", "Basic %%%"),
    ("Content-Type", "a" * 9_000),
    ("Expect", "the unexpected"),
    ("Transfer-Encoding", "chunked, chunked"),
]


@pytest.mark.parametrize(("header", "value"), HEADERS)
@READERS
def test_a_bent_header_is_no_defect(sender, header, value, name):
    ask = sender(name)
    paths = ("/", "/sign-in", "/invoices", "/nowhere", "/static/0123456789abcdef/quittance.css")

    statuses = {path: ask(path, headers={header: value}).status_code for path in paths}
    statuses["POST"] = ask("/sign-in", method="POST", data={}, headers={header: value}).status_code

    assert {path: status for path, status in statuses.items() if status >= 500} == {}


ELSEWHERE = ["//evil.example", "https://evil.example", "/\\evil.example", "/%2F%2Fevil.example"]
ELSEWHERE += [
    "javascript:alert(1)",
    "/\tevil",
    "\\\\evil.example",
    "/sign-out",
    "http:/evil.example",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_form_and_no_address_leads_elsewhere(town, elsewhere):
    payer = browser_of(town, BY_NAME["payer of a"])
    customer = str(town.companies["a"].customer_id)
    sent = {
        "/accounts": {"customer_id": customer, "next": elsewhere},
        "/language": {"language": "en", "next": elsewhere},
        "/basket": {"invoice_id": ID, "back": elsewhere},
    }
    answers = [payer.send("POST", Ask(path=path, data=data)) for path, data in sent.items()]
    answers.append(payer.client.raw("/sign-in", query_string={"next": elsewhere}))

    assert [answer.location for answer in answers] == ["/", "/", "/invoices", "/"]


def test_the_face_of_machines_has_no_defect_either(town):
    client = town.api.test_client()
    path = "/webhooks/stripe"

    statuses = {
        kind: client.post(path, data=body, headers={"Content-Type": content_type}).status_code
        for kind, (content_type, body, _status) in BODIES.items()
    }

    assert set(statuses.values()) <= {400, 413}
