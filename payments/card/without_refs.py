"""A message of the provider without what charges a saved method, and without our return addresses,
which may hold the token of a pay link: those stay secret at rest.

Each is replaced by its SHA-256, by which the method can still be found.
"""

import hashlib
from typing import Any, Final, TypeVar

SECRET_PREFIXES: Final = ("pm_", "cus_", "seti_", "mandate_")
RETURN_ADDRESSES: Final = ("success_url", "cancel_url", "return_url")
T = TypeVar("T")


def digest_of(ref: str) -> str:
    """By what a secret reference is found: its own bits are too many to be guessed."""
    return hashlib.sha256(ref.encode()).hexdigest()


def without_refs(thing: T) -> T:
    """The same, each secret reference in it replaced, however deep."""
    replaced: Any = _replaced(thing)
    kept: T = replaced
    return kept


def _replaced(thing: Any) -> Any:
    if isinstance(thing, str):
        return digest_of(thing) if thing.startswith(SECRET_PREFIXES) else thing
    if isinstance(thing, dict):
        return {name: _replaced_in(name, value) for name, value in thing.items()}
    return [_replaced(value) for value in thing] if isinstance(thing, list) else thing


def _replaced_in(name: str, value: Any) -> Any:
    is_ours = name in RETURN_ADDRESSES and isinstance(value, str)
    return digest_of(value) if is_ours else _replaced(value)
