"""Nobody passes but through a policy row; nothing changes through a forged request."""

import re

import pytest
from flask import Flask

from foundation.web.policy import PolicyBroken, load_policy
from tests.foundation.web.faces import POLICY, a_face, asking

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return a_face(tmp_path_factory.mktemp("face"))


def token_of(client) -> str:
    page = client.get("/pay").get_data(as_text=True)
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("anonymous", "/", 200),
        ("viewer", "/", 200),
        ("anonymous", f"/mine/{MISSING}", 303),
        ("viewer", f"/mine/{MISSING}", 404),
        ("provider", f"/mine/{MISSING}", 403),
        ("anonymous", "/pay", 303),
        ("viewer", "/pay", 403),
        ("payer", "/pay", 200),
        ("nobody we know", "/pay", 403),
        ("anonymous", "/nowhere", 404),
        ("payer", "/mine/not-an-id", 404),
    ],
)
def test_the_row_decides_who_sees_a_page(app, role, path, status):
    client = asking(app, role)

    assert client.get(path).status_code == status
    assert client.head(path).status_code == status


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "POST"])
def test_a_method_without_a_row_is_not_answered(app, method):
    assert asking(app, "admin").open("/", method=method).status_code == 405


def test_a_page_that_asks_for_fresh_proof_gets_it(app):
    assert asking(app, "payer", age="10").get("/proof").status_code == 200
    assert asking(app, "payer", age="99").get("/proof").status_code == 403


def test_a_form_without_its_token_changes_nothing(app):
    answer = asking(app, "payer").post("/pay", data={"name": "a", "amount": "5"})

    assert answer.status_code == 400
    assert "Nothing was changed" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "http://localhost:8001"}, 400),
        ({"Origin": "https://localhost"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "null"}, 400),
        ({"Origin": "http://localhost:port"}, 400),
    ],
)
def test_a_form_sent_from_elsewhere_changes_nothing_even_with_its_token(app, headers, status):
    client = asking(app, "payer")
    client.get("/pay")
    sent = {"csrf_token": token_of(client), "name": "a", "amount": "5"}

    assert client.post("/pay", data=sent, headers=headers).status_code == status


def test_a_signed_hook_needs_no_token(app):
    answer = asking(app).post("/hook", data=b"12345", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.get_json() == {"bytes": 5}


def planted(rule: str, endpoint: str = "planted"):
    def register(app: Flask) -> None:
        app.add_url_rule(rule, endpoint, lambda **values: "unguarded")

    return register


@pytest.mark.parametrize(
    ("policy", "register", "words"),
    [
        (POLICY, planted("/planted"), "no policy row: planted GET"),
        (POLICY + "gone.show: {GET: {roles: [everyone]}}", lambda app: None, "no such route"),
        (
            POLICY + "planted: {GET: {roles: [everyone]}}",
            planted("/planted/<name>"),
            "untyped part",
        ),
        (POLICY + "things.show: {POST: {roles: [everyone]}}", lambda app: None, "things.show GET"),
    ],
)
def test_a_route_without_a_row_or_a_row_without_a_route_stops_the_start(
    tmp_path, policy, register, words
):
    with pytest.raises(PolicyBroken, match=words):
        a_face(tmp_path, policy=policy, register=register)


@pytest.mark.parametrize(
    "row",
    [
        "{GET: {roles: []}}",
        "{GET: {roles: [king]}}",
        "{GET: {roles: viewer}}",
        "{GET: {}}",
        "{GET: {roles: [viewer], ownership: mine}}",
        "{GET: {roles: [viewer], impersonation: always}}",
        "{GET: {roles: [viewer], csrf: none}}",
        "{GET: {roles: [viewer], changes: true}}",
        "{GET: {roles: [viewer], rolls: 1}}",
        "{GET: {roles: [viewer], rate: sometimes}}",
        "{POST: {roles: [viewer], changes: it may}}",
        "{DELETE: {roles: [viewer]}}",
    ],
)
def test_a_row_that_makes_no_sense_stops_the_start(tmp_path, row):
    path = tmp_path / "policy.yaml"
    path.write_text(f"things.show: {row}")

    with pytest.raises(PolicyBroken, match=r"things\.show"):
        load_policy(path)


def test_what_a_row_says_by_default_is_the_strict_side(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("things.show: {POST: {roles: [contact]}}")

    row = load_policy(path).row_of("things.show", "POST")

    assert row.roles == {"viewer", "payer", "admin"}
    assert (row.impersonation, row.csrf) == ("never", "required")
