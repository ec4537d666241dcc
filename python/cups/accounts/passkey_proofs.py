"""What an authenticator made or signed, checked: the challenge, the exact origin and host, that the device asked its owner, the signature.

Pure, and told everything. Counters are left to the caller: the library would look at them before the signature, and then anybody could
bring a passkey into doubt.
"""

from typing import NamedTuple

import webauthn
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier

from cups.settings import Settings
from cups.wire.passkeys import PasskeyIn, PasskeyProof

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]


class Made(NamedTuple):
    public_key: bytes
    sign_count: int


def made(form: PasskeyIn, challenge: str, settings: Settings) -> Made | None:
    """None: it is not what was asked for."""
    credential = {
        "id": form.id,
        "rawId": form.id,
        "type": "public-key",
        "response": {"clientDataJSON": form.client_data, "attestationObject": form.attestation},
    }
    try:
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=settings.passkey_host(),
            expected_origin=list(settings.passkey_origins()),
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except Exception:  # what comes in is anybody's: whatever a parser makes of it, it proves nothing
        return None
    if bytes_to_base64url(found.credential_id) != form.id:
        return None
    return Made(found.credential_public_key, found.sign_count)


def proved(proof: PasskeyProof, challenge: str, public_key: bytes | None, settings: Settings) -> int | None:
    """The counter that was signed; None: it proves nothing. For no key at all it takes as long as for a wrong one."""
    credential = {
        "id": proof.id,
        "rawId": proof.id,
        "type": "public-key",
        "response": {
            "clientDataJSON": proof.client_data,
            "authenticatorData": proof.authenticator_data,
            "signature": proof.signature,
            "userHandle": proof.user,
        },
    }
    try:
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=settings.passkey_host(),
            expected_origin=list(settings.passkey_origins()),
            credential_public_key=NOBODYS if public_key is None else public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception:  # what comes in is anybody's: whatever a parser makes of it, it proves nothing
        return None
    return None if public_key is None else found.new_sign_count


def _nobodys() -> bytes:
    """A key that nothing was ever signed with, as an authenticator would write it down (COSE, P-256)."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
    return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y


NOBODYS = _nobodys()
