"""Secrets at rest: AES-256-GCM under a ring of keys, the first of which encrypts.

A stored value names its key, so old values stay readable until `rotate` has written them anew. It
is bound to its place (table, column, row): moved to another row, it opens nothing.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.errors import QuittanceError

KEY_BYTES: Final = 32
_FORMAT: Final = b"\x01"  # of what is stored: format, key id, nonce, ciphertext with its tag
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_HEAD: Final = len(_FORMAT) + _ID_BYTES


class KeyUnusable(QuittanceError):
    """Not the base64 of 32 bytes."""

    code = "keyring.key_unusable"


class SecretUnreadable(QuittanceError):
    """No key of the ring opens this value in this place."""

    code = "keyring.secret_unreadable"


@dataclass(frozen=True, slots=True)
class Concealed:
    """An encrypted value as it is stored. Columns of secrets take nothing else."""

    stored: bytes = field(repr=False)

    @property
    def key_id(self) -> bytes:
        """Which key it was made with."""
        return self.stored[len(_FORMAT) : _HEAD]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys by id; the first of them is used for new values."""

    keys: dict[bytes, bytes] = field(repr=False)

    @classmethod
    def of(cls, written: Sequence[str]) -> Self:
        """From base64 texts. Raises KeyUnusable."""
        keys = [_key(text) for text in written]
        return cls({hashlib.sha256(key).digest()[:_ID_BYTES]: key for key in keys})

    @property
    def newest_id(self) -> bytes:
        """The id of the key that encrypts."""
        return next(iter(self.keys))

    def conceal(self, text: str, *, place: str) -> Concealed:
        """The text, readable only with this ring and only in this place."""
        key_id, nonce = self.newest_id, os.urandom(_NONCE_BYTES)
        head = _FORMAT + key_id
        secret = AESGCM(self.keys[key_id]).encrypt(nonce, text.encode(), head + place.encode())
        return Concealed(head + nonce + secret)

    def reveal(self, value: Concealed, *, place: str) -> str:
        """The text again. Raises SecretUnreadable."""
        head, rest = value.stored[:_HEAD], value.stored[_HEAD:]
        key = self.keys.get(value.key_id)
        if key is None or head[: len(_FORMAT)] != _FORMAT:
            raise SecretUnreadable(f"no key {value.key_id.hex()} on the ring")
        nonce, secret = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, secret, head + place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SecretUnreadable(f"not what was written at {place}") from error


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyUnusable("no base64") from error
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"{len(key)} bytes")
    return key
