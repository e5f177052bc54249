"""Passwords: which we take, how we hash them (Argon2id), and a check that tells nobody who exists.

A verification costs 25 to 30 ms of CPU and 19 MiB. At most CONCURRENT_MAX run at once in a process.
"""

import base64
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from people.errors import (
    PasswordNamesPerson,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnreadable,
    SignInBusy,
)
from people.guesses import is_common, names_person

LENGTH_MIN = 12
LENGTH_MAX = 256  # far above any passphrase; bounds what a stranger can make us hash
MEMORY_KIB = 19_456
CONCURRENT_MAX = 4
WAIT_SECONDS_MAX = 3.0

_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1)
_slots = threading.BoundedSemaphore(CONCURRENT_MAX)


def _zeros(count: int) -> str:
    return base64.b64encode(bytes(count)).decode().rstrip("=")


# Takes as long to check as a real one; that anything hashes to zeros is as unlikely as any guess.
NOBODYS_HASH = f"$argon2id$v=19$m={MEMORY_KIB},t=2,p=1${_zeros(16)}${_zeros(32)}"


def password_hash(password: str, *, email: str, name: str) -> str:
    """The Argon2id hash of a new password.

    Raises PasswordTooShort, PasswordTooLong, PasswordUnreadable, PasswordTooCommon or
    PasswordNamesPerson; SignInBusy when no hashing slot came free.
    """
    _check_length(password)
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in password):
        raise PasswordUnreadable("control characters")
    if is_common(password):
        raise PasswordTooCommon("a first guess")
    if names_person(password, email=email, name=name):
        raise PasswordNamesPerson("the person's own words")
    with _slot():
        return _hasher.hash(_bytes(password))


def is_password(password: str, secret_hash: str | None) -> bool:
    """Whether the password fits; takes as long when there is no hash to compare with.

    Raises SignInBusy when no hashing slot came free.
    """
    typed = _bytes(password[:LENGTH_MAX])
    with _slot():
        fits = _verify(secret_hash or NOBODYS_HASH, typed)
    return fits and secret_hash is not None and len(password) <= LENGTH_MAX


def _verify(secret_hash: str, typed: bytes) -> bool:
    try:
        return _hasher.verify(secret_hash, typed)
    except (VerificationError, InvalidHashError):
        return False


def _check_length(password: str) -> None:
    if len(password) < LENGTH_MIN:
        raise PasswordTooShort(LENGTH_MIN)
    if len(password) > LENGTH_MAX:
        raise PasswordTooLong(LENGTH_MAX)


def _bytes(password: str) -> bytes:
    """One spelling for all keyboards: é typed as one sign or as two is the same password."""
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=WAIT_SECONDS_MAX):
        raise SignInBusy(f"no slot within {WAIT_SECONDS_MAX} s")
    try:
        yield
    finally:
        _slots.release()
