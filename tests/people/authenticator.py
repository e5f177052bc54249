"""A device that holds passkeys, as the standard describes it: for tests without a browser."""

import hashlib
import json
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One key pair for one person; it recognises its owner unless told otherwise."""

    origin: str = "http://localhost:8000"
    host: str = "localhost"
    recognises: bool = True
    counts: int = 0
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: os.urandom(16))
    owner: bytes = b""

    def make(self, options: str) -> str:
        """Answer the options to add a passkey."""
        wanted = json.loads(options)
        self.owner = base64url_to_bytes(wanted["user"]["id"])
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + self._public()
        data = self._data(ATTESTED) + attested
        return self._answer(
            {
                "clientDataJSON": self._client("webauthn.create", wanted["challenge"]),
                "attestationObject": encode_cbor({"fmt": "none", "attStmt": {}, "authData": data}),
            }
        )

    def sign(self, options: str) -> str:
        """Answer the options to sign in."""
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        self.counts += 1
        data = self._data()
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": client,
                "authenticatorData": data,
                "signature": signed,
                "userHandle": self.owner,
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, more: int = 0) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.recognises else 0)
        return (
            hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.counts.to_bytes(4)
        )

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, response: dict[str, bytes]) -> str:
        named = bytes_to_base64url(self.id)
        texts = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps(
            {
                "id": named,
                "rawId": named,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": texts,
            }
        )
