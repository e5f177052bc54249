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
    handlers = {
        handler
        for by_code in app.error_handler_spec.values()
        for by_class in by_code.values()
        for handler in by_class.values()
    }

    assert list(app.error_handler_spec) == [None]  # no blueprint answers in its own way
    assert all(isinstance(handler.__self__, Answers) for handler in handlers)


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
def test_a_view_is_reached_only_through_the_guard(town, watched_portal, who):
    """Every view is replaced by one that only says that it was reached."""
    app, reached = watched_portal
    seen, wanted = set(), set()

    for endpoint, method in sorted(PORTAL.rows):
        ask = ask_of(town, endpoint, method, who)
        reached.clear()
        browser_of(replace(town, portal=app), who).send(method, ask)
        seen |= {(name, method) for name in reached}
        if is_admitted(endpoint, method, who):
            wanted.add((endpoint, method))

    assert seen == wanted


@pytest.fixture(scope="module")
def watched_portal(town):
    """The portal with views that do nothing but note that somebody came."""
    app, reached = a_second_portal(town), []

    def noting(endpoint: str):
        return lambda **_values: reached.append(endpoint) or ""

    for endpoint in app.view_functions:
        app.view_functions[endpoint] = noting(endpoint)
    return app, reached
