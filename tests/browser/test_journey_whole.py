"""The whole way of a clerk: in, look, choose, pay, receipt, mail, out; at both widths."""

import io

import pytest
from pypdf import PdfReader

from foundation.amounts import format_money
from foundation.money import Money
from tests.browser.customers import Bill, a_payer
from tests.browser.pages import DESK, PHONE
from tests.browser.visits import PAY, Visit

pytestmark = pytest.mark.xdist_group("journey_whole")

SECRET = "eleven slow barges"
WORDS = {
    "en": {
        "home": "Your account",
        "received": "Payment received",
        "part": "Paid in part",
        "receipt": "Receipt",
        "changed": "Your password is changed. Everywhere else you are signed out.",
        "notice": "Your password",
        "out": "You are signed out.",
        "other": "Votre compte",
        "declined": "Nothing was taken by that attempt.",
        "link": "Your sign-in link",
    },
    "fr": {
        "home": "Votre compte",
        "received": "Paiement reçu",
        "receipt": "Reçu",
        "changed": "Votre mot de passe est changé.",
        "notice": "mot de passe",
        "out": "Vous êtes déconnecté.",
        "other": "Your account",
        "declined": "Rien n’a été débité",
        "link": "lien de connexion",
    },
}


def euros(minor: int, language: str) -> str:
    return format_money(Money(minor, "EUR"), language)


def year_of_bills(prefix: str) -> list[Bill]:
    """62 invoices: more than one page holds; 20 of them overdue."""
    return [
        Bill(
            minor=10_000 + 137 * count,
            due=count - 20,
            number=f"{prefix}-{count:03}",
            order=f"PO 77-{count}" if count % 3 else None,
        )
        for count in range(62)
    ]


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, "en"), (DESK, "fr")], ids=["390-en", "1440-fr"]
)
def test_a_clerk_pays_some_of_many_invoices(product, open_page, size, language):
    prefix = f"W{size['width']}"
    bills = year_of_bills(prefix)
    whole = sum(bill.minor for bill in bills)
    visit = Visit(product, open_page(size, language), a_payer(product, *bills, language=language))
    words, page = WORDS[language], visit.page

    comes_in(visit, words)
    assert visit.owed == euros(whole, language)
    finds_their_way_in_the_list(visit, prefix)
    chosen = bills[:3]
    paid = chosen[0].minor + chosen[1].minor + 5_000
    visit.to("/invoices")
    visit.choose(*(bill.number for bill in chosen))
    visit.look()
    page.fill("input[data-amount] >> nth=2", "50")
    assert euros(paid, language) in page.inner_text(PAY)
    visit.start()
    visit.card()
    visit.returned()
    assert visit.outcome == words["received"]
    visit.look()

    visit.to("/")
    assert visit.owed == euros(whole - paid, language)
    reads_the_receipt(visit, words, paid)
    finds_the_mail(visit, words, paid)
    changes_language_and_back(visit, words)
    changes_the_password(visit, words)
    leaves(visit, words)


def comes_in(visit: Visit, words) -> None:
    visit.to("/invoices")  # a page for later: first the door
    visit.at("/sign-in", "next=")
    visit.look()
    visit.sign_in()
    visit.at("/invoices")
    visit.go("/")
    assert visit.heading == words["home"]
    visit.look()


def finds_their_way_in_the_list(visit: Visit, prefix: str) -> None:
    page, rows = visit.page, visit.page.locator("tbody tr")
    visit.go("/invoices")
    assert rows.count() == 50
    visit.look()

    page.click("a[rel=next]")
    visit.at("/invoices", "after=")
    assert rows.count() == 12
    page.click("a[rel=prev]")
    visit.at("/invoices", "before=")
    assert f"{prefix}-000" in rows.first.inner_text()

    page.click("a[href*='state=overdue']")
    visit.at("/invoices", "state=overdue")
    assert rows.count() == 20
    page.click("thead a[href*='sort=-open']")
    visit.at("/invoices", "sort=-open")
    assert f"{prefix}-019" in rows.first.inner_text()
    visit.look()

    page.fill("#search", "po 77-4")
    page.press("#search", "Enter")
    visit.at("/invoices", "search=po+77-4")
    assert rows.count() == 1
    page.click(f"tbody a:text-is('{prefix}-004')")
    page.wait_for_selector(f"h1:has-text('{prefix}-004')")
    visit.look()


def reads_the_receipt(visit: Visit, words, paid: int) -> None:
    page, language = visit.page, visit.payer.language
    page.click("a[href^='/receipts/']")
    visit.at("/receipts/")
    assert visit.heading.startswith(words["receipt"])
    assert euros(paid, language) in page.inner_text(".figure-main")
    visit.look()

    with page.expect_download() as download:
        page.click("a[href$='.pdf']")
    text = text_of(download.value.path().read_bytes())
    assert " ".join(euros(paid, language).split()) in text
    assert "Brightwell Ltd" in text


def finds_the_mail(visit: Visit, words, paid: int) -> None:
    mail = visit.mail(words["receipt"])
    [attached] = mail.attachments
    amount = euros(paid, visit.payer.language)
    assert " ".join(amount.split()) in " ".join(mail.subject.split())
    assert attached.kind == "application/pdf"
    assert " ".join(amount.split()) in text_of(attached.content)
    assert f"{visit.product.origin}/receipts/" in mail.body("plain")


def text_of(pdf: bytes) -> str:
    return " ".join(
        " ".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages).split()
    )


def changes_language_and_back(visit: Visit, words) -> None:
    visit.to("/")
    for heading in (words["other"], words["home"]):
        visit.page.click("details.menu summary")
        visit.page.click("details.menu button[lang]")
        visit.page.wait_for_selector(f"h1:text-is('{heading}')")
    visit.look()


def changes_the_password(visit: Visit, words) -> None:
    visit.to("/profile")
    visit.look()
    visit.page.fill("#current", "not the one")
    visit.page.fill("#chosen", SECRET)
    visit.page.click("form[action='/profile/password'] .btn")
    visit.page.wait_for_selector(".error-summary")
    visit.look()
    visit.page.fill("#current", "seven quiet herons")
    visit.page.fill("#chosen", SECRET)
    visit.page.click("form[action='/profile/password'] .btn")
    visit.page.wait_for_selector(".banner.good")
    assert words["changed"] in visit.words
    visit.mail(words["notice"])


def leaves(visit: Visit, words) -> None:
    visit.page.click("details.menu summary")
    visit.page.click("form[action='/sign-out'] button")
    visit.at("/sign-in")
    assert words["out"] in visit.words
    visit.look()
    visit.sign_in()
    visit.page.wait_for_selector(".error-summary")
    visit.sign_in(SECRET)
    visit.page.wait_for_selector(".figure-main")
    assert visit.complaints == []
