"""Whatever is pressed, reloaded, gone back to or done by two: one payment, or an honest second."""

import pytest

from tests.browser.customers import Bill, a_payer
from tests.browser.pages import DESK, PHONE
from tests.browser.visits import PAY, Visit

pytestmark = pytest.mark.xdist_group("journey_twice")


def in_the_basket(product, page, **given) -> Visit:
    """Somebody who owes €120.00 and has it in the basket."""
    visit = Visit(product, page, a_payer(product, Bill(12_000), **given)).enter()
    visit.page.click("form[action='/basket'] .btn-big")
    visit.at("/basket")
    return visit


def another_tab(visit: Visit) -> Visit:
    """The same person, the same browser, one more tab."""
    return Visit(visit.product, visit.page.context.new_page(), visit.payer)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_double_click_is_one_payment(product, open_page, script):
    visit = in_the_basket(product, open_page(DESK, script=script))

    visit.page.dblclick(PAY, no_wait_after=True)
    visit.page.wait_for_url(f"{product.sandbox.url}/c/pay/*")
    visit.card()
    visit.returned()

    assert visit.outcome == "Payment received"
    assert visit.charges() == [12_000]
    visit.to("/payments?kind=card")
    assert visit.page.locator("tbody tr").count() == 1


def test_going_back_after_paying_finds_nothing_left_to_pay(product, open_page):
    visit = in_the_basket(product, open_page(PHONE))
    visit.start()
    visit.card()
    visit.returned()

    visit.page.reload()
    assert visit.outcome == "Payment received"
    visit.page.go_back()
    assert visit.page.locator("#number").count() == 0  # the card company's page is closed
    visit.page.go_back()
    visit.at("/basket")

    assert visit.heading == "Basket"
    assert "Your basket is empty" in visit.words
    visit.look()
    assert visit.charges() == [12_000]


def test_a_send_whose_answer_never_came_is_the_same_when_it_is_sent_again(product, open_page):
    visit = in_the_basket(product, open_page(DESK))
    heard = []

    def lose(route):
        """The server hears it, the browser does not hear the server."""
        heard.append(route.fetch(max_redirects=0).status)
        route.abort("connectionreset")

    visit.page.route("**/payments", lose, times=1)
    with visit.page.expect_event("framenavigated"):  # to the browser's own page about it
        visit.page.click(PAY, no_wait_after=True)
    visit.page.wait_for_load_state()  # it cannot be reloaded before it stands
    visit.page.reload()
    visit.page.wait_for_url(f"{product.sandbox.url}/c/pay/*")
    visit.card()
    visit.returned()

    assert heard == [303]
    assert visit.charges() == [12_000]
    visit.to("/payments?kind=card")
    assert visit.page.locator("tbody tr").count() == 1


def test_a_refused_send_reloaded_is_refused_again_and_keeps_what_was_typed(product, open_page):
    visit = in_the_basket(product, open_page(DESK))
    visit.page.fill("input[data-amount]", "500")
    visit.page.click(PAY)
    visit.page.wait_for_selector(".error-summary")

    visit.page.reload()
    visit.page.wait_for_selector(".error-summary")

    assert "At most €120.00 is open." in visit.words
    assert visit.page.input_value("input[data-amount]") == "500"
    visit.look()
    visit.page.fill("input[data-amount]", "20")
    visit.start()
    visit.card()
    visit.returned()
    assert visit.charges() == [2_000]
    visit.to("/")
    assert visit.owed == "€100.00"


def test_a_second_tab_with_a_basket_already_paid_starts_nothing(product, open_page):
    visit = in_the_basket(product, open_page(DESK))
    second = another_tab(visit)
    second.to("/basket")
    visit.start()
    visit.card()
    visit.returned()

    second.page.click(PAY)
    second.page.wait_for_selector(".banners")

    assert "Your basket has changed meanwhile" in second.words
    second.look()
    assert visit.charges() == [12_000]


def test_a_second_tab_that_pays_first_closes_the_page_of_the_other(product, open_page):
    visit = in_the_basket(product, open_page(DESK))
    second = another_tab(visit)
    second.to("/basket")
    visit.start()
    second.start()

    visit.card()
    assert "expired" in visit.page.inner_text("h1")
    second.card()
    second.returned()
    visit.page.click("a.go")
    visit.returned()

    assert second.outcome == "Payment received"
    assert visit.outcome == "This payment was canceled"
    visit.look()
    assert visit.charges() == [12_000]


def test_two_colleagues_are_warned_and_both_told_the_truth(product, open_page):
    visit = in_the_basket(product, open_page(DESK))
    visit.start()
    colleague = a_payer(product, of=visit.payer, name="Sam Okonkwo")
    other = Visit(product, open_page(PHONE), colleague).enter()
    assert "Payments not finished" in other.words
    assert "Marie Roche" in other.words
    other.look()
    other.page.click("form[action='/basket'] .btn-big")
    other.at("/basket")
    assert "€120.00 of it is being paid already" in other.words
    assert "€120.00 by Marie Roche" in other.words
    other.look()

    other.start()
    other.card()
    other.returned()
    visit.card()
    visit.returned()

    assert "What it paid INV" in other.words
    assert "Kept as credit" not in other.words
    assert visit.outcome == "Payment received"
    assert "Kept as credit on your account €120.00" in visit.words
    visit.look()
    assert visit.charges() == [12_000, 12_000]
    for one in (visit, other):
        one.to("/")
        assert "You have paid ahead" in one.words
        assert one.owed == "€120.00"
        one.look()
