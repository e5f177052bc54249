"""Addresses of lists: filter, order and page are in the URL, so that it can be kept or sent."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from flask import url_for

from foundation.paging import Cut, Page

SORT_KEYS: Final = ("due", "issued", "number", "open")

ROWS_MAX: Final = 50
TABLE_ENDINGS: Final = ("xlsx", "csv")

_ANY: Final = uuid.UUID(int=0)  # stands where the id of a row will stand

Choice = tuple[str, str, bool]  # words, address, is it the current one


def address(endpoint: str, params: Mapping[str, str | None], **changes: str | None) -> str:
    """The list with some of its parameters changed; what is empty is left out."""
    wanted = {k: v for k, v in {**params, **changes}.items() if v}
    bare = url_for(endpoint)
    return f"{bare}?{urlencode(wanted)}" if wanted else bare


def table_addresses(endpoint: str, params: Mapping[str, str | None]) -> dict[str, str]:
    """The same list as tables to take away, by their endings."""
    query = urlencode({name: value for name, value in params.items() if value})
    return {
        ending: f"{url_for(endpoint, ending=ending)}?{query}".rstrip("?")
        for ending in TABLE_ENDINGS
    }


def row_addresses(endpoint: str, name: str) -> Callable[[uuid.UUID], str]:
    """The address of each row's own page: the router is asked once, not for every row."""
    anybody: dict[str, Any] = {name: _ANY}
    before, after = url_for(endpoint, **anybody).split(str(_ANY))
    return lambda row_id: f"{before}{row_id}{after}"


def choices(
    endpoint: str, params: Mapping[str, str | None], name: str, words: Mapping[str, Any]
) -> list[Choice]:
    """One chip for each value of the parameter `name`."""
    return [
        (str(text), address(endpoint, params, **{name: value}), (params.get(name) or "") == value)
        for value, text in words.items()
    ]


def cut_of(args: Mapping[str, str], *, size: int = ROWS_MAX) -> Cut:
    """The page of a list that an address asks for."""
    return Cut(after=args.get("after"), before=args.get("before"), size=size)


def sort_addresses(endpoint: str, params: Mapping[str, str | None]) -> dict[str, str]:
    """The list in each order it knows, both ways."""
    orders = [*SORT_KEYS, *(f"-{key}" for key in SORT_KEYS)]
    return {order: address(endpoint, params, sort=order) for order in orders}


def page_addresses(
    endpoint: str, params: Mapping[str, str | None], found: Page[Any]
) -> dict[str, str | None]:
    """Where the pages before and after this one are, if there are any."""
    return {
        "before_url": address(endpoint, params, before=found.before) if found.before else None,
        "after_url": address(endpoint, params, after=found.after) if found.after else None,
    }
