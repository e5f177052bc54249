"""The account, the lists, the basket and the payments in a real browser, at both widths."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask import Flask

from foundation.database import Transaction
from foundation.money import Money
from foundation.web.requests import Wiring
from payments.card.gateway import StripeGateway
from payments.card.sync import sync_payment
from portal.app import create_app
from receivables.actions.allocation import Claim
from receivables.actions.credit import apply_credit_note
from receivables.discounts import DiscountTerms
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from serve import postgres
from tests.browser.pages import DESK, LANGUAGES, PHONE, SIZES, looks_right
from tests.browser.served import a_server, origin_of, serving, settings_at
from tests.clocks import FixedClock
from tests.factories.books import Account, a_colleague, a_credit_note, an_account, an_invoice
from tests.factories.card import session_of, start
from tests.portal.page_client import PageClient
from tests.portal.readers import let_in

pytestmark = pytest.mark.xdist_group("portal_pages")

TODAY = dt.date(2026, 11, 12)
LONG = "Menuiseries Réunies du Val-de-Marne et Associés, succursale de Saint-Germain-en-Laye SARL"
COOKIE = "quittance-portal"


@dataclass(frozen=True, kw_only=True)
class Company:
    """A served portal, and a customer with invoices in three currencies and payments."""

    app: Flask
    origin: str
    clock: FixedClock
    transaction: Transaction
    account: Account
    addresses: tuple[str, ...]

    def enter(self, page, account=None):
        """Sign the browser in; the page stands on the invoices."""
        client = PageClient(self.app)
        let_in(client, self.transaction, account or self.account, at=self.clock.now())
        value = client.http.get_cookie(COOKIE).value
        page.context.add_cookies([{"name": COOKIE, "value": value, "url": self.origin}])
        page.goto(f"{self.origin}/invoices")

    def newcomer(self, *amounts: int, language: str = "en") -> Account:
        """Another customer with invoices of so many cents."""
        with self.transaction() as session:
            account = an_account(session, language=language)
            for place, minor in enumerate(amounts):  # the list shows the longest due first
                an_invoice(session, account, minor, due_on=TODAY + dt.timedelta(days=place - 9))
        return account


@pytest.fixture(scope="module")
def company(clones, tmp_path_factory) -> Iterator[Company]:
    with clones() as database:
        server, clock = a_server(), FixedClock()
        origin = origin_of(server)
        world = StripeWorld(clock.now)
        gateway = StripeGateway(world.client(), webhook_secrets=[DEFAULT_SIGNING])
        settings = settings_at(origin, database, tmp_path_factory.mktemp("var"))
        settings = dataclasses.replace(settings, stripe_page="http://localhost")
        transaction = database.transaction(postgres.PORTAL)
        server.app = create_app(
            Wiring(settings=settings, clock=clock, transaction=transaction, gateway=gateway)
        )
        books = database.transaction(postgres.APP)
        account, addresses = played(books, gateway, world)
        with serving(server):
            yield Company(
                app=server.app,
                origin=origin,
                clock=clock,
                transaction=books,
                account=account,
                addresses=addresses,
            )


def played(transaction, gateway, world) -> tuple[Account, tuple[str, ...]]:
    """A customer who paid once, was declined once, and waits once; the pages that tell of it."""
    with transaction() as session:
        account = an_account(session, name=LONG)
        ids = [
            an_invoice(session, account, 1_284_550, due_on=TODAY + dt.timedelta(days=days))
            for days in (-95, -20, 0, 3, 40)
        ]
        terms = DiscountTerms(until=TODAY, percent=Decimal(2))
        early = an_invoice(
            session, account, 99_999, due_on=TODAY + dt.timedelta(days=9), discount=terms
        )
        an_invoice(session, account, 1_500_250, currency="KWD", purchase_order=LONG[:64])
        an_invoice(session, account, 99_999_999, currency="JPY", number="INV-2026-SOUTHWEST-00001")
        note = a_credit_note(session, account, 123_456, invoice_id=ids[4], lines=[23_456, 100_000])
        apply_credit_note(
            session,
            credit_note_id=note,
            claims=[Claim(invoice_id=ids[4], amount=Money(50_000, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=account.deed(),
        )
        colleague = a_colleague(session, account.customer_id, name="Sam Okonkwo-Lefebvre")
    paid = start(transaction, gateway, account, {ids[0]: 1_000_000}).payment_id
    world.payer(session_of(transaction, paid)).pay()
    declined = start(transaction, gateway, account, {ids[1]: 5_000}).payment_id
    world.payer(session_of(transaction, declined)).decline()
    for payment_id in (paid, declined):
        sync_payment(transaction, gateway, payment_id=payment_id, deed=account.deed())
    waiting = start(transaction, gateway, colleague, {ids[2]: 7_000}).payment_id
    payments = tuple(f"/payments/{one}" for one in (paid, declined, waiting))
    lists = ("/", "/invoices", "/invoices?state=all", "/invoices?search=none", "/basket")
    statements = ("/statement", "/statement?kind=movements", "/statement?on=never")
    return account, (
        *lists,
        f"/invoices/{ids[0]}",
        f"/invoices/{ids[4]}",
        f"/invoices/{early}",
        "/credit-notes",
        "/credit-notes?state=free",
        f"/credit-notes/{note}",
        "/payments",
        "/payments?kind=card",
        *payments,
        *statements,
    )


def choose_first(page):
    """Put the first invoice into the basket; its page stands, with what its scripts do."""
    page.check("input[name=invoice_id]")
    page.click("button[value=pay]")
    page.wait_for_selector("input[data-amount]")
    page.wait_for_load_state()


def speak(page, language):
    """Change the language by the button of the header menu."""
    if page.evaluate("document.documentElement.lang") != language:
        page.click("details.menu summary")
        page.click("details.menu button[lang]")
        page.wait_for_selector(f"html[lang={language}]")


@SIZES
@LANGUAGES
def test_no_page_is_wider_than_the_window(company, open_page, size, language):
    page = open_page(size, language)
    company.enter(page)
    speak(page, language)

    for address in company.addresses:
        page.goto(company.origin + address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


@pytest.mark.parametrize(("size", "language"), [(PHONE, "fr"), (DESK, "en")], ids=["390", "1440"])
def test_every_page_can_be_read_by_everybody(company, open_page, size, language):
    page = open_page(size, language)
    company.enter(page)
    speak(page, language)

    for address in company.addresses:
        page.goto(company.origin + address)
        looks_right(page)


def test_the_bar_counts_what_is_ticked(company, open_page):
    page = open_page(PHONE)
    company.enter(page, company.newcomer(100_050, 200_000, 300_000))
    boxes = page.locator("input[name=invoice_id]")

    boxes.nth(0).check()
    boxes.nth(1).check()

    assert page.inner_text("[data-sum]").split("\n") == ["2 invoices chosen", "€3,000.50"]


def test_one_box_ticks_all(company, open_page):
    page = open_page(DESK)
    company.enter(page, company.newcomer(100_000, 200_000))

    page.check("[data-all] input")

    assert "€3,000.00" in page.inner_text("[data-sum]")


@pytest.mark.parametrize(
    ("language", "typed", "label"),
    [("en", "1,234.5", "Pay €1,234.50"), ("fr", "1 234,5", "Payer 1\u202f234,50\u00a0€")],
)
def test_the_button_says_what_will_be_paid(company, open_page, language, typed, label):
    page = open_page(PHONE, language)
    company.enter(page, company.newcomer(200_000, language=language))
    speak(page, language)
    choose_first(page)

    page.fill("input[data-amount]", typed)

    assert page.inner_text("[data-pay] .btn-primary") == label


def test_what_cannot_be_read_is_not_guessed(company, open_page):
    page = open_page(PHONE)
    company.enter(page, company.newcomer(200_000))
    choose_first(page)

    page.fill("input[data-amount]", "1.234,50")

    assert page.inner_text("[data-pay] .btn-primary") == "Pay"
    assert page.inner_text("[data-total] .number") == "Check the amounts"


def test_brought_back_as_it_was_left_the_button_says_what_is_typed_then(company, open_page):
    """The back button may wake the page up instead of loading it: the press before is over."""
    page = open_page(DESK)
    company.enter(page, company.newcomer(200_000))
    choose_first(page)
    page.evaluate(
        """() => {
          const submitter = document.querySelector("[data-pay] .btn-primary");
          submitter.form.dispatchEvent(new SubmitEvent("submit", { submitter, bubbles: true }));
          dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        }"""
    )

    page.fill("input[data-amount]", "20")

    assert page.inner_text("[data-pay] .btn-primary") == "Pay €20.00"


def test_a_refusal_takes_the_focus_and_leads_to_its_field(company, open_page):
    page = open_page(DESK)
    company.enter(page, company.newcomer(200_000))
    choose_first(page)
    page.fill("input[data-amount]", "much")
    page.press("input[data-amount]", "Enter")
    page.wait_for_selector(".error-summary")
    page.wait_for_load_state()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.value") == "much"
    looks_right(page)


def test_everything_can_be_paid_without_script(company, open_page):
    page = open_page(PHONE, script=False)
    company.enter(page, company.newcomer(200_000))
    choose_first(page)

    page.fill("input[data-amount]", "150")
    page.click("[data-without-script]")

    assert page.inner_text("[data-pay] .btn-primary") == "Pay €150.00"


def test_pressing_twice_sends_once(company, open_page):
    page = open_page(DESK)
    company.enter(page, company.newcomer(200_000))
    choose_first(page)
    sent = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)

    with page.expect_event("requestfailed"):  # the provider's page, which nobody serves here
        page.dblclick("[data-pay] .btn-primary", no_wait_after=True)

    assert len(sent) == 1


def test_the_chosen_colours_stay(company, open_page):
    page = open_page(DESK)
    company.enter(page)
    page.click("details.menu summary")

    page.click("[data-theme-switch]")
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    looks_right(page)


def test_escape_closes_the_menu_and_gives_the_focus_back(company, open_page):
    page = open_page(PHONE)
    company.enter(page)
    page.focus("details.menu summary")
    page.keyboard.press("Enter")

    page.keyboard.press("Escape")

    assert not page.evaluate("document.querySelector('details.menu').open")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
