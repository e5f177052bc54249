"""A message of the provider without what charges a saved method: those names stay secret at rest.

Each is replaced by its SHA-256, by which the method can still be found.
"""

import hashlib
from typing import Any, Final, TypeVar

SECRET_PREFIXES: Final = ("pm_", "cus_", "seti_", "mandate_")
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
        return {name: _replaced(value) for name, value in thing.items()}
    return [_replaced(value) for value in thing] if isinstance(thing, list) else thing
