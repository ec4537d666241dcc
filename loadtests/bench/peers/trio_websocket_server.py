"""trio-websocket as it comes: `/room` and `/pair/N` by `send_message` to each. Prints its port."""

import json

import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, WebSocketRequest, serve_websocket

room: set[WebSocketConnection] = set()
seats: dict[int, WebSocketConnection] = {}


async def handle(request: WebSocketRequest) -> None:
    connection = await request.accept()
    try:
        if request.path.startswith("/pair/"):
            await pair(connection, int(request.path.removeprefix("/pair/")))
            return
        room.add(connection)
        while True:
            text = await connection.get_message()
            for other in list(room):
                await send(other, text)
    except ConnectionClosed:
        pass
    finally:
        room.discard(connection)


async def pair(connection: WebSocketConnection, seat: int) -> None:
    seats[seat] = connection
    try:
        while True:
            text = await connection.get_message()
            if (partner := seats.get(seat ^ 1)) is not None:
                await send(partner, text)
    finally:
        del seats[seat]


async def send(connection: WebSocketConnection, text: str | bytes) -> None:
    """Whoever left meanwhile is left out."""
    try:
        await connection.send_message(text)
    except ConnectionClosed:
        room.discard(connection)


async def main() -> None:
    async with trio.open_nursery() as nursery:
        server = await nursery.start(serve_websocket, handle, "127.0.0.1", 0, None)
        print(json.dumps({"port": server.port}), flush=True)


if __name__ == "__main__":
    trio.run(main)
