"""The same way by keyboard alone, and without script."""

import pytest

from tests.browser.customers import PASSWORD, Bill, a_payer
from tests.browser.keys import Keys
from tests.browser.pages import DESK, PHONE, SIZES, fits
from tests.browser.visits import PAY, Visit

pytestmark = pytest.mark.xdist_group("journey_hands")

BILLS = [Bill(10_000, due=-9), Bill(20_000, due=-4), Bill(30_000, due=12)]


def chooses_two(visit: Visit, keys: Keys) -> None:
    """From home to the basket, where less is paid of the second."""
    keys.press("Choose invoices")
    visit.at("/invoices")
    keys.tick()
    keys.tick()
    assert "€300.00" in visit.page.inner_text("[data-sum]")
    keys.press("Pay selected")
    visit.at("/basket")
    keys.tab_to("200.00")
    visit.page.keyboard.type("50")
    keys.press("Pay €150.00")


def pays(visit: Visit) -> None:
    """On the card company's page."""
    visit.page.wait_for_url(f"{visit.product.sandbox.url}/c/pay/*")
    keys = Keys(visit.page)
    keys.type("number", "4242 4242 4242 4242")
    keys.type("expiry", "12/40")
    keys.type("code", "123")
    visit.page.keyboard.press("Enter")
    visit.returned()


@SIZES
def test_by_keyboard_alone(product, open_page, size):
    visit = Visit(product, open_page(size), a_payer(product, *BILLS))
    keys = Keys(visit.page)
    visit.to("/sign-in")
    keys.type("email", visit.payer.email)
    keys.type("password", PASSWORD)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".figure-main")

    chooses_two(visit, keys)
    pays(visit)
    assert visit.outcome == "Payment received"
    assert visit.charges() == [15_000]
    keys.press("Receipt R-")
    visit.at("/receipts/")
    keys.tab_to("Menu" if size == PHONE else "Brightwell Ltd")
    visit.page.keyboard.press("Space")
    keys.press("Sign out")
    visit.at("/sign-in")

    assert "You are signed out." in visit.words
    assert keys.faults == []
    assert visit.complaints == []


def test_the_first_stop_leads_past_the_header(product, open_page):
    visit = Visit(product, open_page(DESK), a_payer(product, *BILLS)).enter()
    keys = Keys(visit.page)

    keys.tab()
    visit.page.keyboard.press("Enter")
    stop = keys.tab()

    assert stop["words"].startswith("Pay overdue")


def test_without_script(product, open_page):
    visit = Visit(product, open_page(PHONE, script=False), a_payer(product, *BILLS))
    page = visit.page
    visit.to("/sign-in")
    visit.sign_in()
    page.wait_for_selector(".figure-main")
    visit.go("/invoices")
    page.locator("input[name=invoice_id]").nth(0).check()
    page.locator("input[name=invoice_id]").nth(1).check()
    visit.choose()
    page.fill("input[data-amount] >> nth=1", "50")
    page.click("[data-without-script]")
    assert page.inner_text(PAY) == "Pay €150.00"
    visit.start()
    visit.card("declined")
    visit.card("good")
    visit.returned()
    assert visit.outcome == "Payment received"
    fits(page)

    page.click("a[href^='/receipts/'].link")
    visit.at("/receipts/")
    page.click("details.menu summary")
    page.click("details.menu button[lang=fr]")
    page.wait_for_selector("html[lang=fr]")
    fits(page)
    page.click("details.menu summary")
    page.click("form[action='/sign-out'] button")
    visit.at("/sign-in")
    assert visit.charges() == [15_000]


def test_without_script_what_is_being_checked_is_asked_for_by_a_button(product, open_page):
    visit = Visit(product, open_page(PHONE, script=False), a_payer(product, *BILLS)).enter()
    faults = product.sandbox.world.faults
    faults.late_success()
    visit.page.click("form[action='/basket'] .btn-big")
    visit.start()
    session_id = visit.page.url.rpartition("/")[2]
    visit.card()
    visit.returned()
    assert visit.outcome == "Your payment is being checked"
    assert not visit.page.is_visible("[data-watch]")  # nothing looks again by itself here

    product.sandbox.world.settle(session_id)
    visit.page.click("form[action$='/check'] button")
    visit.page.wait_for_selector(".outcome.good")

    assert visit.outcome == "Payment received"


def test_what_the_watch_would_notice(product, open_page):
    visit = Visit(product, open_page(DESK), a_payer(product)).enter()
    visit.page.evaluate("""() => {
        document.body.append(Object.assign(document.createElement("script"), {textContent: "1"}));
        document.body.append(Object.assign(new Image(), {src: "https://elsewhere.example/a.png"}));
        console.error("planted");
    }""")
    visit.page.wait_for_function("document.images[0].complete")

    [script, image, planted] = sorted(visit.complaints, key=len, reverse=True)
    assert "inline script" in script
    assert "elsewhere.example" in image
    assert planted == "planted"


def in_the_basket(product, page) -> Visit:
    """Somebody with two overdue invoices in the basket, about to pay less of the second."""
    bills = (Bill(12_000, due=-9), Bill(8_000, due=-5))
    visit = Visit(product, page, a_payer(product, *bills)).enter()
    page.click("form[action='/basket'] .btn-big")
    visit.at("/basket")
    page.fill("input[data-amount] >> nth=1", "50")
    with page.expect_navigation():
        page.press("input[data-amount] >> nth=1", "Enter")
    return visit


def test_enter_in_an_amount_pays_as_the_button_says(product, open_page):
    visit = in_the_basket(product, open_page(DESK))

    visit.page.wait_for_url(f"{product.sandbox.url}/c/pay/*")

    assert "€170.00" in visit.page.inner_text("body")


def test_enter_pays_the_payment_it_was_pressed_in(product, open_page):
    payer = a_payer(product, Bill(12_000), Bill(1_500, currency="JPY"))
    visit = Visit(product, open_page(DESK), payer).enter()
    visit.to("/invoices")
    visit.page.check("[data-all] input")
    visit.choose()

    visit.page.press("input[data-amount='1500']", "Enter")
    visit.page.wait_for_url(f"{product.sandbox.url}/c/pay/*")

    assert "¥1,500" in visit.page.inner_text("body")


def test_without_script_enter_in_an_amount_brings_the_total_up_to_date(product, open_page):
    visit = in_the_basket(product, open_page(DESK, script=False))

    assert visit.page.locator("input[data-amount]").count() == 2
    assert visit.page.inner_text(PAY) == "Pay €170.00"


def test_by_keyboard_alone_to_what_was_owed_on_another_day(product, open_page):
    visit = Visit(product, open_page(DESK), a_payer(product, *BILLS)).enter()
    keys = Keys(visit.page)

    keys.press("Statement")
    visit.page.wait_for_url("**/statement")
    keys.press("Movements")
    visit.page.wait_for_url("**kind=movements**")

    assert "Balance after" in visit.page.inner_text("main")
    assert keys.faults == []
