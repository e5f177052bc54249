"""Stripe's way of writing nested values in a form: `line_items[0][price_data][currency]=eur`."""

import re
from typing import Any
from urllib.parse import parse_qsl

SEGMENT = re.compile(r"\[([^\[\]]*)\]")
DEEPEST = 12


def decode(text: str) -> dict[str, Any]:
    """The nested dictionaries a form or query spells; lists are still keyed "0", "1", ..."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, _, rest = name.partition("[")
        path = [head, *SEGMENT.findall("[" + rest if rest else "")][:DEEPEST]
        _put(tree, path, value)
    return tree


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    node = tree
    for segment in path[:-1]:
        below = node.setdefault(segment or str(len(node)), {})
        if not isinstance(below, dict):
            return  # both `a=1` and `a[b]=2`: the first one stands
        node = below
    node[path[-1] or str(len(node))] = value
