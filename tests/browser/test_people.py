"""Inviting, joining and changing rights in a real browser: on a phone and at a desk."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from foundation.clock import SystemClock
from foundation.web.requests import Wiring
from payments.card.gateway import StripeGateway
from people.actions.credentials import set_password
from people.passwords import password_hash
from portal.app import create_app
from serve import postgres
from tests.browser.pages import DESK, PHONE, looks_right
from tests.browser.served import a_server, origin_of, serving, settings_at
from tests.people.people import PASSWORD
from tests.portal.group import Group, a_group
from tests.portal.post import Post, post_of

pytestmark = pytest.mark.xdist_group("people")

EVE = "eve.with-a-rather-long-address@brightwell-holding.example"
SAVE = "main form[action^='/people/'] button[type=submit]"


@pytest.fixture(scope="module")
def group(clones, tmp_path_factory) -> Iterator[Group]:
    """A served portal with a head office and its branches."""
    with clones() as database:
        server = a_server()
        origin = origin_of(server)
        settings = settings_at(origin, database, tmp_path_factory.mktemp("var"))
        clock = SystemClock(ZoneInfo("Europe/Paris"))
        # Nobody pays here, so this card company is never called.
        gateway = StripeGateway.at("sk_test_never", url=origin, webhook_secrets=["whsec_never"])
        transaction = database.transaction(postgres.PORTAL)
        server.app = create_app(
            Wiring(settings=settings, clock=clock, transaction=transaction, gateway=gateway)
        )
        with serving(server):
            group = a_group(server.app, clock, database.transaction(postgres.APP))
            with group.transaction() as session:
                set_password(
                    session,
                    person_id=group.ada.person_id,
                    secret_hash=password_hash(PASSWORD, email="", name=""),
                    deed=group.ada.deed(clock.now()),
                )
            yield group


@pytest.fixture(scope="module")
def post(group) -> Iterator[Post]:
    with post_of(group.app, group.transaction) as post:
        yield post


@pytest.fixture
def origin(group) -> str:
    return group.app.extensions["quittance"].settings.portal_url


def signed_in(page: Page, group: Group, origin: str) -> None:
    page.goto(f"{origin}/sign-in")
    page.fill("#email", group.email_of(group.ada))
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts" in url)
    page.get_by_role("button", name="Brightwell").first.click()
    page.wait_for_url(f"{origin}/")


@pytest.mark.parametrize(("size", "language"), [(PHONE, "fr"), (DESK, "en")], ids=["390", "1440"])
def test_a_colleague_is_invited_and_joins(group, post, origin, open_page, size, language):
    email = f"{size['width']}.{EVE}"
    admin, guest = open_page(size), open_page(size, language)
    signed_in(admin, group, origin)
    admin.goto(f"{origin}/profile")
    admin.get_by_role("link", name="People of Brightwell").click()
    admin.get_by_role("link", name="Invite a colleague").click()
    admin.wait_for_url("**/new")
    looks_right(admin)
    admin.click("main button[type=submit]")
    looks_right(admin)
    assert admin.evaluate("document.activeElement.className") == "error-summary"

    admin.focus("#email")
    admin.keyboard.type(email)
    admin.keyboard.press("Tab")
    admin.keyboard.press("ArrowDown")
    admin.keyboard.press("Enter")
    admin.wait_for_url("**/people")
    looks_right(admin)
    letter = next(mail for mail in post.delivered() if mail.recipients == [email])
    link = next(word for word in letter.body("plain").split() if "/invitation/" in word)
    guest.goto(link)
    looks_right(guest)
    guest.fill("#name", "Eve Stone-Papadopoulou von Hohenberg")
    guest.click("main button[type=submit]")
    guest.wait_for_url(f"{origin}/")
    joined = group.roles_of(email)
    guest.goto(link)
    looks_right(guest)

    assert joined == {group.ada.customer_id: "payer"}
    assert guest.locator("h1").count() == 1


def test_rights_are_changed_and_ended_without_script(group, origin, open_page):
    page = open_page(PHONE, script=False)
    signed_in(page, group, origin)
    page.goto(f"{origin}/people/{group.ben.contact_id}")

    page.select_option(f"#right-{group.nord}", "viewer")
    page.click(SAVE)
    changed = group.roles_of(group.email_of(group.ben))
    page.goto(f"{origin}/people/{group.ben.contact_id}")
    page.click(f"{SAVE} >> nth=-1")

    assert changed == {group.ada.customer_id: "payer", group.nord: "viewer"}
    assert group.roles_of(group.email_of(group.ben)) == {}
    assert "has no access any more" in page.inner_text("main")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
def test_one_persons_page_looks_right(group, origin, open_page, size):
    page = open_page(size)
    signed_in(page, group, origin)

    page.goto(f"{origin}/people/{group.ada.contact_id}")

    looks_right(page)
