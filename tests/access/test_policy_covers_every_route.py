"""Tests A and B of the access matrix: routes and rows are one set, and what differs is found."""

import re
from dataclasses import replace

import pytest
import yaml
from flask import Flask

from foundation.web.errors import Answers
from portal.app import create_app
from tests.access.asks import ASKS, ask_of
from tests.access.expectations import PORTAL, is_admitted
from tests.access.principals import BY_NAME, PRINCIPALS, Ask, browser_of

BARE = re.compile(r"<(?![a-z]+(?:\([^>]*\))?:)[^>]*>")
POLICIES = {"portal": "portal/policy.yaml", "api": "api/policy.yaml"}
FACES = pytest.mark.parametrize("face", sorted(POLICIES))


def app_of(town, face: str) -> Flask:
    return {"portal": town.portal, "api": town.api}[face]


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every endpoint with every method it answers to; HEAD is GET without its body."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }


def rows(face: str, root) -> set[tuple[str, str]]:
    """What the policy file names, read without the product's own reader."""
    written = yaml.safe_load((root / POLICIES[face]).read_text())
    return {(endpoint, method) for endpoint, methods in written.items() for method in methods}


def untyped(app: Flask) -> list[str]:
    """Addresses that take anything for an id."""
    return [rule.rule for rule in app.url_map.iter_rules() if BARE.search(rule.rule)]


def a_second_portal(town) -> Flask:
    """The same face again, not yet asked anything: routes can still be planted in it."""
    return create_app(town.portal.extensions["quittance"])


@pytest.fixture
def root(pytestconfig):
    return pytestconfig.rootpath


@FACES
def test_routes_and_rows_are_the_same_set(town, root, face):
    app = app_of(town, face)

    assert routes(app) - rows(face, root) == set()
    assert rows(face, root) - routes(app) == set()


@FACES
def test_every_part_of_an_address_has_a_type(town, face):
    assert untyped(app_of(town, face)) == []


def test_every_route_is_tried_by_the_matrix():
    assert set(ASKS) == set(PORTAL.rows)


@FACES
def test_errors_are_answered_in_one_place(town, face):
    app = app_of(town, face)
    handlers = [
        (blueprint, handler)
        for blueprint, by_code in app.error_handler_spec.items()
        for by_class in by_code.values()
        for handler in by_class.values()
    ]

    assert {blueprint for blueprint, _handler in handlers} == {None}  # none answers its own way
    assert all(isinstance(handler.__self__, Answers) for _blueprint, handler in handlers)


def test_a_planted_route_is_found_and_is_never_reached(town, root):
    app, reached = a_second_portal(town), []
    app.add_url_rule("/planted", "planted", lambda: reached.append("planted") or "unguarded")
    app.add_url_rule("/loose/<x>", "loose", lambda x: x)

    found = routes(app) - rows("portal", root)
    browser = browser_of(replace(town, portal=app), BY_NAME["admin of a"])

    assert found == {("planted", "GET"), ("loose", "GET")}
    assert untyped(app) == ["/loose/<x>"]
    assert browser.send("GET", Ask(path="/planted")).status_code == 403
    assert reached == []


def test_a_planted_row_without_a_route_is_found(town, root, tmp_path):
    (tmp_path / "portal").mkdir()
    written = (root / POLICIES["portal"]).read_text()
    planted = written + "\nplanted.show:\n  GET: {roles: [everyone]}\n"
    (tmp_path / POLICIES["portal"]).write_text(planted)

    assert rows("portal", tmp_path) - routes(town.portal) == {("planted.show", "GET")}


@pytest.mark.parametrize("who", PRINCIPALS, ids=lambda who: who.name)
def test_a_view_is_reached_only_through_the_guard(watched, who):
    """Every view is replaced by one that only says that it was reached."""
    town, reached, asks = watched
    seen, should = set(), set()

    for endpoint, method in sorted(PORTAL.rows):
        reached.clear()
        browser_of(town, who).send(method, asks[endpoint, method])
        seen |= {(name, method) for name in reached}
        if is_admitted(endpoint, method, who):
            should.add((endpoint, method))

    assert seen == should


@pytest.fixture(scope="module")
def watched(town):
    """The town with views that do nothing but note that somebody came, and where to come."""
    app, reached = a_second_portal(town), []
    payer = BY_NAME["payer of a"]

    def noting(endpoint: str):
        return lambda **_values: reached.append(endpoint) or ""

    for endpoint in app.view_functions:
        app.view_functions[endpoint] = noting(endpoint)
    asks = {(one, method): ask_of(town, one, method, payer) for one, method in PORTAL.rows}
    return replace(town, portal=app), reached, asks
