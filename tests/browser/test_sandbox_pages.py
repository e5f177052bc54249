"""The sandbox's pages in a real browser: on a phone and at a desk, in both languages."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

import pytest
import stripe
from playwright.sync_api import ConsoleMessage, Page, expect

from sandbox.mailbox import Mailbox
from sandbox.serve import Sandbox, Wanted
from tests.browser.pages import DESK, LANGUAGES, PHONE, SIZES, looks_right
from tests.sandbox.asked import a_basket

pytestmark = pytest.mark.xdist_group("sandbox_pages")


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Sandbox]:
    sandbox = Sandbox(Wanted(var=tmp_path_factory.mktemp("sandbox"), seller="Ardenne"))
    sandbox.start()
    yield sandbox
    sandbox.stop()


def a_session(served: Sandbox, **different) -> str:
    """The address of a fresh session's page; paying leads to the sandbox's own health page."""
    client = stripe.StripeClient("sk_test_sandbox", base_addresses={"api": served.url})
    back = {"success_url": f"{served.url}/health?session={{CHECKOUT_SESSION_ID}}"}
    return client.v1.checkout.sessions.create(a_basket(**different) | back).url


def heard(page: Page) -> list[str]:
    """What the browser says of the pages, but for the icon it looks for beside bare JSON."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        where = message.location["url"]
        if not where.endswith("/favicon.ico"):
            said.append(f"{message.text} ({where})")

    page.on("console", hear)
    return said


@SIZES
@LANGUAGES
def test_a_payer_is_declined_tries_again_and_confirms_at_the_bank(
    served, open_page, size, language
):
    page = open_page(size)
    messages = heard(page)
    page.goto(a_session(served, locale=language))
    looks_right(page)

    page.locator("summary").click()
    looks_right(page)
    page.get_by_text("4000 0000 0000 9995").click()
    page.locator("button.go").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looks_right(page)

    page.locator("summary").click()
    page.get_by_text("4000 0025 0000 3155").click()
    page.locator("button.go").click()
    looks_right(page)
    page.locator("button.go").click()

    page.wait_for_url(f"{served.url}/health?session=cs_test_*")
    assert messages == []


@SIZES
def test_what_is_mistyped_is_marked_at_its_field(served, open_page, size):
    page = open_page(size)
    page.goto(a_session(served))

    page.get_by_label("Card number").fill("5555 5555 5555 4444")
    page.get_by_label("Expiry date").fill("13/30")
    page.locator("button.go").click()

    looks_right(page)
    assert page.locator("[aria-invalid]").count() == 3
    assert page.get_by_label("Card number").input_value() == ""
    assert page.get_by_label("Expiry date").input_value() == "13/30"


def test_a_payment_with_the_keyboard_alone_and_without_script(served, open_page):
    page = open_page(PHONE, script=False)
    page.goto(a_session(served))

    page.get_by_label("Card number").focus()
    for typed in ("4242424242424242", "12/40", "123"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{served.url}/health?session=cs_test_*")


@SIZES
def test_the_pages_of_the_seller(served, open_page, size):
    mail = EmailMessage()
    mail["Subject"], mail["To"] = "Receipt", "clara@example.com"
    mail.set_content("Bonjour, http://localhost:8001/receipts/1")
    letter = (
        f"<style>\np {{ color: green }}\n</style><p>Go to <a href={served.url}/health>it</a></p>"
    )
    mail.add_alternative(letter, subtype="html")
    mailbox: Mailbox = served.world.app.extensions["mailbox"]
    mail_id = mailbox.take(mail.as_bytes(policy=SMTP), "a@example.com", ["clara@example.com"])
    a_session(served)
    served.world.faults.hold("charge.*")
    page = open_page(size)
    messages = heard(page)

    for path in ("/", "/mail", f"/mail/{mail_id}"):
        page.goto(served.url + path)
        looks_right(page)

    inside = page.frame_locator("iframe").locator("p")
    assert inside.evaluate("p => getComputedStyle(p).color") == "rgb(0, 128, 0)"
    assert messages == []
    with page.expect_popup() as opened:
        inside.get_by_role("link").click()
    assert opened.value.url == f"{served.url}/health"


def test_a_fault_is_switched_on_and_off_on_the_control_page(served, open_page):
    served.world.faults.clear()
    page = open_page(DESK)
    page.goto(served.url)

    page.get_by_label("Fault").select_option("answer_lost")
    page.get_by_label("Call or event").fill("POST /v1/checkout/sessions")
    page.get_by_role("button", name="Switch on").click()
    switched_on = [fault.matching for fault in served.world.faults.active()]
    page.get_by_role("button", name="Clear all").click()

    assert switched_on == ["POST /v1/checkout/sessions"]
    assert page.get_by_text("Nothing: all is well.").is_visible()
    assert served.world.faults.active() == []
