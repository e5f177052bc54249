"""The token of a sign-in link: its id, sealed. Nothing secret is kept at rest."""

import uuid
from collections.abc import Sequence

from foundation.seals import sealed, sealed_length, unsealed

ID_BYTES = 16
TOKEN_LENGTH = sealed_length(ID_BYTES)
_PURPOSE = b"quittance sign-in link 1:"


def link_token(link_id: uuid.UUID, keys: Sequence[str]) -> str:
    """The token to mail, sealed with the first key."""
    return sealed(link_id.bytes, purpose=_PURPOSE, keys=keys)


def link_id_of(token: str, keys: Sequence[str]) -> uuid.UUID | None:
    """The link this token was made for, if any of our keys sealed it."""
    named = unsealed(token, purpose=_PURPOSE, keys=keys, length=ID_BYTES)
    return uuid.UUID(bytes=named) if named else None
