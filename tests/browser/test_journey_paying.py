"""Every way a card payment can go, and what its payer is told: in the end the truth, before it
no more than is known.
"""

import re
import threading

import pytest

from tests.browser.customers import Bill, a_payer
from tests.browser.pages import DESK, PHONE
from tests.browser.visits import PAY, Visit

pytestmark = pytest.mark.xdist_group("journey_paying")

LINK = re.compile(r"http://localhost:\d+(/sign-in/link/\S+)")
FETCH, OPEN = "GET /v1/checkout/sessions/*", "POST /v1/checkout/sessions"
ASK = "form[action$='/check'] button"


@pytest.fixture
def faults(product):
    """The card company's bad days; over when the test is."""
    yield product.sandbox.world.faults
    product.sandbox.world.faults.clear()


@pytest.fixture
def visit(product, open_page):
    """A payer of one overdue invoice of €120.00, signed in, on a phone."""
    return Visit(product, open_page(PHONE), a_payer(product, Bill(12_000))).enter()


def at_the_card_company(visit: Visit) -> None:
    visit.page.click("form[action='/basket'] .btn-big")
    visit.start()


def comes_in_by_mail(visit: Visit, subject: str) -> None:
    page = visit.page
    visit.to("/sign-in")
    page.click("a[href='/sign-in/link']")
    visit.look()
    page.fill("#email", visit.payer.email)
    page.click("main button[type=submit]")
    visit.at("/sign-in/link", "asked")
    visit.look()
    visit.to(LINK.search(visit.mail(subject).body("plain"))[1])
    visit.look()
    page.click("main button[type=submit]")
    page.wait_for_selector(".figure-main")


@pytest.mark.parametrize(
    ("size", "language", "subject", "declined", "received", "home"),
    [
        (
            PHONE,
            "fr",
            "Votre lien de connexion",
            "aucun débit",
            "Paiement reçu",
            "Votre compte",
        ),
        (DESK, "en", "Your sign-in link", "Nothing was taken", "Payment received", "Your account"),
    ],
    ids=["390-fr", "1440-en"],
)
def test_in_by_mail_declined_then_another_card_that_the_bank_asks_about(
    product, open_page, size, language, subject, declined, received, home
):
    payer = a_payer(product, Bill(12_000), Bill(3_050), language=language)
    visit = Visit(product, open_page(size, language), payer)
    page = visit.page
    comes_in_by_mail(visit, subject)

    at_the_card_company(visit)
    visit.card("declined")
    page.wait_for_selector("[role=alert]")
    page.click(".back a")
    visit.returned()
    assert declined in visit.words
    visit.look()
    page.click(".outcome ~ .actions a.btn-primary")
    visit.card("secure")
    page.click("button[value=complete]")
    visit.returned()

    assert visit.outcome == received
    assert visit.charges() == [15_050]
    visit.to("/")
    visit.look()
    assert page.locator("form[action='/basket'] .btn-big").count() == 0
    assert visit.heading == home
    assert visit.page.locator(".empty").count() == 1  # nothing is owed any more


def test_who_comes_back_unpaid_can_cancel_and_finds_the_basket_as_it_was(visit):
    at_the_card_company(visit)
    hosted = visit.page.url
    visit.page.click(".back a")
    visit.returned()
    assert visit.outcome == "No payment confirmed yet"
    visit.look()
    visit.page.click("form[action$='/cancellation'] button")
    visit.page.wait_for_selector(".outcome.off")

    assert visit.outcome == "This payment was canceled"
    assert "Nothing was taken." in visit.words
    visit.look()
    visit.page.click("a[href='/basket'].btn-primary")
    visit.at("/basket")
    assert "Pay €120.00" in visit.page.inner_text(PAY)
    visit.page.goto(hosted)
    assert visit.page.locator("#number").count() == 0
    assert visit.charges() == []


def test_what_the_bank_has_not_answered_is_being_checked_and_turns_by_itself(visit, faults):
    faults.late_success()
    at_the_card_company(visit)
    session_id = visit.page.url.rpartition("/")[2]
    visit.card()
    visit.returned()
    assert visit.outcome == "Your payment is being checked"
    assert visit.page.locator(".outcome.good").count() == 0
    assert visit.page.is_visible("[data-watch]")
    visit.look()

    visit.product.sandbox.world.settle(session_id)
    visit.page.wait_for_selector(".outcome.good")

    assert visit.outcome == "Payment received"
    assert "Receipt" in visit.mail("Receipt").subject


def test_a_lost_answer_is_told_as_no_answer_until_the_message_comes(visit, faults):
    faults.hold()
    at_the_card_company(visit)
    faults.answer_lost(FETCH)
    visit.card()
    visit.returned()
    assert visit.outcome == "Your payment is being checked"
    assert "Please do not pay these invoices again" in visit.words
    visit.look()

    faults.release()
    visit.page.wait_for_selector(".outcome.good")

    assert visit.charges() == [12_000]


def test_who_never_comes_back_has_paid_all_the_same(visit, faults):
    faults.hold()
    at_the_card_company(visit)
    world = visit.product.sandbox.world
    world.payer(visit.page.url.rpartition("/")[2]).pay()  # on a page that then was closed
    visit.to("/")
    assert "Not confirmed yet" in visit.words
    visit.look()
    faults.release()
    mail = visit.mail("Receipt")
    visit.to("/")

    assert "€120.00" in mail.subject
    assert "Payments not finished" not in visit.words
    assert "You owe nothing" in visit.words


def test_a_page_that_does_not_open_is_asked_for_again(visit, faults):
    faults.answer_lost(OPEN)
    visit.page.click("form[action='/basket'] .btn-big")
    visit.page.click(PAY)
    visit.returned()
    assert visit.outcome == "The payment page is not open yet"
    assert "Nothing was taken." in visit.words
    visit.look()

    visit.page.click(ASK)
    visit.page.click(".outcome ~ .actions a.btn-primary")
    visit.card()
    visit.returned()

    assert visit.outcome == "Payment received"
    assert visit.charges() == [12_000]


def test_while_the_card_company_thinks_the_button_says_so_and_others_are_served(
    visit, faults, open_page
):
    asked, goes_on = threading.Event(), threading.Event()
    faults.before_answer(OPEN, lambda: asked.set() or goes_on.wait(20))
    visit.page.click("form[action='/basket'] .btn-big")
    visit.page.wait_for_selector(PAY)
    spoken = visit.page.evaluate(
        "(pay) => { const it = document.querySelector(pay); it.click(); return it.textContent; }",
        PAY,
    )
    assert spoken == "Opening the payment page"
    assert asked.wait(20)

    other = Visit(visit.product, open_page(DESK), a_payer(visit.product, of=visit.payer)).enter()
    assert "Payments not finished" in other.words
    goes_on.set()
    visit.page.wait_for_url(f"{visit.product.sandbox.url}/c/pay/*")

    assert visit.complaints == other.complaints == []
