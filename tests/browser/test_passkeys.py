"""A passkey from the profile to the next sign-in, with Chromium's own virtual authenticator."""

import pytest
from playwright.sync_api import Page

from tests.browser.pages import DESK, PHONE, looks_right
from tests.people.people import PASSWORD
from tests.portal.doors import MARIE, Doors

pytestmark = pytest.mark.xdist_group("doors")

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def go(page: Page, doors: Doors, path: str) -> None:
    page.goto(doors.settings.portal_url + path)


def with_authenticator(page: Page):
    """The browser's own device; the session to it, and its id."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    added = devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devices, added["authenticatorId"]


def signed_in(page: Page, doors: Doors) -> None:
    go(page, doors, "/sign-in")
    page.fill("#email", MARIE)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(doors.settings.portal_url + "/")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
def test_a_passkey_is_made_used_and_removed(doors, open_page, size):
    page = open_page(size)
    devices, device = with_authenticator(page)
    signed_in(page, doors)
    go(page, doors, "/profile")
    page.get_by_role("link", name="Add a passkey").click()
    page.wait_for_url("**/passkeys/new")
    page.fill("#name", "Office computer")
    looks_right(page)
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/profile")
    looks_right(page)
    page.context.clear_cookies()

    go(page, doors, "/invoices")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/passkey" in url)
    looks_right(page)
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name="Use my passkey").click()
    page.get_by_text("That did not work, and nobody is signed in.").wait_for()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    go(page, doors, "/profile")
    used = "with a passkey" in page.inner_text("main")
    page.locator("form[action^='/profile/passkeys/'] button").click()
    page.get_by_text("That passkey no longer signs in.").wait_for()

    assert used
    assert page.get_by_text("Office computer").count() == 0


def test_without_script_the_page_leads_to_the_password(doors, open_page):
    page = open_page(PHONE, script=False)
    go(page, doors, "/sign-in/passkey")

    assert page.get_by_text("This browser knows no passkeys").is_visible()
    assert not page.locator("form[data-passkey]").is_visible()
    page.get_by_role("link", name="Sign in with a password").click()
    page.wait_for_url("**/sign-in")
