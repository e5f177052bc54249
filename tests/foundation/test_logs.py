"""Seeded secrets never reach the output, in any field, at any depth, by any logger."""

import io
import json
import logging

import pytest

from foundation import logs
from foundation.redaction import redacted, redacted_text

SEEDED = {
    "password": "correct horse battery",
    "new_password": "another horse",
    "authorization": "Bearer eyJhbGciOi.JIUzI1NiJ9",
    "cookie": "__Host-portal=c29tZSBzZXNzaW9u",
    "stripe_api_key": "sk_live_Zq3LiveKeyOfOurs",
    "csrf_token": "IjY4Y2Y4csrf",
    "signature": "t=1,v1=5257a869e7signature",
    "client_secret": "pi_3Abc_secret_Zq3clientsecret",
}
IN_TEXT = [
    ("paid with 4242 4242 4242 4242 today", "4242 4242"),
    ("paid with 4242-4242-4242-4242", "4242-4242"),
    ("378282246310005", "378282246310005"),
    ("key sk_live_Zq3LiveKeyOfOurs refused", "Zq3LiveKeyOfOurs"),
    ("key rk_test_Zq3TestKeyOfOurs refused", "Zq3TestKeyOfOurs"),
    ("whsec_Zq3HookSecret does not fit", "Zq3HookSecret"),
    ("pi_3Abc_secret_Zq3clientsecret", "Zq3clientsecret"),
    ("Authorization: Bearer eyJhbGciOi.JIUzI1NiJ9", "eyJhbGciOi"),
    ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("Cookie: __Host-portal=c29tZSBzZXNzaW9u; a=b", "c29tZSBzZXNzaW9u"),
    ("postgresql://quittance_app:db-password@db/x", "db-password"),
    ("GET /sign-in/link/Zq3SignInToken?x=1 200", "Zq3SignInToken"),
    ("GET /SIGN-IN/LINK/Zq3SignInToken 404", "Zq3SignInToken"),
    ("GET /sign-in/link/%2e/Zq3SignInToken 404", "Zq3SignInToken"),
    (r"http:\/\/localhost\/sign-in\/link\/Zq3SignInToken", "Zq3SignInToken"),
    ("GET /x?token=Zq3QueryToken&y=1", "Zq3QueryToken"),
    ("(UniqueViolation) [SQL: INSERT] [parameters: {'email': 'ann@example.com'}]", "ann@"),
]


@pytest.fixture(params=[True, False], ids=["readable", "json"])
def output(request):
    """Where the log goes while a test runs; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(readable=request.param, stream=stream)
    yield stream
    logging.captureWarnings(False)
    root.handlers[:], root.level = handlers, level
    logs.unconfigured()


def fail(words: str) -> None:
    raise RuntimeError(words)


@pytest.mark.parametrize(("name", "secret"), SEEDED.items())
def test_a_key_that_names_a_secret_loses_its_value(output, name, secret):
    logs.logger("test").info("event", **{name: secret}, nested={"deep": [{name: secret}]})

    assert secret not in output.getvalue()
    assert output.getvalue().count("[hidden]") == 2


@pytest.mark.parametrize(("text", "secret"), IN_TEXT)
def test_a_secret_is_known_by_its_shape_wherever_it_stands(output, text, secret):
    logs.logger("test").info(text, note=text, nested=[{"note": text}])
    logging.getLogger("library").warning("it said %s", text)
    try:
        fail(text)
    except RuntimeError:
        logs.logger("test").exception("failed")

    assert output.getvalue().count("\n") >= 3
    assert secret not in output.getvalue()


@pytest.mark.parametrize(
    "harmless",
    [
        "4242 4242 4242 4243",  # fails the check digit
        "invoice INV-4242424242424242",
        "018f5f00-1234-7123-8123-424242424242",
        "1234567890123",
        "request_id=abc",
        "€12,845.50",
    ],
)
def test_what_only_looks_like_a_secret_stays(harmless):
    assert redacted_text(harmless) == harmless


def test_values_of_every_kind_are_made_fit():
    class Thing:
        def __str__(self) -> str:
            return "a thing with sk_test_Zq3"

    seen = redacted([Thing(), b"\x00\x01", 4242424242424242, {"a": {"b": {"c": {"d": {"e": {}}}}}}])

    assert "Zq3" not in str(seen)
    assert "4242424242424242" not in str(seen)
    assert "[2 bytes]" in str(seen)
    assert "[too deep]" in str(seen)


@pytest.mark.parametrize("forged", ["\n", "\r\n", "\x1b[2K", "\u2028", "\x85", "\x00", "\x9b1A"])
def test_nothing_in_a_value_can_begin_a_line_or_move_the_cursor(output, forged):
    words = f"a{forged}2026-11-12T00:00:00Z info test payment.succeeded"

    logs.logger("test").info(words, note=words, **{f"k{forged}ey": words})
    logging.getLogger("library").warning("it said %s", words)

    assert len(output.getvalue().splitlines()) == 2
    assert forged not in output.getvalue().replace("\n", "", output.getvalue().count("\n"))


def test_a_traceback_cannot_forge_a_line(output):
    try:
        fail("a\n2026-11-12T00:00:00Z info test payment.succeeded")
    except RuntimeError:
        logs.logger("test").exception("failed")

    lines = output.getvalue().splitlines()
    assert not any(line.startswith("2026-11-12T00:00:00Z") for line in lines)


def test_every_line_carries_the_request_id(output):
    with logs.during("req-1"):
        logs.logger("test").info("ours")
        logging.getLogger("library").warning("theirs")
    logs.logger("test").info("after")

    one, two, three = output.getvalue().splitlines()
    assert "req-1" in one
    assert "req-1" in two
    assert "req-1" not in three


def test_nothing_is_unredacted_before_logging_is_set_up(caplog):
    logs.unconfigured()

    with caplog.at_level("INFO"):
        logs.logger("test").info("event", password="correct horse", note="sk_live_Zq3LiveKey")

    assert "[hidden]" in caplog.text
    assert "horse" not in caplog.text
    assert "Zq3" not in caplog.text


def test_a_json_line_is_an_object_with_time_level_and_event():
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(readable=False, stream=stream)

    logs.logger("payments").info("payment.synced", amount_minor=1250)

    logging.captureWarnings(False)
    root.handlers[:], root.level = handlers, level
    logs.unconfigured()
    line = json.loads(stream.getvalue())
    assert line["event"] == "payment.synced"
    assert line["level"] == "info"
    assert line["amount_minor"] == 1250
    assert line["timestamp"].endswith("Z")
