"""Identifiers: 48 bits of time, then 80 random bits, in 26 characters that sort by time and cannot be guessed."""

import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(now: int) -> str:
    """`now` in milliseconds since the epoch. Two ids of the same millisecond have no order."""
    value = (now << 80) | secrets.randbits(80)
    out = []
    for _ in range(26):
        value, digit = divmod(value, 32)
        out.append(_ALPHABET[digit])
    return "".join(reversed(out))


def chance_id() -> str:
    """130 random bits in as many characters: says nothing of when."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(26))


def new_token() -> str:
    """A secret of 256 bits, fit for a cookie or a link."""
    return secrets.token_urlsafe(32)
