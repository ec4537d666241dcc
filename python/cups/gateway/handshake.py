"""The upgrade of those who hold a ticket, without a library in between: a storm of reconnects is answered from memory.

Everybody else is upgraded by trio-websocket. Both go through the same checks before: path, Origin, session, limits.
"""

import binascii
import hashlib
import re

from cups.errors import Refused
from cups.gateway.head import Head
from cups.wire.frames import PROTOCOL, PROTOCOL_PACKED, TICKET

_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")
"""16 bytes in base64."""
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def offered(head: Head) -> list[str]:
    """The subprotocols the client offers, in its order."""
    return [name.strip() for name in head.headers.get("sec-websocket-protocol", "").split(",") if name.strip()]


def chosen(names: list[str]) -> str | None:
    """The first of ours; None where none was offered, and then JSON is spoken."""
    return next((name for name in names if name in (PROTOCOL, PROTOCOL_PACKED)), None)


def ticket(names: list[str]) -> str | None:
    return next((name.removeprefix(TICKET) for name in names if name.startswith(TICKET)), None)


def answer(head: Head, subprotocol: str | None) -> bytes:
    """The 101 of RFC 6455, section 4.2.2. bad-input for an upgrade that is none."""
    headers = head.headers
    key, connection = headers.get("sec-websocket-key", ""), headers.get("connection", "")
    upgrades = connection == "Upgrade" or any(word.strip().lower() == "upgrade" for word in connection.split(","))
    if not upgrades or _KEY.fullmatch(key) is None or headers.get("sec-websocket-version") != "13":
        raise Refused("bad-input")
    accept = binascii.b2a_base64(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest(), newline=False)
    named = b"" if subprotocol is None else b"Sec-WebSocket-Protocol: " + subprotocol.encode() + b"\r\n"
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + accept
        + b"\r\n"
        + named
        + b"\r\n"
    )
