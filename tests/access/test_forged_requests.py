"""Test E of the access matrix: whoever was not on a page of ours changes nothing."""

import pytest

from tests.access.asks import ask_of
from tests.access.expectations import PORTAL, doer, is_admitted
from tests.access.imprint import changed, imprint
from tests.access.principals import BY_NAME, Ask, a_csrf_token, browser_of
from tests.portal.page_client import ORIGIN

UNSAFE = sorted(place for place in PORTAL.rows if place[1] != "GET")
GUARDED = [place for place in UNSAFE if PORTAL.rows[place].csrf == "required"]
OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


def without_token(browser, ask, _town):
    return {**ask.data}, OURS


def with_a_bent_token(browser, ask, _town):
    payload, _dot, seal = browser.csrf_token.rpartition(".")
    return {"csrf_token": f"{payload}.{seal[::-1]}", **ask.data}, OURS


def with_an_empty_token(browser, ask, _town):
    return {"csrf_token": "", **ask.data}, OURS


def with_another_sessions_token(browser, ask, town):
    return {"csrf_token": a_csrf_token(town.portal)[1], **ask.data}, OURS


def from_another_origin(browser, ask, _town):
    return {"csrf_token": browser.csrf_token, **ask.data}, {"Origin": "https://evil.example"}


def from_the_neighbouring_face(browser, ask, _town):
    return {"csrf_token": browser.csrf_token, **ask.data}, {"Origin": "http://localhost:8001"}


def from_a_sandboxed_frame(browser, ask, _town):
    return {"csrf_token": browser.csrf_token, **ask.data}, {"Origin": "null"}


def across_sites(browser, ask, _town):
    return {"csrf_token": browser.csrf_token, **ask.data}, {"Sec-Fetch-Site": "cross-site"}


def across_hosts_of_one_site(browser, ask, _town):
    return {"csrf_token": browser.csrf_token, **ask.data}, {"Sec-Fetch-Site": "same-site"}


FORGERIES = (
    without_token,
    with_a_bent_token,
    with_an_empty_token,
    with_another_sessions_token,
    from_another_origin,
    from_the_neighbouring_face,
    from_a_sandboxed_frame,
    across_sites,
    across_hosts_of_one_site,
)


def who_may(endpoint: str, method: str):
    """Somebody whom the policy lets in, so that only the forgery can be the reason."""
    is_strangers = endpoint.startswith(("sign_in", "invitations", "passkeys", "pay_by_link"))
    names = ("anonymous", doer(endpoint)) if is_strangers else (doer(endpoint),)
    return [BY_NAME[name] for name in names if is_admitted(endpoint, method, BY_NAME[name])]


@pytest.mark.parametrize(("endpoint", "method"), GUARDED)
def test_a_forged_request_is_refused_and_changes_nothing(town, endpoint, method):
    refused, wanted = {}, {}

    for who in who_may(endpoint, method):
        ask, browser = ask_of(town, endpoint, method, who), browser_of(town, who)
        for forged in FORGERIES:
            data, headers = forged(browser, ask, town)
            before = imprint(town.database)
            answer = browser.client.raw(ask.path, method=method, data=data, headers=headers)
            traces = changed(before, imprint(town.database))
            refused[who.name, forged.__name__] = (answer.status_code, traces)
            wanted[who.name, forged.__name__] = (400, set())
            assert "Nothing was changed" in answer.text
        # The same form, sent from our page: it was not refused for another reason.
        assert browser.send(method, ask).status_code in (200, 303)

    assert refused == wanted


@pytest.mark.parametrize("where", ["query", "json"])
def test_a_token_is_read_from_the_form_only(town, where):
    browser = browser_of(town, BY_NAME["payer of a"])
    token = {"csrf_token": browser.csrf_token}
    sent = {"query_string": token} if where == "query" else {"json": token}

    answer = browser.client.raw("/sign-out", method="POST", headers=OURS, **sent)

    assert answer.status_code == 400
    assert browser.send("GET", Ask(path="/profile")).status_code == 200


def test_only_these_rows_need_no_token_and_each_says_why():
    exempt = {place: PORTAL.rows[place].csrf for place in UNSAFE if place not in GUARDED}

    assert set(exempt) == {("reports.csp", "POST")}
    assert all(len(why.split()) > 5 for why in exempt.values())


def test_what_needs_no_token_changes_no_row(town):
    browser = browser_of(town, BY_NAME["payer of a"])
    ask = ask_of(town, "reports.csp", "POST", BY_NAME["payer of a"])
    before = imprint(town.database)

    answer = browser.client.raw(ask.path, method="POST", data=ask.data, headers=ask.headers)

    assert answer.status_code == 204
    assert changed(before, imprint(town.database)) == set()
