"""Coming in by mail: a page with a button, once, and nothing that tells who has an account."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from people.attempts import LINK_LIMITS
from sandbox.mailbox import Mail
from tests.portal.doors import MARIE, NOBODY, NOOR, Doors, open_doors
from tests.portal.post import Post, post_of


@pytest.fixture
def doors(portal, settings, clock, transaction) -> Doors:
    return open_doors(portal, settings, clock, transaction)


@pytest.fixture
def post(doors, portal) -> Iterator[Post]:
    with post_of(portal, doors.transaction) as post:
        yield post


def ask(doors, email):
    browser = doors.browser()
    return browser.send(browser.get("/sign-in/link").form_to("/sign-in/link"), {"email": email})


def path_in(mail: Mail) -> str:
    return re.search(r"http://localhost:8000(/sign-in/link/\S+)", mail.body("plain"))[1]


def test_the_link_in_the_mail_signs_in(doors, post):
    asked = doors.browser()
    told = asked.submit(
        asked.get("/sign-in/link").form_to("/sign-in/link"), {"email": " MARIE@brightwell.example"}
    )
    [mail] = post.delivered()
    browser = doors.browser()

    button = browser.get(path_in(mail))
    account = browser.submit(button.form_to("/sign-in/link/"))

    assert "If this address has an account, a mail is on its way." in told.text
    assert mail.recipients == [MARIE]
    assert "15 minutes" in mail.body("plain")
    assert f"sign in as Marie Roche ({MARIE})" in button.text
    assert account.heading == "Your account"


def test_a_french_reader_gets_a_french_mail(doors, post):
    ask(doors, NOOR)

    [mail] = post.delivered()

    assert "15 minutes" in mail.body("plain")
    assert "connexion" in mail.subject


def test_nobody_learns_whether_an_address_has_an_account(doors, post):
    known, unknown = ask(doors, MARIE), ask(doors, NOBODY)
    doors.disable_person(doors.noor_id)
    disabled = ask(doors, NOOR)

    answers = {(one.status_code, one.location, one.text) for one in (known, unknown, disabled)}
    mails = post.delivered()

    assert len(answers) == 1
    assert [mail.recipients for mail in mails] == [[MARIE]]
    assert doors.rows("SELECT 1 FROM outbox_message WHERE done_at IS NULL") == []


def test_looking_at_the_link_uses_nothing_up(doors):
    link = doors.link_for(MARIE)
    before = doors.rows("SELECT * FROM sign_in_link")

    for _ in range(3):
        assert doors.browser().get(link).heading == "Sign in"

    assert doors.rows("SELECT * FROM sign_in_link") == before
    assert doors.rows("SELECT * FROM web_session") == []


@pytest.mark.parametrize("spoiled", ["used", "too old", "disabled", "older than one used", "bent"])
def test_a_dead_link_leads_to_a_new_one(doors, spoiled):
    link = doors.link_for(MARIE)
    browser = doors.browser()
    form = browser.get(link).form_to(link)
    if spoiled == "used":
        other = doors.browser()
        other.submit(other.get(link).form_to(link))
    if spoiled == "too old":
        doors.clock.advance(minutes=15)
    if spoiled == "disabled":
        doors.disable_person(doors.marie_id)
    if spoiled == "older than one used":
        doors.clock.advance(minutes=1)
        newer = doors.link_for(MARIE)
        other = doors.browser()
        other.submit(other.get(newer).form_to(newer))
    bent = link[:-2] + ("AA" if link[-2:] != "AA" else "BB") if spoiled == "bent" else link

    page = browser.get(bent, status=410)
    pressed = browser.send(replace(form, action=bent))

    assert page.heading == "This link no longer works"
    assert page.links["Get a new link"] == "/sign-in/link"
    assert pressed.status_code == 410
    assert "This link no longer works" in pressed.text


def test_a_link_pressed_on_another_page_is_refused(doors):
    link = doors.link_for(MARIE)

    assert doors.browser().raw(link, method="POST").status_code == 400
    assert doors.browser().get(link).heading == "Sign in"


@pytest.mark.parametrize("email", [MARIE, NOBODY])
def test_too_many_links_are_told_with_the_wait(doors, email):
    for _ in range(LINK_LIMITS[0].count):
        ask(doors, email)
    doors.clock.advance(minutes=10)

    answer = ask(doors, email)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3000"
    assert "Wait 50 minutes" in answer.text


def test_a_link_mailed_late_says_how_long_it_still_works(doors, post):
    ask(doors, MARIE)
    doors.clock.advance(minutes=9)

    [mail] = post.delivered()

    assert "6 minutes" in mail.body("plain")


def test_no_mail_goes_out_for_a_link_that_is_too_old_already(doors, post):
    ask(doors, MARIE)
    doors.clock.advance(minutes=15)

    assert post.delivered() == []


def test_the_address_of_a_link_comes_from_our_settings_not_from_the_request(doors, post):
    browser = doors.browser()
    form = browser.get("/sign-in/link").form_to("/sign-in/link")
    answer = browser.raw(
        "/sign-in/link",
        method="POST",
        data={**form.values, "email": MARIE},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )

    assert answer.status_code == 400
    ask(doors, MARIE)
    [mail] = post.delivered()
    assert "evil.example" not in mail.body("plain")


@pytest.mark.parametrize("typed", ["nonsense", "a b@c.example", "marie@", "@brightwell.example"])
def test_what_is_no_address_is_told_before_any_mail_is_promised(doors, typed):
    browser = doors.browser()

    page = browser.submit(
        browser.get("/sign-in/link").form_to("/sign-in/link"), {"email": typed}, status=422
    )

    assert "This is not an e-mail address." in page.text
