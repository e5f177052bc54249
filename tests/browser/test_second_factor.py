"""Setting up an authenticator app in a real browser, and the next sign-in."""

import pyotp
import pytest

from tests.browser.pages import DESK, PHONE, looks_right
from tests.people.people import PASSWORD
from tests.portal.doors import MARIE, NOOR, Doors

pytestmark = pytest.mark.xdist_group("doors")

SEND = "main button[type=submit]"


def go(page, doors: Doors, path: str) -> None:
    page.goto(doors.settings.portal_url + path)


def sign_in(page, doors: Doors, email: str) -> None:
    go(page, doors, "/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click(SEND)
    page.wait_for_url(lambda url: "/sign-in" not in url or "/sign-in/code" in url)


@pytest.mark.parametrize(("size", "email"), [(PHONE, NOOR), (DESK, MARIE)], ids=["390", "1440"])
def test_an_app_is_set_up_and_asked_for(doors, open_page, size, email):
    page = open_page(size)
    sign_in(page, doors, email)
    if "/accounts" in page.url:
        page.locator("button.choice").first.click()
    go(page, doors, "/profile")
    page.locator("form[action='/profile/app'] button").click()
    page.wait_for_url("**/profile/app")
    looks_right(page)
    totp = pyotp.TOTP(page.inner_text("dd.code").replace(" ", ""))

    page.fill("#code", totp.now())
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirmation")
    looks_right(page)
    recovery = page.locator("li.code").first.inner_text()
    go(page, doors, "/profile")
    looks_right(page)
    other = open_page(size)
    sign_in(other, doors, email)
    looks_right(other)
    other.keyboard.press("Tab")
    other.fill("#code", recovery)
    other.keyboard.press("Enter")
    other.wait_for_url(lambda url: "/sign-in" not in url)

    assert other.locator("h1").count() == 1
