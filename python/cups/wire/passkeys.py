"""Passkeys: what a browser is told to ask an authenticator for, and what that signed. Bytes are base64url without padding, as WebAuthn has them."""

from typing import Annotated

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Millis

Bytes = Annotated[str, Meta(min_length=1, max_length=8192, pattern="^[A-Za-z0-9_-]+$")]
CredentialId = Annotated[str, Meta(min_length=16, max_length=1400, pattern="^[A-Za-z0-9_-]+$")]


class Passkey(Body):
    """One of the person's own."""

    id: Id
    name: str
    made: Millis
    """The hour. So is `used`, which is 0 before the first time."""
    used: Millis
    doubted: bool
    """Its counter went back: there may be a copy of it. It signs nobody in any more, and is best removed."""


class Passkeys(Body):
    passkeys: list[Passkey]


class PasskeyMaking(Body):
    """What the browser is told to make."""

    challenge: Bytes
    host: str
    """The relying party's id."""
    site: str
    user: Bytes
    """Names the account to the authenticator alone; it says nothing elsewhere."""
    user_name: str
    algorithms: list[int]
    known: list[CredentialId]
    """Those that are there already: none of them is made again."""
    timeout_ms: int


class PasskeyIn(Body):
    """What was made."""

    name: Annotated[str, Meta(min_length=1, max_length=64, pattern=PLAIN)]
    """As its owner will know it; seen by nobody else."""
    id: CredentialId
    client_data: Bytes
    attestation: Bytes


class PasskeyMade(Body):
    passkeys: list[Passkey]
    recovery_codes: list[str]
    """New ones, shown this once, where none were left: they stand in for a lost passkey."""


class PasskeyAsked(Body):
    """What the browser is told to have signed. `allowed`: by one of these; none: by any that the device has for this host."""

    challenge: Bytes
    host: str
    allowed: list[CredentialId]
    timeout_ms: int


class PasskeyProof(Body):
    """What was signed, and by which."""

    id: CredentialId
    client_data: Bytes
    authenticator_data: Bytes
    signature: Bytes
    user: Bytes | None = None
    """The user handle, as the authenticator kept it."""
