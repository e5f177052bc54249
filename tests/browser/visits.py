"""Somebody at a browser: what they do page by page, with an eye on everything that may go wrong."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from playwright.sync_api import ConsoleMessage, Page, Response

from payments.card.models import CardPayment
from sandbox.mailbox import Mail, Mailbox
from tests.browser.customers import PASSWORD, Payer
from tests.browser.pages import looks_right
from tests.browser.served import Product
from tests.portal.page_client import PageClient
from tests.portal.readers import let_in

COOKIE = "quittance-portal"
CARDS = {
    "good": "4242 4242 4242 4242",
    "secure": "4000 0025 0000 3155",  # the bank asks back
    "declined": "4000 0000 0000 0002",
    "poor": "4000 0000 0000 9995",
}
WAIT_MS = 20_000
PAY = "[data-pay] .btn-primary"
NOT_OURS = "Failed to load resource"  # said of every answer with an error's status; see `_answer`


@dataclass
class Visit:
    """One person, one browser. `complaints` is what the browser had to say; it must stay empty."""

    product: Product
    page: Page
    payer: Payer
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._answer)

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and NOT_OURS not in said.text:
            self.complaints.append(said.text)

    def _answer(self, answer: Response) -> None:
        is_page = answer.request.is_navigation_request()
        if answer.status >= (500 if is_page else 400):
            self.complaints.append(f"{answer.status} {answer.url}")

    # Coming in, and going about

    def to(self, path: str) -> None:
        """Open one of our pages."""
        self.page.goto(self.product.origin + path)

    def enter(self) -> "Visit":
        """Be signed in without the sign-in page, and stand on the home page."""
        client = PageClient(self.product.portal)
        let_in(client, self.product.books, self.payer.account, at=self.product.clock.now())
        value = client.http.get_cookie(COOKIE).value
        self.page.context.add_cookies(
            [{"name": COOKIE, "value": value, "url": self.product.origin}]
        )
        self.to("/")
        return self

    def sign_in(self, password: str = PASSWORD) -> None:
        """By the sign-in page this browser stands on."""
        self.page.fill("#email", self.payer.email)
        self.page.fill("#password", password)
        self.page.click("main button[type=submit]")

    def at(self, path: str, query: str = "") -> None:
        """Wait until the browser stands at a page of ours, with this in its query."""
        start = self.product.origin + path
        self.page.wait_for_url(lambda url: url.startswith(start) and query in url)

    def look(self) -> None:
        """This page is as every page must be."""
        looks_right(self.page)
        assert self.complaints == []

    def go(self, endpoint: str) -> None:
        """Follow a link of the header, in the menu where the screen is narrow."""
        link = f".site-nav a[href='{endpoint}']"
        if not self.page.is_visible(link):
            self.page.click("details.menu summary")
            link = f".menu a[href='{endpoint}']"
        self.page.click(link)
        self.at(endpoint)

    # What is on the page

    @property
    def heading(self) -> str:
        """What the page is about."""
        return self._text("h1")

    @property
    def outcome(self) -> str:
        """What became of the payment, in the words of its page."""
        return self._text(".outcome h2")

    @property
    def words(self) -> str:
        """Everything between header and footer, as one line of plain spaces."""
        return " ".join(self._text("main").split())

    @property
    def owed(self) -> str:
        """The one big figure of the home page."""
        return self._text(".figure-main .number >> nth=0")

    def _text(self, place: str) -> str:
        """Of the page that stands, not of one that is still coming in."""
        self.page.wait_for_load_state()
        return self.page.inner_text(place)

    # Choosing and paying

    def choose(self, *numbers: str) -> None:
        """Tick these invoices on the list, or the first one, and go to the basket."""
        for number in numbers:
            self.page.locator("tr", has_text=number).locator("input[name=invoice_id]").check()
        self.page.click("button[name=then][value=pay]")
        self.at("/basket")

    def start(self) -> None:
        """Press Pay in the basket, and stand on the card company's page."""
        self.page.click(PAY)
        self.page.wait_for_url(f"{self.product.sandbox.url}/c/pay/*")

    def card(self, kind: str = "good") -> None:
        """Type a card on the card company's page and send it."""
        self.page.fill("#number", CARDS[kind])
        self.page.fill("#expiry", "12/40")
        self.page.fill("#code", "123")
        self.page.click("button.go")

    def returned(self) -> None:
        """Stand on our page about the payment again."""
        self.at("/payments/")
        self.page.wait_for_selector(".outcome")
        self.page.wait_for_load_state()

    def pay_all(self) -> None:
        """Everything overdue, by a good card; stand on the page that tells of it."""
        self.page.click("form[action='/basket'] .btn-big")
        self.start()
        self.card()
        self.returned()

    # The world outside

    def charges(self) -> list[int]:
        """What the card company took from this customer, in its own minor units."""
        own = sa.select(CardPayment.id).where(
            CardPayment.customer_id == self.payer.account.customer_id
        )
        with self.product.books() as session:
            payments = {str(one) for one in session.scalars(own)}
        return [
            booking.amount
            for booking in self.product.sandbox.world.books()
            if booking.status == "succeeded" and booking.metadata["payment"] in payments
        ]

    def mail(self, about: str) -> Mail:
        """The newest mail to this person whose subject says so, as soon as it is there."""
        mailbox: Mailbox = self.product.sandbox.world.app.extensions["mailbox"]
        for _ in range(WAIT_MS // 100):
            for mail in mailbox.newest_first(self.payer.email):
                if about in mail.subject:
                    return mail
            self.page.wait_for_timeout(100)  # the worker comes round
        raise AssertionError(f"no mail about {about!r}")
