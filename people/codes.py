"""Time-based codes (RFC 6238, six digits, 30 s) and recovery codes: made, written, recognised."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1  # clocks half a minute apart still agree
SECRET_BYTES: Final = 20
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10  # 80 bits: guessing one is hopeless, so no slow hash is needed
RECOVERY_LENGTH: Final = 16


def new_secret() -> str:
    """160 random bits in base32, as apps want them."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def address_of(secret: str, *, email: str, seller: str) -> str:
    """The otpauth: address that an app reads from the picture."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(
        name=email, issuer_name=seller.replace(":", " ")
    )


def step_of(secret: str, typed: str, *, at: datetime) -> int | None:
    """The time step whose code was typed, the latest that fits; None when none does."""
    digits = "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
    if len(digits) != 6:
        return None
    now, totp = int(at.timestamp()) // STEP_SECONDS, pyotp.TOTP(secret, interval=STEP_SECONDS)
    steps = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    fits = [step for step in steps if hmac.compare_digest(totp.at(step * STEP_SECONDS), digits)]
    return max(fits, default=None)


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes, written in four groups of four."""
    plain = (
        base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
        for _ in range(RECOVERY_CODES)
    )
    return tuple("-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in plain)


def recovery_hash(typed: str) -> bytes | None:
    """What the table keeps of a recovery code, however it was typed; None when it cannot be one."""
    spelled = typed.upper().translate(str.maketrans("018", "OIB"))  # base32 has none of these
    letters = "".join(sign for sign in spelled if sign.isascii() and sign.isalnum())
    if len(letters) != RECOVERY_LENGTH:
        return None
    return hashlib.sha256(letters.encode()).digest()
