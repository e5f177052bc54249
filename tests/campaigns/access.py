"""The whole access matrix: every route x method x principal x object, one cell after the other."""

import tempfile
import time
from argparse import Namespace

from foundation.web.policy import SAFE
from tests import databases
from tests.access.asks import ask_of
from tests.access.expectations import PORTAL
from tests.access.imprint import changed, imprint
from tests.access.judging import Cell, cells, outcome, readable, wanted
from tests.access.principals import browser_of
from tests.access.settling import a_town, town_settings
from tests.access.town import Town
from tests.campaigns.records import Record
from tests.campaigns.stage import a_server

CELLS_A_TOWN = 500  # then a new one: what cells leave behind makes every look slower


def run(asked: Namespace) -> int:
    """The campaign; 0 when nothing failed. After the last cell it begins again."""
    record = Record.kept("access", asked.seed, is_kept=True)
    whole = list(cells())
    ends = time.monotonic() + asked.minutes * 60
    with a_server(asked.server) as (server, template):
        while time.monotonic() < ends:
            with (
                databases.cloned(server, template) as database,
                tempfile.TemporaryDirectory() as var,
            ):
                town = a_town(database, town_settings(database, var))
                _some(town, whole, record, ends)
    record.close(f"the product has {len(whole)} cells")
    return 1 if record.failed else 0


def _some(town: Town, whole: list[Cell], record: Record, ends: float) -> None:
    """The next cells, until this town is full or the time is over."""
    for _ in range(CELLS_A_TOWN):
        if time.monotonic() > ends:
            return
        cell = whole[record.done % len(whole)]
        endpoint, method, who, target = cell
        record.note(f"{endpoint} {method}, {who.name}, {target}", {target: 1}, trouble(town, cell))


def trouble(town: Town, cell: Cell) -> str:
    """What is wrong with a cell; nothing when all is well."""
    endpoint, method, who, target = cell
    ask, browser = ask_of(town, endpoint, method, who, target), browser_of(town, who)
    before = imprint(town.database)
    answer = browser.send(method, ask)
    traces = changed(before, imprint(town.database))
    came, should = outcome(town, answer), wanted(endpoint, method, who, target)
    if came != should:
        return f"{came}, not {should}"
    if came[0] in (403, 404) and traces:
        return f"refused, and yet it wrote to {sorted(traces)}"
    if method in SAFE and traces and not PORTAL.rows[endpoint, "GET"].changes:
        return f"only read, and yet it wrote to {sorted(traces)}"
    if came[0] == 404 and method != "HEAD":
        nowhere = browser.send("GET", ask_of(town, "invoices.show", "GET", who, "missing"))
        if nowhere.status_code == 404 and readable(nowhere) != readable(answer):
            return "its 404 is not the 404 of what never was"
    return ""
