"""Addresses that no page of ours makes: read as if they were plain, or absent; never a defect."""

import base64
import json
from functools import partial
from itertools import cycle

import pytest

from tests.access.principals import BY_NAME, browser_of

ID = "3f2c1d1e-6a5c-4f0e-9b5e-2f8f7f2a1c11"


@pytest.fixture
def sender(town):
    """`sender(name)` asks bare addresses as that principal."""
    return lambda name="payer of a": partial(
        browser_of(town, BY_NAME[name]).client.raw, buffered=True
    )


TEXTS = [
    "%00",
    "%00%00a",
    "%ff%fe",
    "%ed%a0%80",
    "%c0%ae%c0%ae",
    "%f4%90%80%80",
    "%0d%0aX:%20y",
    "%",
]
TEXTS += [
    "%zz",
    "'",
    '"',
    "%27%20OR%201=1--",
    "%5C",
    "a" * 5_000,
    "%F0%9F%92%A3",
    "%E2%80%AE",
    "..%2f",
]
TEXTS += [
    "%3Cscript%3E",
    "%7B%7B7*7%7D%7D",
    "%25s%25n",
    "$%7Bjndi%7D",
    "-1",
    "1e999",
    "NaN",
    "%20",
    "*",
]


# What each page reads of its address, and one name that none of them knows.
ASKED_BY = {
    "/invoices": ("search", "state", "sort", "currency", "after", "before"),
    "/payments": ("kind", "after", "before"),
    "/sign-in": ("next",),
    "/sign-in/link": ("asked",),
    "/accounts": ("next",),
    "/": ("unknown",),
}


@pytest.mark.parametrize("name", ["anonymous", "payer of a"])
@pytest.mark.parametrize("text", TEXTS)
def test_text_that_is_none_in_an_address_is_no_defect(sender, text, name):
    ask = sender(name)
    addresses = [f"{place}?{one}={text}" for place, names in ASKED_BY.items() for one in names]

    statuses = {address: ask(address).status_code for address in addresses}
    statuses |= {
        path: ask(path).status_code
        for path in (
            f"/{text}",
            f"/invoices/{text}",
            f"/invoices/{ID}{text}",
            f"/receipts/{text}.pdf",
            f"/sign-in/link/{text}",
            f"/static/0123456789abcdef/{text}",
            f"/bootstrap/static/{text}",
            f"/payments/{text}/state",
        )
    }

    assert {where: status for where, status in statuses.items() if status >= 500} == {}


VALUES = [
    "",
    "\0",
    "\ud800",
    "a\0b",
    "1",
    "-1",
    "9" * 30,
    str(2**63),
    str(-(2**63) - 1),
    "1.5",
    "NaN",
]
VALUES += [
    "2026-10-31",
    "0001-01-01",
    "9999-12-31",
    "2026-13-45",
    "infinity",
    "2026-10-31T00:00:00",
]
VALUES += [
    "2026-10-31T00:00:00+00:00",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    ID,
]
VALUES += [f"{{{ID}}}", f"urn:uuid:{ID}", "١٢٣", "x" * 300, None, [], {}, True, 1.5, 10**40]


def cursor(values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


CURSORS = [cursor([value, ID]) for value in VALUES]
CURSORS += [cursor(["2026-10-31", value]) for value in VALUES]
CURSORS += [cursor(v) for v in ([], [1, 2, 3], {"a": 1}, "text", None, 5, [[[]], [[]]], ["a"] * 90)]
CURSORS += [
    "!",
    "====",
    "a",
    "é",
    base64.b64encode(b"\xff\xff").decode(),
    "W10",
    "Ww",
    "bnVsbA",
    "é" * 40,
]
CURSORS += [base64.urlsafe_b64encode(b"[" * 200).decode(), "a" * 401, "[]", "%5B%5D", "\u0661" * 8]


@pytest.mark.parametrize("sort", ["due", "-number", "open"])
def test_a_bent_cursor_leads_to_the_first_page_or_to_a_page_of_the_own_list(sender, sort):
    ask = sender()
    seen = {
        bent: ask("/invoices", query_string={"sort": sort, side: bent}).status_code
        for bent, side in zip(CURSORS, cycle(["after", "before"]), strict=False)
    }

    assert {bent: status for bent, status in seen.items() if status not in (200, 302)} == {}


@pytest.mark.parametrize("kind", ["card", "received"])
def test_a_bent_cursor_of_payments_leads_to_a_page_of_the_own_list(sender, kind):
    ask = sender()
    seen = {
        bent: ask("/payments", query_string={"kind": kind, "after": bent}).status_code
        for bent in CURSORS
    }

    assert {bent: status for bent, status in seen.items() if status not in (200, 302)} == {}


def test_the_face_of_machines_has_no_defect_either(town):
    client = town.api.test_client()

    statuses = {text: client.get(f"/{text}").status_code for text in TEXTS}

    assert {text: status for text, status in statuses.items() if status >= 500} == {}
