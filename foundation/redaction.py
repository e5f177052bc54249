"""What must never reach a log: card numbers, keys, passwords, cookies, sign-in tokens.

By the name of a key and by the shape of a value, at any depth: what one misses the other catches.
"""

import re
from collections.abc import Mapping
from typing import Final

HIDDEN: Final = "[hidden]"
DEPTH_MAX: Final = 6
ITEMS_MAX: Final = 100

_SECRET_NAME: Final = re.compile(
    r"passw|secret|token|cookie|authori[sz]ation|api_?key|signature|csrf|credential"
    r"|card_?number|\bpan\b|\bcv[cv]2?\b|\biban\b|database_\w*url|smtp_url|broker_url",
    re.IGNORECASE,
)
# A card number, typed with or without spaces. Not inside a longer word, so that ids survive.
_CARD: Final = re.compile(r"(?<![\w-])[0-9](?:[ -]?[0-9]){12,18}(?![\w-])", re.ASCII)
_LINKS: Final = (
    r"sign-in(?:\\?/|%2f)+link|(?:/|%2f)(?:invitation|pay-link)"  # addresses that end in a token
)
_SHAPES: Final = (
    (re.compile(r"\b(sk|rk)_(live|test)_\w+"), r"\1_\2_[hidden]"),
    (re.compile(r"\bwhsec_\w+"), "whsec_[hidden]"),
    (re.compile(r"_secret_\w+"), "_secret_[hidden]"),  # a PaymentIntent's client secret
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), r"\1 [hidden]"),
    (re.compile(r"\b((?:Set-)?Cookie):[^\r\n]*", re.IGNORECASE), r"\1: [hidden]"),
    (re.compile(r"(://[^/\s:@]*):[^@/\s]+@"), r"\1:[hidden]@"),  # postgresql://name:password@
    # However the slashes are written: a browser or a prober may send it in other spellings.
    (re.compile(rf"(?i)({_LINKS})(?:\\?/|%2f|%2e|\.)+[^?#\s\"']+"), r"\1/[hidden]"),
    (re.compile(r"(?i)\b(\w*(?:token|password|secret)\w*=)[^&\s;,\"')]+"), r"\1[hidden]"),
    (re.compile(r"\[parameters: .*\]", re.DOTALL), "[parameters: hidden]"),  # of an SQL error
)  # fmt: skip

# One look that most texts pass: a log line would otherwise cost a dozen searches for each value.
_SUSPICIOUS: Final = re.compile(
    r"(?i)[sr]k_(?:live|test)_|whsec_|secret|bearer|basic|cookie|://[^@]*@|sign-in.{1,6}link|invitation|pay-link|token"
    r"|password|\[parameters|(?:[0-9][ -]?){13}"
)


def redacted(value: object, depth: int = 0) -> object:
    """The value, fit for a log."""
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int):
        return HIDDEN if _is_card(str(abs(value))) else value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if depth >= DEPTH_MAX:
        return "[too deep]"
    if isinstance(value, Mapping):
        return redacted_mapping(value, depth)
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted(item, depth + 1) for item in list(value)[:ITEMS_MAX]]
    return redacted_text(str(value))


def redacted_mapping(values: Mapping[object, object], depth: int = 0) -> dict[str, object]:
    """The same keys; a key that names a secret keeps its name and loses its value."""
    return {
        redacted_text(str(key)): HIDDEN
        if _SECRET_NAME.search(str(key))
        else redacted(value, depth + 1)
        for key, value in list(values.items())[:ITEMS_MAX]
    }


def redacted_text(text: str) -> str:
    """The text without card numbers, keys and tokens."""
    if not _SUSPICIOUS.search(text):
        return text
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return _CARD.sub(lambda found: "[card]" if _is_card(found[0]) else found[0], text)


def _is_card(text: str) -> bool:
    """13 to 19 digits that pass the Luhn check."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    if not 13 <= len(digits) <= 19:
        return False
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
