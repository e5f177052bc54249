"""A person's own page: password, places where they are signed in, language."""

import pytest

from tests.people.people import PASSWORD
from tests.portal.doors import MARIE, Doors, open_doors

CHOSEN = "nine loud kingfishers"


@pytest.fixture
def doors(portal, settings, clock, transaction) -> Doors:
    return open_doors(portal, settings, clock, transaction)


def change(browser, **typed):
    form = browser.get("/profile").form_to("/profile/password")
    return browser.send(form, {"current": PASSWORD, "chosen": CHOSEN, **typed})


def test_the_profile_says_who_this_is(doors):
    page = doors.signed_in().get("/profile")

    assert page.heading == "Your profile"
    assert "Marie Roche" in page.main
    assert MARIE in page.main


def test_a_changed_password_signs_out_everywhere_else(doors):
    elsewhere, here = doors.signed_in(), doors.signed_in()

    answer = change(here)

    assert answer.location == "/profile"
    assert "Your password is changed." in here.get("/profile").text
    assert elsewhere.get("/").heading == "Sign in"
    assert doors.browser().sign_in(MARIE, CHOSEN).heading == "Your account"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"current": "wrong"}, "This is not your current password."),
        ({"current": ""}, "This is not your current password."),
        ({"chosen": "short"}, "Take at least 12 characters."),
        ({"chosen": ""}, "Type a new password."),
        ({"chosen": "h4 " * 100}, "Take at most 256 characters."),
        ({"chosen": "Password2026!"}, "This is guessed quickly."),
        ({"chosen": PASSWORD}, "This is the password you have now."),
        ({"chosen": "marie.roche.2026"}, "Your name or address is guessed first."),
    ],
)
def test_a_refused_password_is_told_at_its_field_and_changes_nothing(doors, typed, words):
    browser = doors.signed_in()

    answer = change(browser, **typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert not any(typed.get(name) and typed[name] in answer.text for name in ("current", "chosen"))
    assert doors.browser().sign_in(MARIE, PASSWORD).heading == "Your account"


def test_who_came_in_by_mail_sets_a_password_without_the_old_one(doors):
    browser = doors.browser()
    link = doors.link_for(MARIE)
    browser.submit(browser.get(link).form_to(link))
    form = browser.get("/profile").form_to("/profile/password")

    browser.submit(form, {"chosen": CHOSEN})

    assert "current" not in form.values
    assert doors.browser().sign_in(MARIE, CHOSEN).heading == "Your account"


def test_one_other_place_is_signed_out(doors):
    there, here = doors.signed_in(), doors.signed_in()

    [form] = here.get("/profile").forms_to("/profile/sessions/")[:1]
    page = here.submit(form)

    assert "That browser is signed out." in page.text
    assert there.get("/").heading == "Sign in"
    assert here.get("/").heading == "Your account"


def test_everywhere_else_is_signed_out_at_once(doors):
    others, here = [doors.signed_in(), doors.signed_in()], doors.signed_in()

    page = here.submit(here.get("/profile").form_to("/profile/sessions/end"))

    assert "2 other browsers are signed out." in page.text
    assert [one.get("/").heading for one in others] == ["Sign in"] * 2
    assert here.get("/profile").forms_to("/profile/sessions/") == []


def test_the_session_of_another_person_is_as_good_as_absent(doors):
    doors.signed_in("noor@harbour.example")
    here, there = doors.signed_in(), doors.signed_in()
    [foreign] = doors.rows(f"SELECT id FROM web_session WHERE person_id = '{doors.noor_id}'")
    form = here.get("/profile").forms_to("/profile/sessions/")[0]
    csrf = {"csrf_token": form.values["csrf_token"]}

    answers = [
        here.raw(f"/profile/sessions/{one}/end", method="POST", data=csrf)
        for one in (foreign.id, "7b0e4bb0-6a5c-4f0e-9b5e-2f8f7f2a1c11")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert there.get("/").heading == "Your account"
    assert doors.rows("SELECT id FROM web_session WHERE revoked_at IS NOT NULL") == []


def test_a_browser_is_named_in_words(doors):
    browser = doors.browser()
    browser.headers["User-Agent"] = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"
    )
    browser.sign_in(MARIE, PASSWORD)
    unknown = doors.browser()
    unknown.headers["User-Agent"] = "<script>alert(1)</script>"
    unknown.sign_in(MARIE, PASSWORD)

    text = browser.get("/profile").main

    assert "Edge on Windows" in text
    assert "Unknown browser" in text
