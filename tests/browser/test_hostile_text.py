"""Every page of a customer whose words are all hostile, in a real browser: nothing runs, nothing is
fetched, nothing is reported against the content policy.
"""

import dataclasses

import pytest
from sqlalchemy.orm import Session

from foundation.web.requests import Wiring
from payments.card.gateway import StripeGateway
from portal.app import create_app
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from serve import postgres
from tests.access.hostile import PAYLOADS, a_customer_of_words, every_text, rename
from tests.browser.pages import DESK
from tests.browser.served import a_server, origin_of, serving, settings_at
from tests.clocks import FixedClock
from tests.portal.page_client import PageClient
from tests.portal.readers import let_in

pytestmark = pytest.mark.xdist_group("hostile_text")

COOKIE = "quittance-portal"
WATCH = """
window.broken = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.broken.push(event.violatedDirective + ' ' + event.blockedURI);
});
"""
# Names that would close what they stand in: a title, a script, an attribute, a comment.
NAMES = (*PAYLOADS[:8], *PAYLOADS[22:30])


@pytest.fixture(scope="module")
def served(clones, tmp_path_factory):
    """A served portal, its origin, its customer, and a way to rename that customer."""
    with clones() as database:
        server, clock = a_server(), FixedClock()
        world = StripeWorld(clock.now)
        gateway = StripeGateway(world.client(), webhook_secrets=[DEFAULT_SIGNING])
        settings = settings_at(origin_of(server), database, tmp_path_factory.mktemp("var"))
        settings = dataclasses.replace(settings, stripe_page="http://localhost")
        server.app = create_app(
            Wiring(
                settings=settings,
                clock=clock,
                transaction=database.transaction(postgres.PORTAL),
                gateway=gateway,
            )
        )
        books = database.transaction(postgres.APP)
        customer = a_customer_of_words(books, gateway, world, every_text(), "Hostile")

        def call(name: str) -> None:
            with Session(database.engine(postgres.OWNER)) as session, session.begin():
                rename(session, customer.account, name)

        client = let_in(PageClient(server.app), books, customer.account, at=clock.now())
        cookie = client.http.get_cookie(COOKIE).value
        with serving(server):
            yield origin_of(server), customer, call, cookie


class Requests:
    """What a page asks for."""

    def __init__(self, page, origin: str) -> None:
        self.origin, self.urls = origin, []
        page.on("request", lambda request: self.urls.append(request.url))

    def strange(self) -> list[str]:
        """What is not ours; a report against a page of ours counts as well."""
        return [
            url
            for url in self.urls
            if not url.startswith(f"{self.origin}/") or url.endswith("/csp-report")
        ]


def test_no_hostile_word_runs_or_leads_anywhere(served, open_page):
    origin, customer, call, cookie = served
    page = open_page(DESK)
    page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": origin}])
    page.add_init_script(WATCH)
    asked, dialogs, broken, ran = Requests(page, origin), [], [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    def look(address: str) -> None:
        page.goto(origin + address)
        broken.extend(page.evaluate("window.broken"))
        ran.extend([address] if page.evaluate("window.pwned === 1") else [])
        assert page.url == origin + address

    for address in (*customer.addresses[:9], *customer.addresses[9::4]):  # lists show all words
        look(address)
    for name in NAMES:
        call(name)
        for address in ("/", "/profile"):
            look(address)
            assert page.locator("h1").count() == 1

    assert (ran, broken, dialogs, asked.strange()) == ([], [], [], [])


def test_what_runs_where_it_may_would_be_seen(served, open_page):
    """The watchers themselves: a page that breaks the policy is told of, one that runs as well."""
    origin, _customer, _call, cookie = served
    page = open_page(DESK)
    page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": origin}])
    page.add_init_script(WATCH)
    asked = Requests(page, origin)
    page.goto(f"{origin}/profile")

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=//evil.example/x>')")
    page.evaluate(
        "() => { const it = document.createElement('script'); it.textContent = 'window.pwned=1';"
        " document.body.append(it); }"
    )
    page.wait_for_function("window.broken.length >= 2")

    broken = page.evaluate("window.broken")
    assert {words.split()[0] for words in broken} == {"img-src", "script-src-elem"}
    assert page.evaluate("window.pwned") is None
    assert any("evil.example" in url for url in asked.strange())  # wanted, and not let out
