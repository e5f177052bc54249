"""Who may do what: policy.yaml, one row for each route and method of a face, checked at start.

A route without a row, a row without a route or a bare `<x>` in an address stops the start; a
request that no row allows is refused before its view runs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import yaml
from flask import Flask

from foundation.errors import QuittanceError

ROLES: Final = frozenset({"anonymous", "half", "person", "viewer", "payer", "admin", "provider"})
GROUPS: Final = {
    "everyone": ROLES,
    "signed_in": ROLES - {"anonymous", "provider"},
    "contact": frozenset({"viewer", "payer", "admin"}),
}
OWNERSHIPS: Final = frozenset({"none", "person", "customer", "link", "provider"})
IMPERSONATION: Final = frozenset({"never", "read", "write"})
# How often something may be asked for: counted by what knows the cost of a try, named here so that
# each route says which.
RATES: Final = frozenset(
    {
        "page",
        "machine",
        "ask",
        "pay",
        "password",
        "code",
        "invite",
        "pay_link",
        "sign_in",
        "sign_in_link",
    }
)
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BARE: Final = re.compile(r"<[^:>]+>")


class PolicyBroken(QuittanceError):
    """The policy and the routes do not agree; the face does not start."""

    code = "policy.broken"

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one method of one endpoint asks for."""

    roles: frozenset[str]
    ownership: str = "none"  # whose rows it shows or changes
    impersonation: str = "never"
    csrf: str = "required"  # or the reason why a forged request does no harm
    fresh_auth: int | None = None  # minutes since the password or code
    audit: str | None = None  # the event it leaves
    rate: str = "page"  # one of RATES
    changes: str | None = None  # why a GET may change rows

    @property
    def is_for_everyone(self) -> bool:
        """Nobody need be looked up to answer."""
        return self.roles == ROLES


@dataclass(frozen=True, slots=True)
class Policy:
    """The rows of a face by endpoint and method."""

    rows: Mapping[tuple[str, str], Row]

    def row_of(self, endpoint: str, method: str) -> Row | None:
        """The row that decides; HEAD is decided like GET."""
        return self.rows.get((endpoint, "GET" if method == "HEAD" else method))


def load_policy(path: Path) -> Policy:
    """Read a policy file. Raises PolicyBroken with a sentence for each row that makes no sense."""
    written = yaml.safe_load(path.read_text()) or {}
    problems: list[str] = []
    rows: dict[tuple[str, str], Row] = {}
    for endpoint, methods in written.items():
        for method, row in methods.items():
            place = f"{path.name}: {endpoint} {method}"
            found = list(_row_problems(place, method, row))
            problems += found
            if not found:
                rows[endpoint, method] = Row(**{**row, "roles": _roles_of(row["roles"])})
    if problems:
        raise PolicyBroken(tuple(problems))
    return Policy(rows)


def check_routes(app: Flask, policy: Policy) -> None:
    """Every route has a row, every row a route, every part of an address a type."""
    routes = {
        (rule.endpoint, method): rule.rule
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    problems = [f"no policy row: {name} {method}" for name, method in routes.keys() - policy.rows]
    problems += [f"no such route: {name} {method}" for name, method in policy.rows.keys() - routes]
    problems += [
        f"untyped part: {address} of {name}, write <uuid:...> or <string:...>"
        for (name, _method), address in routes.items()
        if _BARE.search(address)
    ]
    if problems:
        raise PolicyBroken(tuple(sorted(problems)))


def _roles_of(written: list[str]) -> frozenset[str]:
    return frozenset().union(*(GROUPS.get(name, frozenset({name})) for name in written))


def _row_problems(place: str, method: str, row: Mapping[str, Any]) -> Iterator[str]:
    unknown = row.keys() - {column.name for column in fields(Row)}
    if unknown:
        yield f"{place}: we know no {', '.join(sorted(unknown))}"
    named = row.get("roles")
    if not isinstance(named, list) or not named or not _roles_of(named) <= ROLES:
        yield f"{place}: roles must be a list out of {sorted(ROLES | GROUPS.keys())}"
    if row.get("ownership", "none") not in OWNERSHIPS:
        yield f"{place}: ownership must be one of {sorted(OWNERSHIPS)}"
    if row.get("impersonation", "never") not in IMPERSONATION:
        yield f"{place}: impersonation must be one of {sorted(IMPERSONATION)}"
    if row.get("rate", "page") not in RATES:
        yield f"{place}: rate must be one of {sorted(RATES)}"
    yield from _method_problems(place, method, row)


def _method_problems(place: str, method: str, row: Mapping[str, Any]) -> Iterator[str]:
    """What a GET may not say, and what anything else must."""
    if method in SAFE and "csrf" in row:
        yield f"{place}: a {method} needs no csrf"
    if method not in SAFE and "changes" in row:
        yield f"{place}: `changes` is for a GET that may change rows"
    if method not in {"GET", "POST"}:
        yield f"{place}: our forms know GET and POST only"
    for name in ("csrf", "changes", "audit"):
        if not isinstance(row.get(name, ""), str):
            yield f"{place}: {name} must be words"
