"""The doors of the portal in a real browser: on a phone and at a desk, in both languages."""

import pytest
from playwright.sync_api import Page

from tests.browser.pages import DESK, LANGUAGES, PHONE, SIZES, looks_right
from tests.people.people import PASSWORD
from tests.portal.doors import MARIE, NOOR, Doors

pytestmark = pytest.mark.xdist_group("doors")

SEND = "main button[type=submit]"


def go(page: Page, doors: Doors, path: str) -> None:
    page.goto(doors.settings.portal_url + path)


@SIZES
@LANGUAGES
def test_every_door_looks_right(doors, open_page, size, language):
    page = open_page(size, language)
    for path in ("/sign-in", "/sign-in/link", "/sign-in/link?asked=1", doors.link_for(MARIE)):
        go(page, doors, path)
        looks_right(page)
    go(page, doors, "/sign-in/link/" + "A" * 64)
    looks_right(page)

    go(page, doors, "/sign-in")
    page.fill("#email", "nobody@brightwell.example")
    page.fill("#password", "a wrong password")
    page.click(SEND)
    looks_right(page)

    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.input_value("#password") == ""


@SIZES
def test_the_keyboard_alone_leads_in_and_to_a_company(doors, open_page, size):
    page = open_page(size)
    go(page, doors, "/sign-in")
    page.focus("#email")
    page.keyboard.type(NOOR)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts" in url)
    looks_right(page)

    page.locator("button.choice").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(doors.settings.portal_url + "/")
    go(page, doors, "/profile")

    looks_right(page)
    assert page.locator("h1").inner_text() == "Votre profil"


def test_what_is_typed_can_be_shown_and_is_hidden_again_when_sent(doors, open_page):
    page = open_page(PHONE)
    go(page, doors, "/sign-in")
    page.fill("#password", "a wrong password")

    page.get_by_role("button", name="Show password").click()
    shown = page.get_attribute("#password", "type")
    page.evaluate(
        "document.querySelector('#password').form.addEventListener('submit', "
        "(event) => { event.preventDefault(); })"
    )
    page.fill("#email", MARIE)
    page.click(SEND)

    assert shown == "text"
    assert page.get_attribute("#password", "type") == "password"


def test_password_managers_find_what_they_look_for(doors, open_page):
    page = open_page(DESK)
    go(page, doors, "/sign-in")
    hints = {name: page.get_attribute(name, "autocomplete") for name in ("#email", "#password")}
    page.fill("#email", MARIE)
    page.fill("#password", PASSWORD)
    page.click(SEND)
    go(page, doors, "/profile")
    more = {name: page.get_attribute(name, "autocomplete") for name in ("#current", "#chosen")}
    name = page.locator("form[action='/profile/password'] input[autocomplete=username]")

    assert hints == {"#email": "username", "#password": "current-password"}
    assert more == {"#current": "current-password", "#chosen": "new-password"}
    assert name.input_value() == MARIE


def test_a_password_can_be_pasted(doors, open_page):
    page = open_page(DESK)
    go(page, doors, "/sign-in")
    page.fill("#email", PASSWORD)  # copied from here

    page.press("#email", "Control+a")
    page.press("#email", "Control+c")
    page.press("#password", "Control+v")

    assert page.input_value("#password") == PASSWORD


def test_everything_works_without_script(doors, open_page):
    page = open_page(PHONE, script=False)
    go(page, doors, "/sign-in")
    toggles = page.get_by_role("button", name="Show password").count()
    page.click("text=Français")
    heading = page.locator("h1").inner_text()
    page.fill("#email", MARIE)
    page.fill("#password", PASSWORD)
    page.click(SEND)
    welcomed = page.locator("h1").inner_text()
    go(page, doors, doors.link_for(NOOR))
    page.click(SEND)

    assert toggles == 0
    assert heading == "Se connecter"
    assert welcomed == "Your account"
    assert page.locator("h1").inner_text() == "Choisissez une société"
