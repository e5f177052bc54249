"""The doors of the portal by password: who comes in, who does not, and that nobody learns more."""

import re

import pytest

from people.attempts import PASSWORD_LIMITS
from tests.people.people import PASSWORD
from tests.portal.doors import MARIE, NOBODY, NOOR, Doors, open_doors

EMAIL_LIMIT = PASSWORD_LIMITS[0]


@pytest.fixture
def doors(portal, settings, clock, transaction) -> Doors:
    return open_doors(portal, settings, clock, transaction)


def token_of(browser) -> str | None:
    with browser.http.session_transaction() as cookie:
        return cookie.get("_user_id")


def test_a_password_leads_to_the_account(doors):
    page = doors.browser().sign_in(MARIE, PASSWORD)

    assert page.heading == "Your account"
    assert "Brightwell Ltd" in page.text


def test_the_page_asked_for_comes_after_the_sign_in(doors):
    browser = doors.browser()

    page = browser.get("/invoices?state=overdue&search=a%20b")
    form = page.form_to("/sign-in")
    answer = browser.send(form, {"email": MARIE, "password": PASSWORD})

    assert page.heading == "Sign in"
    assert answer.location == "/invoices?state=overdue&search=a%20b"


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(doors):
    answers = [
        doors.try_password(doors.browser(), email, password)
        for email, password in [
            (MARIE, "eight quiet herons"),
            (NOBODY, PASSWORD),
            (MARIE, "h" * 5000),
            ("system@quittance.invalid", PASSWORD),
        ]
    ]
    doors.disable_person(doors.noor_id)
    answers.append(doors.try_password(doors.browser(), NOOR, PASSWORD))

    assert {answer.status_code for answer in answers} == {422}
    assert len({_without_what_was_typed(answer.text) for answer in answers}) == 1
    assert "do not fit together" in answers[0].text


def _without_what_was_typed(html: str) -> str:
    html = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", html)
    return re.sub(r"[\w.]+@[\w.]+", "", html)


def test_a_refused_sign_in_keeps_the_address_and_never_the_password(doors):
    answer = doors.try_password(doors.browser(), MARIE, "a wrong secret")

    assert f'value="{MARIE}"' in answer.text
    assert "a wrong secret" not in answer.text


@pytest.mark.parametrize("email", [MARIE, NOBODY])
def test_too_many_tries_are_told_with_the_wait(doors, email):
    for _ in range(EMAIL_LIMIT.count):
        doors.try_password(doors.browser(), email, "wrong")
    doors.clock.advance(minutes=3)

    answer = doors.try_password(doors.browser(), email, PASSWORD)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "720"
    assert "Too many tries. Wait 12 minutes, then try again." in answer.text


def test_the_session_is_another_one_after_signing_in(doors):
    browser = doors.browser()
    browser.get("/sign-in")
    with browser.http.session_transaction() as cookie:
        before = dict(cookie)
        cookie["planted"] = "by somebody else"

    browser.sign_in(MARIE, PASSWORD)

    with browser.http.session_transaction() as cookie:
        after = dict(cookie)
    assert "planted" not in after
    assert before["csrf_token"] != after["csrf_token"]


def test_signing_in_again_gives_another_token_and_the_old_one_is_dead(doors):
    browser = doors.signed_in()
    first = token_of(browser)
    link = doors.link_for(MARIE)

    browser.submit(browser.get(link).form_to(link))

    assert token_of(browser) not in (None, first)
    assert _heading_with(doors, first) == "Sign in"


def _heading_with(doors, token):
    browser = doors.browser()
    with browser.http.session_transaction() as cookie:
        cookie["_user_id"] = token
    return browser.get("/").heading


def test_signing_out_kills_the_token_itself(doors):
    browser = doors.signed_in()
    token = token_of(browser)

    page = browser.submit(browser.get("/").form_to("/sign-out"))

    assert page.heading == "Sign in"
    assert "You are signed out." in page.text
    assert _heading_with(doors, token) == "Sign in"


def test_half_an_hour_of_nothing_asks_to_sign_in_again(doors):
    browser = doors.signed_in()
    doors.clock.advance(minutes=30)

    page = browser.get("/payments")

    assert page.heading == "Sign in"
    assert "You were signed out." in page.text
    assert browser.get("/").text.count("You were signed out.") == 0  # told once


def test_a_session_in_use_lasts_eight_hours(doors):
    browser = doors.signed_in()
    for _ in range(8 * 3 - 1):
        doors.clock.advance(minutes=20)
        assert browser.get("/").heading == "Your account"

    doors.clock.advance(minutes=20)

    assert browser.get("/").heading == "Sign in"


def test_a_disabled_person_is_out_at_the_next_request(doors):
    browser = doors.signed_in()

    doors.disable_person(doors.marie_id)

    assert browser.get("/").heading == "Sign in"


def test_a_disabled_contact_sees_nothing_at_the_next_request(doors):
    browser = doors.signed_in()

    doors.disable_contact(doors.marie_id, doors.companies[0])
    page = browser.get("/invoices")

    assert page.heading == "No company to show"
    assert "Brightwell" not in page.text


def test_a_sign_in_from_another_page_is_refused(doors):
    browser = doors.browser()
    values = {"email": MARIE, "password": PASSWORD}

    answers = [
        browser.raw("/sign-in", method="POST", data=values),
        browser.raw("/sign-in", method="POST", data={**values, "csrf_token": "made up"}),
        browser.raw("/language", method="POST", data={"language": "fr"}),
        doors.signed_in().raw("/sign-out", method="POST"),
        doors.signed_in().raw("/profile/password", method="POST", data={"chosen": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert doors.rows("SELECT id FROM web_session WHERE revoked_at IS NOT NULL") == []


def test_the_cookie_is_for_our_server_alone(doors):
    answer = doors.try_password(doors.browser(), MARIE, PASSWORD)

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie  # the browser forgets it when it is closed


def test_nobody_who_is_signed_in_sees_the_sign_in(doors):
    browser = doors.signed_in()

    assert browser.get("/sign-in").heading == "Your account"
    assert browser.raw("/sign-in?next=/payments").location == "/payments"


def test_the_password_reaches_no_page_and_no_row(doors):
    doors.signed_in()

    for (table,) in doors.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    ):
        assert PASSWORD not in str(doors.rows(f'SELECT * FROM "{table}"'))
