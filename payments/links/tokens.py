"""The token of a pay link: which one, and whose account; sealed, and kept nowhere.

The account is in it because nobody's rows are seen before a transaction names their customer.
"""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from foundation.seals import sealed, sealed_length, unsealed

_PURPOSE = b"quittance pay link 1:"
_BYTES = 32
TOKEN_LENGTH = sealed_length(_BYTES)


class NamedLink(NamedTuple):
    """A pay link by its id and its customer's."""

    pay_link_id: uuid.UUID
    customer_id: uuid.UUID


def pay_link_token(named: NamedLink, keys: Sequence[str]) -> str:
    """The token to mail, sealed with the first key."""
    content = named.pay_link_id.bytes + named.customer_id.bytes
    return sealed(content, purpose=_PURPOSE, keys=keys)


def link_in(token: str, keys: Sequence[str]) -> NamedLink | None:
    """The pay link this token was made for, if any of our keys sealed it."""
    content = unsealed(token, purpose=_PURPOSE, keys=keys, length=_BYTES)
    if content is None:
        return None
    return NamedLink(uuid.UUID(bytes=content[:16]), uuid.UUID(bytes=content[16:]))
