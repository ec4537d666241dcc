"""The port that an operator's own machines reach: /metrics for Prometheus, /health with what is behind a yes or no, both for reading alone.

A worker has no other: /health/live is answered here, too.
"""

from functools import partial

import msgspec
import trio
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from cups.health import LIVE, Health
from cups.metrics.parts import Collected, Part

HEAD_S = 5.0
MOST_HEAD = 8192


def registry_of(parts: list[Part]) -> CollectorRegistry:
    """With what the system says of the process: memory, processor time, descriptors."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(Collected(parts))
    return registry


async def serve(
    parts: list[Part],
    health: Health,
    host: str,
    port: int,
    *,
    task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Answers until cancelled; `task_status` is told the port."""
    registry = registry_of(parts)

    async def answer(stream: trio.SocketStream) -> None:
        try:
            with trio.move_on_after(HEAD_S):
                head = b""
                while b"\r\n\r\n" not in head and len(head) < MOST_HEAD:
                    more = await stream.receive_some(MOST_HEAD)
                    if not more:
                        return
                    head += more
                await stream.send_all(_answer(head, registry, health))
        except trio.BrokenResourceError:
            pass
        finally:
            await trio.aclose_forcefully(stream)

    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(partial(trio.serve_tcp, answer, port, host=host))
        task_status.started(listeners[0].socket.getsockname()[1])


def _answer(head: bytes, registry: CollectorRegistry, health: Health) -> bytes:
    asked = head.split(b" ", 2)[:2]
    if asked == [b"GET", b"/metrics"]:
        return _said("200 OK", CONTENT_TYPE_LATEST, generate_latest(registry))
    if asked == [b"GET", b"/health"]:
        status = "503 Service Unavailable" if health.why_not() else "200 OK"
        return _said(status, "application/json", msgspec.json.encode(health.detail()))
    if asked == [b"GET", LIVE.encode()]:
        return _said("200 OK", "text/plain; charset=utf-8", b"yes\n")
    return _said("404 Not Found", "text/plain", b"")


def _said(status: str, kind: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return head.encode() + body
