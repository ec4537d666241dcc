"""A TCP proxy between two parts of a site that does what networks do: cuts, swallows, slows down, and lets through one way only."""

import threading
from pathlib import Path
from typing import Literal

import trio

from harness.server import free_port

Mode = Literal["whole", "cut", "hang", "slow", "one way"]
MODES: tuple[Mode, ...] = ("cut", "hang", "slow", "one way")
"""`cut`: connections end, and no new ones are had. `hang`: everything stays open and nothing goes through. `one way`: nothing comes back."""
CHUNK = 16_384
SLOW_S = 0.05
"""Each piece of up to `CHUNK` bytes waits so long, each way."""


class ChaosProxy:
    """Has a loop in a thread of its own: whoever breaks it may block."""

    def __init__(self, to: int | Path) -> None:
        """Leads to another port of this machine, or to a socket in the file system."""
        self.port = free_port()
        self._to = to
        self._mode: Mode = "whole"
        self._changed = trio.Event()
        self._open: set[trio.CancelScope] = set()
        self._scope = trio.CancelScope()
        self._token: trio.lowlevel.TrioToken
        self._ready = threading.Event()
        self._thread = threading.Thread(target=trio.run, args=(self._main,), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def become(self, mode: Mode) -> None:
        trio.from_thread.run_sync(self._become, mode, trio_token=self._token)

    def close(self) -> None:
        self._token.run_sync_soon(self._scope.cancel)
        self._thread.join(10)

    async def _main(self) -> None:
        self._token = trio.lowlevel.current_trio_token()
        listeners = await trio.open_tcp_listeners(self.port, host="127.0.0.1", backlog=1000)
        self._ready.set()
        with self._scope:
            await trio.serve_listeners(self._serve, listeners)

    def _become(self, mode: Mode) -> None:
        self._mode = mode
        self._changed.set()
        self._changed = trio.Event()
        if mode == "cut":
            for scope in self._open:
                scope.cancel()

    async def _serve(self, client: trio.SocketStream) -> None:
        with trio.CancelScope() as scope:
            self._open.add(scope)
            try:
                if self._mode != "cut":
                    await self._lead(client, scope)
            except OSError:
                pass  # nobody is there
            finally:
                self._open.discard(scope)

    async def _reach(self) -> trio.SocketStream:
        if isinstance(self._to, int):
            return await trio.open_tcp_stream("127.0.0.1", self._to)
        return await trio.open_unix_socket(self._to)

    async def _lead(self, client: trio.SocketStream, scope: trio.CancelScope) -> None:
        async with await self._reach() as server, trio.open_nursery() as nursery:
            nursery.start_soon(self._pass, client, server, scope, False)
            nursery.start_soon(self._pass, server, client, scope, True)

    async def _pass(
        self, source: trio.SocketStream, sink: trio.SocketStream, scope: trio.CancelScope, backwards: bool
    ) -> None:
        try:
            while data := await source.receive_some(CHUNK):
                await self._travel(backwards)
                await sink.send_all(data)
            await self._travel(backwards)
            await sink.send_eof()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            scope.cancel()

    async def _travel(self, backwards: bool) -> None:
        while self._mode == "hang" or (self._mode == "one way" and backwards):
            await self._changed.wait()
        if self._mode == "slow":
            await trio.sleep(SLOW_S)
