"""The `websockets` library's asyncio server: `/room` by its `broadcast`, `/pair/N` by `send` to the partner. Prints its port.

Compression is off; everything else is as the library has it, but for the limits on what a slow reader may leave unread.
"""

import asyncio
import json

from websockets.asyncio.server import ServerConnection, broadcast, serve

room: set[ServerConnection] = set()
seats: dict[int, ServerConnection] = {}


async def handle(connection: ServerConnection) -> None:
    assert connection.request is not None
    path = connection.request.path
    if path.startswith("/pair/"):
        await pair(connection, int(path.removeprefix("/pair/")))
        return
    room.add(connection)
    try:
        async for text in connection:
            broadcast(room, text)
    finally:
        room.discard(connection)


async def pair(connection: ServerConnection, seat: int) -> None:
    seats[seat] = connection
    try:
        async for text in connection:
            if (partner := seats.get(seat ^ 1)) is not None:
                await partner.send(text)
    finally:
        seats.pop(seat, None)


async def main() -> None:
    async with serve(handle, "127.0.0.1", 0, compression=None, backlog=4096) as server:
        print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
