"""How the suite looks at a page in a browser: sizes, languages, and what every page must be."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])

# What sticks out of the window, where the page is wider than it.
TOO_WIDE = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
    [...document.querySelectorAll("body *")]
        .filter((it) => it.getBoundingClientRect().right > window.innerWidth)
        .map((it) => `${it.tagName} ${it.className}: ${it.textContent.trim().slice(0, 60)}`)"""

OpenPage = Callable[..., Page]


def looks_right(page: Page) -> None:
    """Nothing for axe to say, nothing wider than the window, once the page stands."""
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    fits(page)


def fits(page: Page) -> None:
    """Nothing is wider than the window, and no table is wider than its frame."""
    assert not (found := page.evaluate(TOO_WIDE)), found
    frames = "[...document.querySelectorAll('.table-frame')]"
    assert page.evaluate(f"{frames}.every((it) => it.scrollWidth <= it.clientWidth)")
