"""Every route, every method, everybody: the policy's answer and no other.

Test C of the access matrix. Each cell has a session of its own and an object of its own, so that
an allowed cell really succeeds and no cell leans on another.
"""

import re
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from tests.access.asks import ask_of
from tests.access.expectations import (
    BY_ID,
    FOR_ADMINS,
    FOR_ANYBODY,
    IN_A_FORM,
    NOT_FOR_VIEWERS,
    OF_THE_PERSON,
    PORTAL,
    expected,
    is_admitted,
)
from tests.access.imprint import changed, content, imprint
from tests.access.judging import ID, outcome, readable
from tests.access.principals import BY_NAME, PRINCIPALS, browser_of
from tests.access.reading import without_tokens

ROWS = sorted(PORTAL.rows)
PAGES = [place for place in ROWS if place[1] == "GET"]
FORMS = [place for place in ROWS if place[1] != "GET"]
LEAVES_NO_ROW = {"reports.csp"}  # only a line in the log
WORD = re.compile(r"(q[abcn]xz)\d{4,}")


@pytest.mark.parametrize(("endpoint", "method"), FORMS)
def test_everybody_gets_what_the_policy_says_and_who_is_refused_changes_nothing(
    town, endpoint, method
):
    seen, should, changes = {}, {}, {}

    for who in PRINCIPALS:
        ask, browser = ask_of(town, endpoint, method, who), browser_of(town, who)
        before = imprint(town.database)
        seen[who.name] = outcome(town, browser.send(method, ask))
        changes[who.name] = changed(before, imprint(town.database))
        should[who.name] = expected(endpoint, method, who)

    assert seen == should
    refused = [who.name for who in PRINCIPALS if not is_admitted(endpoint, method, who)]
    assert {name: changes[name] for name in refused if changes[name]} == {}
    assert any(changes.values()) or endpoint in LEAVES_NO_ROW


@pytest.mark.parametrize(("endpoint", "method"), PAGES)
def test_everybody_sees_what_the_policy_says_and_whoever_reads_changes_no_row(
    town, endpoint, method
):
    """Tests C and F: GET and HEAD; a row of the policy may say why one changes something."""
    may_change = bool(PORTAL.rows[endpoint, method].changes)
    asks = [(who, ask_of(town, endpoint, method, who)) for who in PRINCIPALS]
    browsers = [(who, browser_of(town, who), ask) for who, ask in asks]
    seen, should, offenders = {}, {}, {}
    whole, before = content(town.database), imprint(town.database)

    for who, browser, ask in browsers:
        page, head = browser.send("GET", ask), browser.send("HEAD", ask)
        seen[who.name] = outcome(town, page), (outcome(town, head), head.data)
        should[who.name] = (wish := expected(endpoint, method, who)), (wish, b"")
        after = imprint(town.database)
        offenders |= {who.name: tables} if (tables := changed(before, after)) else {}
        before = after

    assert seen == should
    assert offenders == {} or may_change
    assert changed(whole, content(town.database)) == set() or may_change


def test_a_row_that_lets_reading_change_something_says_why():
    said = {place: row.changes for place, row in PORTAL.rows.items() if row.changes}

    assert set(said) == {
        ("payments.returned", "GET"),
        ("pay_by_link.returned", "GET"),
        ("saved_methods.returned", "GET"),
    }
    assert all(len(why.split()) > 5 for why in said.values())


@pytest.mark.parametrize(("endpoint", "method"), BY_ID)
def test_a_strangers_object_and_none_at_all_are_the_same_404_byte_for_byte(town, endpoint, method):
    admitted = [who for who in PRINCIPALS if is_admitted(endpoint, method, who)]
    different = {}

    for who in admitted:
        browser = browser_of(town, who)
        targets = ["foreign", "missing"]
        if (endpoint, method) in OF_THE_PERSON:
            targets.append("colleague")
        asks = [ask_of(town, endpoint, method, who, target) for target in targets]
        before = imprint(town.database)
        answers = {repr(readable(browser.send(method, ask))) for ask in asks}
        nowhere = readable(
            browser.send("GET", ask_of(town, "invoices.show", "GET", who, "missing"))
        )
        if answers != {repr(nowhere)} or changed(before, imprint(town.database)):
            different[who.name] = sorted(answers)

    assert len(admitted) >= (2 if endpoint in FOR_ADMINS else 5)
    assert different == {}


@pytest.mark.parametrize(("endpoint", "method"), sorted(set(BY_ID) - OF_THE_PERSON))
def test_what_belongs_to_the_company_is_there_for_a_colleague(town, endpoint, method):
    seen, wanted = {}, {}

    for who in (one for one in PRINCIPALS if is_admitted(endpoint, method, one)):
        ask = ask_of(town, endpoint, method, who, "colleague")
        seen[who.name] = outcome(town, browser_of(town, who).send(method, ask))
        wanted[who.name] = expected(endpoint, method, who)

    assert seen == wanted


@pytest.mark.parametrize(("endpoint", "method"), sorted(IN_A_FORM))
def test_a_strangers_id_in_a_form_is_worth_what_no_id_is(town, endpoint, method):
    seen, wanted = {}, {}

    for who in (one for one in PRINCIPALS if is_admitted(endpoint, method, one)):
        answers = []
        for target in ("foreign", "missing"):
            ask, browser = ask_of(town, endpoint, method, who, target), browser_of(town, who)
            before = imprint(town.database)
            answer = browser.send(method, ask)
            answers.append((outcome(town, answer), without_ids(town, browser, answer)))
            answers[-1] += (frozenset(changed(before, imprint(town.database)) - {"audit_head"}),)
        seen[who.name] = (answers[0][0], answers[0] == answers[1])
        wanted[who.name] = (IN_A_FORM[endpoint, method], True)

    assert seen == wanted


def without_ids(town, browser, answer: TestResponse) -> tuple[str, str]:
    """This answer and the page it leads to, ids and tokens left out."""
    pages = [answer.text]
    if answer.location and answer.location.startswith("/"):
        pages.append(browser.client.raw(answer.location).text)
    return tuple(ID.sub("<id>", WORD.sub(r"\1", without_tokens(page))) for page in pages)


def test_no_row_of_the_policy_opens_a_door_that_is_closed_by_law():
    for (endpoint, method), row in PORTAL.rows.items():
        place = f"{endpoint} {method}"
        assert ("anonymous" in row.roles) == (endpoint in FOR_ANYBODY), place
        assert not (endpoint in NOT_FOR_VIEWERS and "viewer" in row.roles), place
        assert not (endpoint in FOR_ADMINS and row.roles != {"admin"}), place
        if row.ownership == "customer":
            assert row.roles <= {"viewer", "payer", "admin"}, place


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"}
SPELLINGS = ("{}/", "{}.", "{};x=1", "{}/.", "{}%20", "{}//")


@pytest.mark.parametrize("endpoint", sorted({endpoint for endpoint, _method in ROWS}))
@pytest.mark.parametrize("name", ["anonymous", "admin of a"])
def test_no_other_method_and_no_other_spelling_is_answered(town, endpoint, name):
    who = BY_NAME[name]
    [method, *_more] = own = [method for one, method in ROWS if one == endpoint]
    ask, browser = ask_of(town, endpoint, method, who), browser_of(town, who)
    others = METHODS - {*own, "HEAD"} - SHARED.get(ask.path, set())

    seen = {other: browser.send(other, ask).status_code for other in others}
    for spelling in SPELLINGS if ask.path != "/" and not endpoint.endswith("static") else ():
        bent = replace(ask, path=spelling.format(ask.path))
        seen[bent.path] = browser.send(method, bent).status_code

    assert {asked: status for asked, status in seen.items() if status not in (404, 405)} == {}


# Two endpoints at one address: each knows the other's method.
SHARED = {path: {"GET", "POST"} for path in ("/basket", "/payments", "/profile/app")}
