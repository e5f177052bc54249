"""The doors of the portal in a real browser: on a phone and at a desk, in both languages."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server

from foundation.clock import SystemClock
from foundation.settings import Settings
from foundation.web.requests import Wiring
from payments.card.gateway import StripeGateway
from portal.app import create_app
from serve import postgres
from tests import browsers
from tests.databases import AUDIT_KEY, Database
from tests.people.people import PASSWORD
from tests.portal.doors import MARIE, NOOR, Doors, open_doors

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
SEND = "main button[type=submit]"


def settings_at(origin: str, database: Database, var: Path) -> Settings:
    return Settings.from_environment(
        {
            "QUITTANCE_MODE": "test",
            "DATABASE_URL": database.app_url,
            "DATABASE_PORTAL_URL": database.portal_url,
            "QUITTANCE_AUDIT_KEY": AUDIT_KEY.decode(),
            "QUITTANCE_PORTAL_URL": origin,
            "QUITTANCE_SELLER_NAME": "The Seller",
            "QUITTANCE_VAR": str(var),
        }
    )


@pytest.fixture(scope="module")
def doors(clones, tmp_path_factory) -> Iterator[Doors]:
    """A served portal; `settings.portal_url` is where."""
    with clones() as database:
        server = make_server("localhost", 0, lambda environ, start: None, threaded=True)
        origin = f"http://localhost:{server.port}"
        settings = settings_at(origin, database, tmp_path_factory.mktemp("var"))
        clock = SystemClock(ZoneInfo("Europe/Paris"))
        # Nobody pays at the doors, so this card company is never called.
        gateway = StripeGateway.at("sk_test_never", url=origin, webhook_secrets=["whsec_never"])
        transaction = database.transaction(postgres.PORTAL)
        server.app = create_app(
            Wiring(settings=settings, clock=clock, transaction=transaction, gateway=gateway)
        )
        with serving(server):
            yield open_doors(server.app, settings, clock, database.transaction(postgres.APP))


class serving:  # noqa: N801 (reads as a verb)
    """Serve in a thread inside the block."""

    def __init__(self, server: BaseWSGIServer) -> None:
        self.server = server
        self.thread = threading.Thread(target=server.serve_forever, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.thread.join(10)
        self.server.server_close()


@pytest.fixture(scope="module")
def open_page() -> Iterator[Callable[..., Page]]:
    """Opens pages of a size in a language, with or without script; each in a browser of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.chromium(), args=ARGUMENTS)
        yield lambda size, language="en", script=True: browser.new_context(
            viewport=size, locale=language, java_script_enabled=script
        ).new_page()
        browser.close()


def go(page: Page, doors: Doors, path: str) -> None:
    page.goto(doors.settings.portal_url + path)


def looks_right(page: Page) -> None:
    """Nothing for axe to say, nothing wider than the window."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


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
