"""The token a browser holds: 256 random bits. Only their SHA-256 is kept."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A token nobody guesses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> bytes:
    """What the table keeps of it. Random input needs no slow hash."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
