"""An authenticator in software: makes passkeys and signs by them as WebAuthn has it, and, where a test wants that, wrongly."""

import hashlib
import json
import secrets
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from cups.wire.passkeys import PasskeyAsked, PasskeyIn, PasskeyMaking, PasskeyProof

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One passkey on one device. `counts`: whether its counter goes up, as those in hardware do; synchronised ones stay at 0."""

    def __init__(self, origin: str = "http://localhost:8000", *, counts: bool = True) -> None:
        self.origin, self.counts = origin, counts
        self.counter = 0
        self.id = secrets.token_bytes(32)
        self.user: str | None = None
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, making: PasskeyMaking, name: str = "my phone", **wrong: Any) -> PasskeyIn:
        self.user = making.user
        numbers = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        made = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(key)
        flags = wrong.get("flags", PRESENT | VERIFIED) | ATTESTED
        data = self._data(wrong.get("host", making.host), flags) + made
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._told("webauthn.create", making.challenge, wrong)
        return PasskeyIn(
            name=name,
            id=bytes_to_base64url(self.id),
            client_data=bytes_to_base64url(told),
            attestation=bytes_to_base64url(attestation),
        )

    def prove(self, asked: PasskeyAsked, **wrong: Any) -> PasskeyProof:
        if self.counts:
            self.counter += 1
        told = self._told("webauthn.get", asked.challenge, wrong)
        data = self._data(wrong.get("host", asked.host), wrong.get("flags", PRESENT | VERIFIED))
        key: ec.EllipticCurvePrivateKey = wrong.get("key", self._key)
        signature = key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return PasskeyProof(
            id=bytes_to_base64url(self.id),
            client_data=bytes_to_base64url(told),
            authenticator_data=bytes_to_base64url(data),
            signature=bytes_to_base64url(signature),
            user=wrong.get("user", self.user),
        )

    def _told(self, kind: str, challenge: str, wrong: dict[str, Any]) -> bytes:
        told = {
            "type": wrong.get("type", kind),
            "challenge": wrong.get("challenge", challenge),
            "origin": wrong.get("origin", self.origin),
        }
        return json.dumps(told).encode()

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + struct.pack(">BI", flags, self.counter)


def other_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def flipped(text: str) -> str:
    """The same bytes but for one bit."""
    raw = bytearray(base64url_to_bytes(text))
    raw[-1] ^= 1
    return bytes_to_base64url(bytes(raw))
