"""One Chromium a worker; and, a module, one whole product, or the doors of the portal alone."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright

from foundation.clock import SystemClock
from foundation.web.requests import Wiring
from payments.card.gateway import StripeGateway
from portal.app import create_app
from serve import postgres
from tests import browsers
from tests.browser.pages import ARGUMENTS, OpenPage
from tests.browser.served import (
    Product,
    a_product,
    a_server,
    origin_of,
    serving,
    settings_at,
)
from tests.portal.doors import Doors, open_doors


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of this worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Opens pages of a size in a language, with or without script; each with cookies of its own."""
    opened = []

    def open_one(size, language="en", script=True, **more):
        context = chromium.new_context(
            viewport=size, locale=language, java_script_enabled=script, **more
        )
        opened.append(context)
        return context.new_page()

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture(scope="module")
def product(clones, tmp_path_factory) -> Iterator[Product]:
    """The whole product, served for the tests of a module."""
    with clones() as database, a_product(database, tmp_path_factory.mktemp("var")) as product:
        yield product


@pytest.fixture(scope="module")
def doors(clones, tmp_path_factory) -> Iterator[Doors]:
    """A served portal; `settings.portal_url` is where."""
    with clones() as database:
        server = a_server()
        origin = origin_of(server)
        settings = settings_at(origin, database, tmp_path_factory.mktemp("var"))
        clock = SystemClock(ZoneInfo("Europe/Paris"))
        # Nobody pays at the doors, so this card company is never called.
        gateway = StripeGateway.at("sk_test_never", url=origin, webhook_secrets=["whsec_never"])
        transaction = database.transaction(postgres.PORTAL)
        server.app = create_app(
            Wiring(settings=settings, clock=clock, transaction=transaction, gateway=gateway)
        )
        with serving(server):
            yield open_doors(server.app, settings, clock, database.transaction(postgres.APP))
