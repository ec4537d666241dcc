"""The answers of a process that is about to stop: each says that it is the last on its connection, so that a proxy in front asks the next elsewhere.

A connection that is closed while it waits may be closed just as the proxy sends a request on it, which nobody may send again by themselves. One that was told
so by an answer is not used any more.
"""

from collections.abc import Callable
from typing import Any

from hypercorn.typing import ASGIFramework


def leaving(app: ASGIFramework, leaves: Callable[[], bool]) -> ASGIFramework:
    """The same application; its answers close their connections from when on `leaves()`."""

    async def told(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start" and leaves():
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        await app(scope, receive, sending if scope["type"] == "http" else send)

    return told
