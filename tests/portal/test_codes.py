"""An authenticator app from the profile page to the next sign-in, and away again."""

import pyotp
import pytest

from tests.people.people import PASSWORD
from tests.portal.doors import MARIE, Doors, open_doors
from tests.portal.post import post_of


@pytest.fixture
def doors(portal, settings, clock, transaction) -> Doors:
    return open_doors(portal, settings, clock, transaction)


class Phone:
    """Whoever set up the app: what it shows, and the recovery codes that were told."""

    def __init__(self, doors: Doors) -> None:
        self.doors, self.browser = doors, doors.signed_in()
        page = self.browser.submit(self.browser.get("/profile").form_to("/profile/app"))
        self.page = page
        self.secret = next(
            one.text for one in page.root.all("dd") if one.attrs.get("class") == "code"
        ).replace(" ", "")
        told = self.browser.submit(page.form_to("/profile/app/"), {"code": self.code()})
        self.told = told
        self.recovery = [
            one.text for one in told.root.all("li") if one.attrs.get("class") == "code"
        ]
        doors.clock.advance(minutes=1)

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.doors.clock.now())


def type_code(browser, code, status=200):
    return browser.submit(
        browser.get("/sign-in/code").form_to("/sign-in/code"), {"code": code}, status=status
    )


def test_setting_up_an_app_shows_a_picture_a_key_and_ten_codes(doors):
    phone = Phone(doors)

    assert phone.page.heading == "Set up an authenticator app"
    [picture] = [one for one in phone.page.root.all("img")]
    assert picture.attrs["src"].startswith("data:image/png;base64,")
    assert phone.page.links["Open in the app"].startswith("otpauth://totp/")
    assert phone.told.heading == "Your recovery codes"
    assert len(phone.recovery) == 10
    profile = phone.browser.get("/profile").main
    assert "10 recovery codes are left." in profile


def test_from_then_on_a_password_asks_for_the_code_and_goes_on_where_it_wanted(doors):
    phone = Phone(doors)
    browser = doors.browser()
    form = browser.get("/invoices?state=all").form_to("/sign-in")
    page = browser.submit(form, {"email": MARIE, "password": PASSWORD})

    assert page.heading == "Type your code"
    assert browser.raw("/invoices").location.startswith("/sign-in/code?next=/invoices")
    page = browser.submit(page.form_to("/sign-in/code"), {"code": phone.code()})
    assert page.heading == "Invoices"


def test_a_link_in_a_mail_asks_for_the_code_too(doors):
    phone = Phone(doors)
    browser, link = doors.browser(), doors.link_for(MARIE)

    page = browser.submit(browser.get(link).form_to(link))

    assert page.heading == "Type your code"
    assert type_code(browser, phone.code()).heading == "Your account"


@pytest.mark.parametrize("path", ["/", "/people", "/profile", "/accounts", "/basket"])
def test_half_a_sign_in_opens_nothing(doors, path):
    Phone(doors)
    browser = doors.browser()
    browser.sign_in(MARIE, PASSWORD)

    page = browser.get(path)

    assert page.heading == "Type your code"
    assert "Marie" not in page.text
    assert "Brightwell" not in page.text


def test_a_wrong_code_is_told_at_its_field_and_a_recovery_code_helps(doors):
    phone = Phone(doors)
    browser = doors.browser()
    browser.sign_in(MARIE, PASSWORD)

    wrong = type_code(browser, "000000" if phone.code() != "000000" else "111111", status=422)
    page = type_code(browser, phone.recovery[3].lower())

    assert "This code is not right, or was used already." in wrong.main
    assert page.heading == "Your account"
    assert "9 recovery codes are left." in browser.get("/profile").main


def test_the_half_session_can_be_left(doors):
    Phone(doors)
    browser = doors.browser()
    page = browser.sign_in(MARIE, PASSWORD)

    page = browser.submit(page.form_to("/sign-out"))

    assert page.heading == "Sign in"
    assert browser.get("/").heading == "Sign in"


def test_the_owner_sees_that_somebody_has_the_password_but_not_the_code(doors):
    phone = Phone(doors)
    doors.browser().sign_in(MARIE, PASSWORD)

    page = phone.browser.get("/profile")

    assert "Has not typed the code of your app yet" in page.main
    assert "signed in" in page.main


def test_new_recovery_codes_end_the_old_ones(doors):
    phone = Phone(doors)
    page = phone.browser.submit(phone.browser.get("/profile").forms_to("/profile/app/")[0])
    browser = doors.browser()
    browser.sign_in(MARIE, PASSWORD)

    assert "The codes you had before no longer work." in page.main
    type_code(browser, phone.recovery[0], status=422)


def test_an_app_is_removed_after_a_fresh_sign_in_only_and_mail_tells(doors):
    phone = Phone(doors)
    with post_of(doors.app, doors.transaction) as post:
        doors.clock.advance(minutes=16)
        [_renew, remove] = phone.browser.get("/profile").forms_to("/profile/app/")
        stale = phone.browser.submit(remove)
        phone.browser.sign_in(MARIE, PASSWORD)
        type_code(phone.browser, phone.code())
        [_renew, remove] = phone.browser.get("/profile").forms_to("/profile/app/")
        done = phone.browser.submit(remove)
        letters = [mail.body("plain") for mail in post.delivered()]

    assert stale.heading == "Sign in"
    assert "For this, please sign in once more." in stale.text
    assert "Signing in no longer asks for a code." in done.text
    assert doors.browser().sign_in(MARIE, PASSWORD).heading == "Your account"
    assert any("no longer asks for a code" in text for text in letters)


def test_a_picture_is_not_left_lying_about(doors):
    browser = doors.signed_in()
    browser.submit(browser.get("/profile").form_to("/profile/app"))
    assert browser.get("/profile/app").heading == "Set up an authenticator app"
    doors.clock.advance(minutes=16)

    assert browser.get("/profile/app").heading == "Your profile"


def test_beginning_twice_counts_the_second_time(doors):
    browser = doors.signed_in()
    pages = [browser.submit(browser.get("/profile").form_to("/profile/app")) for _ in range(2)]
    first = next(one.text for one in pages[0].root.all("dd") if one.attrs.get("class") == "code")
    code = pyotp.TOTP(first.replace(" ", "")).at(doors.clock.now())

    browser.submit(pages[1].form_to("/profile/app/"), {"code": code}, status=422)
    assert doors.browser().sign_in(MARIE, PASSWORD).heading == "Your account"
