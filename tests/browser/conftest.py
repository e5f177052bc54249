"""One Chromium a worker; and, a module, one whole product with the world outside."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import browsers
from tests.browser.pages import ARGUMENTS, OpenPage
from tests.browser.served import Product, a_product


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
