"""Answers that are given before the question was heard to its end.

A refusal needs no body, so it is often ready while the body is still on its way. Hypercorn then closes the connection, and says so to nobody:
whatever the client asks next on it is lost. So what is left of a body is read first; where it is too much, or too slow, the answer says that it is the last.
"""

from typing import Any

import trio
from hypercorn.typing import ASGIFramework


def heard_out(app: ASGIFramework, *, most_bytes: int, most_s: float) -> ASGIFramework:
    """The same application; its answers to requests with a body follow the body, but for what of it is more than `most_bytes`, or does not
    come within `most_s`."""

    async def heard(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not _has_body(scope["headers"]):
            await app(scope, receive, send)
            return
        whole = False

        async def receiving() -> Any:
            nonlocal whole
            message = await receive()
            whole = whole or not message.get("more_body", False)
            return message

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start" and not whole:
                left = most_bytes
                with trio.move_on_after(most_s):
                    while not whole and left > 0:
                        left -= len((await receiving()).get("body", b""))
                if not whole:
                    message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        await app(scope, receiving, sending)

    return heard


def _has_body(headers: Any) -> bool:
    return any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in headers)
