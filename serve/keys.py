"""The demo's secrets: random, made once, readable by their owner only."""

import base64
import json
import os
import secrets
from pathlib import Path

from foundation.keyring import KEY_BYTES

NAMES = ("secret_key", "audit_key", "data_key", "stripe_key", "webhook_secret")
PREFIXES = {"stripe_key": "sk_test_", "webhook_secret": "whsec_"}


def kept_keys(file: Path) -> dict[str, str]:
    """The keys in this file; what is missing is made and written down first."""
    keys = dict(json.loads(file.read_text())) if file.exists() else {}
    missing = [name for name in NAMES if name not in keys]
    for name in missing:
        keys[name] = PREFIXES.get(name, "") + secrets.token_urlsafe(36)
        if name == "data_key":
            keys[name] = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    if missing:
        _write_privately(file, json.dumps(keys, indent=1))
    return keys


def _write_privately(file: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    fresh.replace(file)
