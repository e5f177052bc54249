"""Where a Chromium is on this machine, and what to say when there is none."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET_ONE = (
    "The browser tests were left out: no Chromium here. Install one (Debian: "
    "`apt-get install chromium`) or set QUITTANCE_CHROMIUM to its path."
)


def chromium() -> str | None:
    """The path of a Chromium that the browser tests can drive."""
    asked = os.environ.get("QUITTANCE_CHROMIUM")
    return asked or next(filter(None, map(shutil.which, NAMES)), None)
