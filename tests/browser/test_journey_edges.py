"""Worlds at the edge: nothing, one, too long, too many, other money; in the dark; printed."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.customers import Bill, a_payer, bill
from tests.browser.pages import DESK, LANGUAGES, PHONE, SIZES
from tests.browser.visits import PAY, Visit

pytestmark = pytest.mark.xdist_group("journey_edges")

LONG = (
    "Établissements Wollenschläger-Montferrand & Cie, Fournitures Industrielles du Grand-Est SARL"
)
WORD = "Donaudampfschiffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
PAGES = (
    "/",
    "/invoices",
    "/invoices?state=all",
    "/basket",
    "/payments",
    "/statement",
    "/payments?kind=card",
)


def looks_through(visit: Visit, *more: str) -> None:
    """Every page of the account is as it must be."""
    for path in (*PAGES, *more):
        visit.to(path)
        visit.look()


@pytest.mark.parametrize(("size", "language"), [(PHONE, "fr"), (DESK, "en")], ids=["fr", "en"])
def test_who_owes_nothing_is_told_so_on_every_page(product, open_page, size, language):
    visit = Visit(product, open_page(size), a_payer(product, language=language)).enter()

    looks_through(visit, "/invoices?search=none", "/profile")

    visit.to("/")
    assert (
        visit.page.locator(".empty h2").inner_text()
        == {
            "en": "You owe nothing",
            "fr": "Vous ne devez rien",
        }[language]
    )


def test_one_invoice_is_one_press_from_the_basket(product, open_page):
    visit = Visit(product, open_page(PHONE), a_payer(product, Bill(100, due=40))).enter()
    visit.look()
    assert visit.owed == "€1.00"
    visit.page.click("section[aria-labelledby=soon] header a")
    visit.at("/invoices")
    visit.page.click("tbody th a")  # not due for long, yet found where home says it is
    visit.look()
    visit.page.click("button[value=pay]")
    visit.at("/basket")

    assert "1 invoice" in visit.words
    assert visit.page.inner_text(PAY) == "Pay €1.00"
    visit.look()


@SIZES
@LANGUAGES
def test_the_longest_names_and_amounts_find_room(product, open_page, size, language):
    payer = a_payer(
        product,
        Bill(
            987_654_321_09,
            due=-400,
            number=f"HAL-2026-INDUSTRIE-NORD-{language}{size['width']:04}",
            order=WORD[:64],
        ),
        Bill(123_456_789_01, due=-1, goods=WORD),
        language=language,
        company=LONG,
        name="Marie-Antoinette de Villeneuve-Saint-Georges",
        ledger="LONG",
    )
    visit = Visit(product, open_page(size), payer).enter()
    visit.page.click("form[action='/basket'] .btn-big")
    visit.at("/basket")

    looks_through(visit, "/profile")
    visit.to("/invoices")
    visit.page.locator("tbody th a").last.click()
    visit.look()


def test_yen_and_dinars_are_paid_in_their_own_decimals(product, open_page):
    payer = a_payer(
        product, Bill(1_250_000, currency="JPY"), Bill(1_234_560, currency="KWD", due=-2)
    )
    visit = Visit(product, open_page(PHONE), payer).enter()
    visit.to("/invoices")
    visit.page.check("[data-all] input")
    chosen = visit.page.inner_text("[data-sum] .number")
    visit.choose()
    labels = visit.page.locator(PAY).all_inner_texts()
    visit.page.locator(PAY).first.click()
    visit.page.wait_for_url(f"{product.sandbox.url}/c/pay/*")
    visit.card()
    visit.returned()
    visit.look()
    visit.to("/")

    assert chosen == "¥1,250,000 + KWD\u00a01,234.560"
    assert labels == ["Pay ¥1,250,000", "Pay KWD\u00a01,234.560"]
    assert visit.charges() == [1_250_000]
    assert visit.owed == "KWD\u00a01,234.560"
    visit.look()


@SIZES
def test_several_currencies_stand_side_by_side(product, open_page, size):
    bills = [Bill(500_00 * n, currency=c) for n, c in enumerate(("EUR", "GBP", "JPY", "USD"), 1)]
    payer = a_payer(product, *bills, language="fr")
    bill(product, payer.account, Bill(70_000, currency="USD", due=9))
    visit = Visit(product, open_page(size), payer).enter()

    looks_through(visit)

    visit.to("/")
    assert visit.page.locator(".figure-main").count() == 4
    assert visit.page.locator(".btn-primary").count() == 1
    visit.to("/invoices?currency=USD")
    assert visit.page.locator("tbody tr").count() == 2


def test_five_hundred_invoices_are_ten_pages_and_one_payment(product, open_page):
    bills = [Bill(1_000 + count, due=count - 520) for count in range(500)]
    visit = Visit(product, open_page(DESK), a_payer(product, *bills)).enter()
    visit.look()
    visit.go("/invoices")
    pages = 1
    while visit.page.locator("a[rel=next]").count():
        with visit.page.expect_navigation():
            visit.page.click("a[rel=next]")
        pages += 1
    assert pages == 10

    visit.to("/")
    visit.page.click("form[action='/basket'] .btn-big")
    visit.at("/basket")
    assert visit.page.locator(".basket-line").count() == 200
    visit.start()
    visit.card()
    visit.returned()

    assert visit.outcome == "Payment received"
    assert visit.charges() == [sum(1_000 + count for count in range(200))]
    visit.page.click("a[href^='/receipts/'].link")
    visit.look()


def test_in_the_dark_every_page_can_be_read(product, open_page):
    payer = a_payer(product, Bill(12_000), Bill(5_000, due=2))
    visit = Visit(product, open_page(PHONE, color_scheme="dark"), payer).enter()
    visit.pay_all()
    visit.look()

    looks_through(visit, "/profile")

    ground = "getComputedStyle(document.body).backgroundColor"
    assert visit.page.evaluate(ground) == "rgb(15, 23, 31)"


def test_a_receipt_prints_on_one_sheet_without_what_only_a_screen_can_do(product, open_page):
    payer = a_payer(product, Bill(12_000, number="PRINT-1"), company="Brightwell Ltd")
    visit = Visit(product, open_page(DESK, color_scheme="dark"), payer).enter()
    visit.pay_all()
    visit.page.click("a[href^='/receipts/'].link")
    visit.at("/receipts/")

    [sheet] = PdfReader(io.BytesIO(visit.page.pdf(format="A4"))).pages
    printed = " ".join(sheet.extract_text().split())

    for said in ("Receipt R-", "€120.00", "PRINT-1", "Brightwell Ltd"):
        assert said in printed
    for left_out in ("Download PDF", "Print ", "Basket", "Sign out"):
        assert left_out not in printed
    visit.page.emulate_media(media="print")
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)"
    )


def test_what_was_typed_stays_when_another_invoice_is_taken_out_or_the_page_is_left(
    product, open_page
):
    payer = a_payer(product, Bill(12_000, due=-9), Bill(8_000, due=-5), Bill(5_000, due=-3))
    visit = Visit(product, open_page(PHONE), payer).enter()
    visit.page.click("form[action='/basket'] .btn-big")
    visit.at("/basket")

    visit.page.fill("input[data-amount] >> nth=0", "20.50")
    visit.page.click("button[formaction$='/removal'] >> nth=1")

    expect(visit.page.locator("input[data-amount]")).to_have_count(2)
    assert visit.page.inner_text(PAY) == "Pay €70.50"
    visit.to("/invoices")
    visit.to("/basket")
    assert visit.page.input_value("input[data-amount] >> nth=0") == "20.50"
    visit.look()


@pytest.mark.parametrize("typed", ["8,50", "1,5", "0", "500", "-3", "1.234"])
def test_the_button_names_no_sum_that_the_server_would_refuse(product, open_page, typed):
    visit = Visit(product, open_page(PHONE), a_payer(product, Bill(12_000, due=-9))).enter()
    visit.page.click("form[action='/basket'] .btn-big")
    visit.at("/basket")

    visit.page.fill("input[data-amount]", typed)

    assert visit.page.inner_text(PAY) == "Pay"
    assert "Check the amounts" in visit.words
