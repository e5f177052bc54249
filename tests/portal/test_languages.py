"""English or French: the browser's at first, then the reader's choice, then the person's."""

import pytest

from tests.people.people import PASSWORD
from tests.portal.doors import MARIE, Doors, open_doors


@pytest.fixture
def doors(portal, settings, clock, transaction) -> Doors:
    return open_doors(portal, settings, clock, transaction)


def test_the_browser_decides_at_first(doors):
    assert doors.browser(language="fr-CA, en;q=0.5").get("/sign-in").heading == "Se connecter"
    assert doors.browser(language="de").get("/sign-in").heading == "Sign in"


def test_the_choice_made_before_signing_in_is_kept_by_the_browser(doors):
    browser = doors.browser()

    page = browser.submit(browser.get("/sign-in/link").form_to("/language"))

    assert page.heading == "Se connecter par e-mail"
    assert browser.get("/sign-in").heading == "Se connecter"


def test_the_person_s_own_language_comes_with_signing_in(doors):
    browser = doors.browser(language="fr")

    page = browser.sign_in(MARIE, PASSWORD)

    assert page.heading == "Your account"


def test_a_choice_made_after_signing_in_is_the_person_s(doors):
    browser = doors.signed_in()

    page = browser.submit(browser.get("/profile").forms_to("/language")[-1], {"language": "fr"})

    assert page.heading == "Votre profil"
    assert doors.signed_in().get("/profile").heading == "Votre profil"


@pytest.mark.parametrize("wanted", ["de", "", "../../en", "fr\0"])
def test_a_language_we_do_not_speak_changes_nothing(doors, wanted):
    browser = doors.browser()
    form = browser.get("/sign-in").form_to("/language")

    assert browser.send(form, {"language": wanted}).status_code == 404
    assert browser.get("/sign-in").heading == "Sign in"


def test_a_refused_sign_in_speaks_french_too(doors):
    browser = doors.browser(language="fr")

    answer = doors.try_password(browser, MARIE, "faux")

    assert "ne vont pas ensemble" in answer.text


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/link", "/sign-in/link?asked=1"])
def test_no_english_is_left_on_a_french_door(doors, path):
    text = doors.browser(language="fr").get(path).main

    assert not {"Sign", "password", "mail", "link", "address"} & set(text.split())
