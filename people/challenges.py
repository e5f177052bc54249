"""What a device signs: some random bytes and the time, sealed by us, so that nothing is kept.

A challenge works once and for a few minutes; one for adding a passkey is its person's alone.
"""

import datetime as dt
import hashlib
import json
import secrets
import uuid
from collections.abc import Sequence
from typing import Final

from webauthn.helpers import base64url_to_bytes

from foundation.database import TransactionFactory
from foundation.limits import Limit
from foundation.seals import sealed, unsealed
from people.attempts import QUARTER, spend_one
from people.errors import PasskeyRefused

LIFETIME: Final = dt.timedelta(minutes=10)
ONCE: Final = Limit("passkey.challenge", 1, QUARTER)  # its window is longer than LIFETIME
_RANDOM_BYTES: Final = 16
_TIME_BYTES: Final = 8
SIGN_IN: Final = b"quittance passkey sign-in 1:"


def adding(person_id: uuid.UUID) -> bytes:
    """The purpose of a challenge with which this person adds a passkey."""
    return b"quittance passkey of 1:" + person_id.bytes


def new_challenge(purpose: bytes, *, keys: Sequence[str], at: dt.datetime) -> bytes:
    """A challenge for this purpose, made now."""
    moment = int(at.timestamp()).to_bytes(_TIME_BYTES)
    content = secrets.token_bytes(_RANDOM_BYTES) + moment
    return sealed(content, purpose=purpose, keys=keys).encode()


def signed_challenge(answer: str, purpose: bytes, *, keys: Sequence[str], at: dt.datetime) -> bytes:
    """The challenge in a device's answer, if it is ours, for this purpose and not too old.

    Raises PasskeyRefused.
    """
    try:
        client = json.loads(answer)["response"]["clientDataJSON"]
        challenge = base64url_to_bytes(json.loads(base64url_to_bytes(client))["challenge"])
        token = challenge.decode("ascii")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PasskeyRefused("no answer of a device") from error
    content = unsealed(token, purpose=purpose, keys=keys, length=_RANDOM_BYTES + _TIME_BYTES)
    if content is None:
        raise PasskeyRefused("not our challenge")
    made_at = dt.datetime.fromtimestamp(int.from_bytes(content[_RANDOM_BYTES:]), dt.UTC)
    if at - made_at > LIFETIME:
        raise PasskeyRefused("too old")
    return challenge


def spend_challenge(transaction: TransactionFactory, challenge: bytes, *, at: dt.datetime) -> None:
    """Let nobody answer this challenge again. Raises TooManyAttempts when somebody did."""
    spend_one(transaction, [(ONCE, hashlib.sha256(challenge).hexdigest())], at=at)
