"""Sealed text for links: some bytes and an HMAC of them for one purpose. Nothing is kept at rest.

Whoever holds the key can write the same link again; whoever reads the tables cannot.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

SEAL_BYTES: Final = 32


def sealed(content: bytes, *, purpose: bytes, keys: Sequence[str]) -> str:
    """URL-safe text of the content and its seal, made with the first key."""
    whole = content + _seal(purpose, content, keys[0])
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")


def unsealed(token: str, *, purpose: bytes, keys: Sequence[str], length: int) -> bytes | None:
    """The `length` bytes in this text, if any of our keys sealed them for this purpose."""
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    content, seal = whole[:length], whole[length:]
    fits = [hmac.compare_digest(seal, _seal(purpose, content, key)) for key in keys]
    return content if any(fits) and sealed_length(len(whole) - SEAL_BYTES) == len(token) else None


def sealed_length(content_bytes: int) -> int:
    """How many characters the text of so many bytes has."""
    return -(-(content_bytes + SEAL_BYTES) * 8 // 6)


def _seal(purpose: bytes, content: bytes, key: str) -> bytes:
    return hmac.new(key.encode(), purpose + content, hashlib.sha256).digest()
