"""Reading an answer for the matrix: what came of it, and what should have."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from payments.links.tokens import TOKEN_LENGTH
from tests.access.expectations import (
    ABSENT,
    BY_ID,
    IN_A_FORM,
    OF_THE_PERSON,
    PORTAL,
    Outcome,
    expected,
    is_admitted,
)
from tests.access.principals import PRINCIPALS, Principal
from tests.access.town import Town

ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN: Final = re.compile(rf"[\w-]{{{TOKEN_LENGTH}}}")
Cell = tuple[str, str, Principal, str]  # endpoint, method, who, whose object


def outcome(town: Town, answer: TestResponse) -> Outcome:
    """The status, and where it leads: ids and questions left out."""
    if answer.location is None:
        return answer.status_code, ""
    to = urlsplit(answer.location)
    if answer.location.startswith(town.world.account.origin + "/"):
        return answer.status_code, "PROVIDER"
    assert not to.netloc, answer.location
    return answer.status_code, TOKEN.sub("<token>", ID.sub("<id>", to.path))


def readable(answer: TestResponse) -> tuple[int, dict[str, list[str]], bytes]:
    """The whole answer but for the request's own id."""
    headers = {name: answer.headers.getlist(name) for name in answer.headers.keys()}  # noqa: SIM118 (Headers iterates over pairs)
    headers.pop("X-Request-ID")
    return answer.status_code, headers, answer.data


def wanted(endpoint: str, method: str, who: Principal, target: str) -> Outcome:
    """What must come of a valid request for an object of that kind."""
    place = (endpoint, "GET" if method == "HEAD" else method)
    if target == "own" or not is_admitted(endpoint, method, who):
        return expected(endpoint, method, who)
    if target == "colleague" and place not in OF_THE_PERSON:
        return expected(endpoint, method, who)
    return IN_A_FORM.get(place, ABSENT)


def cells() -> Iterator[Cell]:
    """The whole product: every route, method, principal, and every kind of object it has."""
    for endpoint, method in sorted(PORTAL.rows):
        targets = ["own"]
        if (endpoint, method) in BY_ID:
            targets += ["colleague", "foreign", "missing"]
        elif (endpoint, method) in IN_A_FORM:
            targets += ["foreign", "missing"]
        for one in [method, "HEAD"] if method == "GET" else [method]:
            for who in PRINCIPALS:
                yield from ((endpoint, one, who, target) for target in targets)
