"""The token of a sign-in link: its id and an HMAC of it. Nothing secret is kept at rest.

Whoever holds the key can write the mail again; whoever reads the table cannot.
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from collections.abc import Sequence

TOKEN_LENGTH = 64  # base64 of 16 bytes of id and 32 of HMAC
_PURPOSE = b"quittance sign-in link 1:"


def link_token(link_id: uuid.UUID, keys: Sequence[str]) -> str:
    """The token to mail, sealed with the first key."""
    sealed = link_id.bytes + _seal(link_id.bytes, keys[0])
    return base64.urlsafe_b64encode(sealed).decode()


def link_id_of(token: str, keys: Sequence[str]) -> uuid.UUID | None:
    """The link this token was made for, if any of our keys sealed it."""
    try:
        sealed = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    named, seal = sealed[:16], sealed[16:]
    fits = [hmac.compare_digest(seal, _seal(named, key)) for key in keys]
    return uuid.UUID(bytes=named) if any(fits) and len(named) == 16 else None


def _seal(named: bytes, key: str) -> bytes:
    return hmac.new(key.encode(), _PURPOSE + named, hashlib.sha256).digest()
