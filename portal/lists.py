"""Addresses of lists: filter, order and page are in the URL, so that it can be kept or sent."""

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for

from foundation.paging import Cut, Page

SORT_KEYS: Final = ("due", "issued", "number", "open")

ROWS_MAX: Final = 50

Choice = tuple[str, str, bool]  # words, address, is it the current one


def address(endpoint: str, params: Mapping[str, str | None], **changes: str | None) -> str:
    """The list with some of its parameters changed; what is empty is left out."""
    wanted: dict[str, Any] = {k: v for k, v in {**params, **changes}.items() if v}
    return url_for(endpoint, **wanted)


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
