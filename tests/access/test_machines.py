"""The matrix of the machines' face: signed, unsigned, bent and foreign calls on every route."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.access.expectations import API
from tests.access.imprint import changed, imprint
from tests.access.principals import BY_NAME, browser_of

PATHS = {
    "webhooks.stripe": "/webhooks/stripe",
    "health.show": "/health",
    "health.ready": "/ready",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def signed(town, **more):
    """A message of the provider as it comes."""
    event = town.world.events("charge.succeeded")[-1]["id"]
    return town.world.signed(event, **{"signed_at": datetime.now(UTC), **more})


def unsigned(town):
    body, headers = signed(town)
    return body, {"Content-Type": headers["Content-Type"]}


def with_another_secret(town):
    return signed(town, secret="whsec_somebody_elses")


def of_yesterday(town):
    return signed(town, signed_at=datetime.now(UTC) - timedelta(days=1))


def with_a_bent_body(town):
    body, headers = signed(town)
    return body.replace(b'"amount":', b'"amount_": 1, "amount":'), headers


def with_a_bent_signature(town):
    body, headers = signed(town)
    return body, headers | {"Stripe-Signature": headers["Stripe-Signature"][:-2] + "00"}


def with_a_signature_that_is_none(town):
    body, headers = signed(town)
    return body, headers | {"Stripe-Signature": "t=now,v1=\u00ff,v0=,,=,"}


def signed_emptiness(town):
    _body, headers = signed(town)
    return b"", headers


REFUSED = (
    unsigned,
    with_another_secret,
    of_yesterday,
    with_a_bent_body,
    with_a_bent_signature,
    with_a_signature_that_is_none,
    signed_emptiness,
)


def test_every_route_of_the_machines_is_tried():
    assert {endpoint for endpoint, _method in API.rows} == set(PATHS)
    assert {place for place, row in API.rows.items() if row.csrf != "required"} == {
        ("webhooks.stripe", "POST")
    }


@pytest.mark.parametrize("endpoint", sorted(PATHS))
def test_only_the_methods_of_the_policy_are_answered(town, endpoint):
    statuses = {
        method: town.api.test_client().open(PATHS[endpoint], method=method).status_code
        for method in METHODS
    }

    wanted = {method: 405 for method in METHODS if API.row_of(endpoint, method) is None}
    answered = {method: status for method, status in statuses.items() if method not in wanted}
    assert {method: statuses[method] for method in wanted} == wanted
    assert set(answered.values()) <= {200, 400}  # 400: a message that nobody signed


@pytest.mark.parametrize("forged", REFUSED, ids=lambda forged: forged.__name__)
def test_a_message_the_provider_did_not_sign_is_refused_and_leaves_nothing(town, forged):
    body, headers = forged(town)
    before = imprint(town.database)

    answer = town.api.test_client().post(PATHS["webhooks.stripe"], data=body, headers=headers)

    assert (answer.status_code, answer.mimetype) == (400, "application/json")
    assert changed(before, imprint(town.database)) == set()


def test_a_signed_message_is_stored_once_however_often_it_comes(town):
    body, headers = signed(town)
    client, path = town.api.test_client(), PATHS["webhooks.stripe"]
    first = client.post(path, data=body, headers=headers)
    before = imprint(town.database)

    again = client.post(path, data=body, headers=headers)

    assert (first.status_code, again.status_code) == (200, 200)
    assert changed(before, imprint(town.database)) == set()


def test_a_session_of_the_portal_opens_nothing_here(town):
    browser = browser_of(town, BY_NAME["admin of a"])
    cookie = browser.client.http.get_cookie("quittance-portal").value
    body, headers = unsigned(town)
    client = town.api.test_client()
    client.set_cookie("quittance-portal", cookie)
    client.set_cookie("quittance-api", cookie)

    answer = client.post(PATHS["webhooks.stripe"], data=body, headers=headers)
    pages = {client.get(path).status_code for path in ("/", "/invoices", "/profile", "/basket")}

    assert answer.status_code == 400
    assert pages == {404}


def test_no_answer_of_the_machines_names_a_company(town):
    client = town.api.test_client()
    texts = [client.get(path).text for path in (*PATHS.values(), "/nowhere")]
    body, headers = signed(town)
    texts.append(client.post(PATHS["webhooks.stripe"], data=body, headers=headers).text)

    assert not [text for text in texts if "xz" in text]
    assert [set(client.get(path).get_json()) for path in ("/health", "/ready")] == [
        {"status"},
        {"status", "database"},
    ]
