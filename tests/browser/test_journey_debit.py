"""A bank debit from the press of the button to the day its bank takes it back, as people see it."""

import pytest

from tests.browser.customers import Bill, a_payer
from tests.browser.pages import DESK, PHONE, looks_right
from tests.browser.visits import Visit

pytestmark = pytest.mark.xdist_group("journey_debit")

TOLD = {
    "en": {
        "underway": "The debit is on its way",
        "received": "Payment received",
        "returned": "The bank has taken this payment back",
        "ordered": "is on its way",
        "mail": "was taken back by the bank",
    },
    "fr": {
        "underway": "Le prélèvement est en route",
        "received": "Paiement reçu",
        "returned": "La banque a repris ce paiement",
        "ordered": "est en route",
        "mail": "a été repris par la banque",
    },
}


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, "fr"), (DESK, "en")], ids=["390-fr", "1440-en"]
)
def test_a_debit_is_ordered_paid_and_taken_back_while_one_watches(
    product, open_page, size, language
):
    payer, told = a_payer(product, Bill(12_000), language=language), TOLD[language]
    visit = Visit(product, open_page(size, language), payer).enter()
    control = open_page(DESK)

    visit.page.click("form[action='/basket'] .btn-big")
    visit.start()
    looks_right(visit.page)
    visit.page.focus(".debit input[type=radio]")
    visit.page.keyboard.press("Enter")  # the first account, by the keyboard alone
    visit.returned()
    assert visit.outcome == told["underway"]
    visit.look()
    visit.mail(told["ordered"])

    control.goto(product.sandbox.url)
    looks_right(control)
    control.click("form[action$='/settlement'] button")
    visit.page.wait_for_selector(f".outcome h2:text-is('{told['received']}')")
    visit.look()
    paid = visit.page.url

    control.goto(product.sandbox.url)
    control.click("form[action$='/return'] button")
    visit.mail(told["mail"])
    visit.page.goto(paid)
    assert visit.outcome == told["returned"]
    visit.look()
    for path in ("/", "/payments", "/payments?kind=card", "/statement?kind=movements"):
        visit.to(path)
        visit.look()
