"""The quick way between processes, over Redis: sharded pub/sub, of which nothing is kept and on which nothing rests.

Two threads of its own: one sends, one listens; a Redis that is slow, gone, emptied or paused holds up neither the loop nor the writer. Whether it works is
seen end to end: each process hears its own beat.
"""

import queue
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import redis
import structlog
from redis.cluster import RedisCluster

from cups.store.news_log import Entry

log = structlog.get_logger()

CHANNELS = 8
"""Over which the entries of the news log are spread, so that a cluster shares their load. Their numbers bring them back into order."""
WAITING = 10_000
"""What waits to be sent, at most: what does not fit is read from the table."""
TIMEOUT_S = 1.0
BEAT_S = 0.5
SILENT_S = 3.0
"""So long without hearing its own beat, a process takes Redis for gone, and connects anew."""


class QuickWay:
    def __init__(
        self,
        url: str,
        *,
        cluster: bool,
        prefix: str,
        name: str,
        heard: Callable[[Entry], None],
        told: Callable[[bytes], None],
    ) -> None:
        """`heard` and `told` are called with entries and letters, from the thread that listens."""
        self._url, self._cluster, self._name = url, cluster, name
        self._heard, self._told = heard, told
        self._news = [f"{prefix}:news:{number}" for number in range(CHANNELS)]
        self._hints, self._beats = f"{prefix}:hints", f"{prefix}:beat"
        self._out: queue.Queue[tuple[str, bytes] | None] = queue.Queue(WAITING)
        self._beat_at = 0.0
        self._ending = False
        self._threads: list[threading.Thread] = []
        self.counts = {"sent": 0, "heard": 0, "dropped": 0, "failures": 0}

    @property
    def up(self) -> bool:
        """Whether what is told arrives, as of a moment ago."""
        return monotonic() - self._beat_at < SILENT_S

    def start(self) -> None:
        for work in (self._send, self._listen):
            thread = threading.Thread(target=work, name=f"redis{work.__name__}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        self._ending = True
        self._put(None)

    # From any thread

    def carry(self, entry: Entry) -> None:
        body = entry.number.to_bytes(8, "big") + entry.holder.encode() + entry.body
        self._put((self._news[entry.number % CHANNELS], body))

    def tell(self, letter: bytes) -> None:
        self._put((self._hints, letter))

    def _put(self, item: tuple[str, bytes] | None) -> None:
        try:
            self._out.put_nowait(item)
        except queue.Full:
            self.counts["dropped"] += 1

    # Its threads

    def _client(self) -> Any:
        options: dict[str, Any] = {
            "socket_timeout": TIMEOUT_S,
            "socket_connect_timeout": TIMEOUT_S,
            "client_name": "cups",
        }
        if self._cluster:
            return RedisCluster.from_url(self._url, **options)
        return redis.Redis.from_url(self._url, retry=None, **options)

    def _send(self) -> None:
        client: Any = None
        beat_at = 0.0
        while not self._ending:
            items = self._next(max(0.01, beat_at - monotonic()))
            if monotonic() >= beat_at:
                beat_at = monotonic() + BEAT_S
                items.append((self._beats, self._name.encode()))
            try:
                client = client or self._client()
                for item in items:
                    client.spublish(*item)
                self.counts["sent"] += len(items)
            except (redis.RedisError, OSError) as error:
                self._failed("send", error)
                _close(client)
                client = None
                self._drop()
        _close(client)

    def _next(self, seconds: float) -> list[tuple[str, bytes]]:
        try:
            item = self._out.get(timeout=seconds)
        except queue.Empty:
            return []
        return [] if item is None else [item]

    def _drop(self) -> None:
        """Nothing that waited is worth more than coming back soon."""
        while True:
            try:
                self._out.get_nowait()
                self.counts["dropped"] += 1
            except queue.Empty:
                break
        threading.Event().wait(0.2)

    def _listen(self) -> None:
        while not self._ending:
            client: Any = None
            try:
                client = self._client()
                listening = client.pubsub(ignore_subscribe_messages=True)
                listening.ssubscribe(*self._news, self._hints, self._beats)
                self._hear(listening)
                listening.close()
            except (redis.RedisError, OSError, ValueError) as error:
                self._failed("listen", error)
                threading.Event().wait(0.2)
            _close(client)

    def _hear(self, listening: Any) -> None:
        """A cluster's masters are heard each in a thread of its own: asking one after the other, each would wait out the others' silence."""
        began, broken = monotonic(), threading.Event()
        each = list(listening.node_pubsub_mapping.values()) if self._cluster else [listening]
        hearing = [
            threading.Thread(target=self._hear_one, args=(one, broken), name="redis_hear", daemon=True) for one in each
        ]
        for thread in hearing:
            thread.start()
        try:
            while not self._ending and not broken.wait(0.25):
                if monotonic() - max(began, self._beat_at) > SILENT_S:
                    raise redis.ConnectionError("its own beat is not heard")
        finally:
            broken.set()
            # None of them is to be in the middle of reading what is closed next.
            for thread in hearing:
                thread.join(2 * TIMEOUT_S)

    def _hear_one(self, listening: Any, broken: threading.Event) -> None:
        try:
            while not self._ending and not broken.is_set():
                message = listening.get_message(timeout=0.5)
                if message is not None and message["type"] in ("smessage", "message"):
                    self._take(message["channel"].decode(), message["data"])
        except (redis.RedisError, OSError, ValueError) as error:
            self._failed("listen", error)
            broken.set()

    def _take(self, channel: str, data: bytes) -> None:
        self.counts["heard"] += 1
        if channel == self._beats:
            if data.decode() == self._name:
                self._beat_at = monotonic()
        elif channel == self._hints:
            self._told(data)
        elif len(data) > 40:
            self._heard(Entry(int.from_bytes(data[:8], "big"), data[8:40].decode(), data[40:]))

    def _failed(self, what: str, error: Exception) -> None:
        self.counts["failures"] += 1
        if self.counts["failures"] % 50 == 1:
            log.warning("redis is not to be had", doing=what, error=type(error).__name__)


def _close(client: Any) -> None:
    if client is not None:
        try:
            client.close()
        except (redis.RedisError, OSError) as error:
            log.debug("redis connection was gone", error=type(error).__name__)
