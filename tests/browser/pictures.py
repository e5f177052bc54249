"""The two pictures of the README, taken from a running demo: `python -m tests.browser.pictures`.

Start `python3 dev.py demo` first; the pictures show what its company looks like today.
"""

import argparse
import json
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from serve.household import Household
from tests import browsers
from tests.browser.pages import ARGUMENTS, DESK, PHONE

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PAYER = "hannah.ellerby"  # reads English, owes in two currencies
BYTES_MAX = 150_000


def main() -> None:
    """Take both and say where they lie."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures", description=__doc__)
    parser.add_argument("--portal", default="http://localhost:8000", help="what the demo printed")
    origin = parser.parse_args().portal
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.chromium(), args=ARGUMENTS)
        phone = browser.new_page(viewport=PHONE, locale="en", color_scheme="light")
        enter(phone, origin)
        keep(phone, "home-390.png")
        desk = browser.new_page(viewport=DESK, locale="en", color_scheme="light")
        enter(desk, origin)
        desk.goto(f"{origin}/invoices")
        for place in range(3):
            desk.locator("input[name=invoice_id]").nth(place).check()
        desk.mouse.move(0, 0)
        keep(desk, "invoices-1440.png")
        browser.close()


def enter(page: Page, origin: str) -> None:
    """Come in as the payer whom the demo introduces."""
    known = json.loads(Household.here().company.read_text(encoding="utf-8"))["sign_ins"]
    payer = next(one for one in known if one["email"].startswith(PAYER))
    page.goto(f"{origin}/sign-in")
    page.fill("#email", payer["email"])
    page.fill("#password", payer["password"])
    page.click("main button[type=submit]")
    page.wait_for_selector(".figure-main")


def keep(page: Page, name: str) -> None:
    """What stands in the window, without the mark of what was touched last."""
    page.evaluate("document.activeElement.blur()")
    path = FOLDER / name
    taken = page.screenshot(path=path)
    if len(taken) > BYTES_MAX:
        raise SystemExit(f"{name} has {len(taken):,} bytes; at most {BYTES_MAX:,} are committed.")
    print(f"{path.relative_to(FOLDER.parents[1])}: {len(taken):,} bytes")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
