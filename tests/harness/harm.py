"""What can be done to the processes of a site. Each returns once the harm is done, and what was ended has been started again."""

import random
import signal
import time
from collections.abc import Callable

import redis

from harness.server import ServerProcess
from harness.site import SiteProcesses

Kinds = dict[str, Callable[[], None]]


class ToProcesses:
    def __init__(self, site: SiteProcesses, chance: random.Random) -> None:
        self._site, self._chance = site, chance

    def kinds(self) -> Kinds:
        site = self._site
        found: Kinds = {
            "database killed": self._kill_database,
            "database asleep": lambda: self._pause(site.postgres.signal),
            "redis killed": self._kill_redis,
            "redis asleep": lambda: self._pause(site.redis.signal),
            "redis emptied": lambda: self._client().flushall(),
            "redis full and evicting": self._fill_redis,
            "all restarted in turn": self._roll,
        }
        parts = {"gateway": (site.one, site.two), "api": (site.api,), "worker": (site.worker,)}
        for name, processes in parts.items():
            found[f"{name} killed"] = self._on(processes, self._kill)
            found[f"{name} stopped"] = self._on(processes, self._stop)
            found[f"{name} asleep"] = self._on(processes, lambda process: self._pause(process.signal))
        return found

    def _on(self, processes: tuple[ServerProcess, ...], do: Callable[[ServerProcess], None]) -> Callable[[], None]:
        return lambda: do(self._chance.choice(processes))

    def _kill(self, process: ServerProcess) -> None:
        process.kill9()
        process.start()

    def _stop(self, process: ServerProcess) -> None:
        process.stop()
        process.start()

    def _roll(self) -> None:
        """A new release, as an operator brings it: `tests/nodes/test_rolling.py` does it behind a proxy."""
        for process in self._site.all.values():
            self._stop(process)

    def _pause(self, send: Callable[[int], None]) -> None:
        send(signal.SIGSTOP)
        time.sleep(0.5 + 3 * self._chance.random())
        send(signal.SIGCONT)

    def _kill_database(self) -> None:
        self._site.postgres.kill9()
        time.sleep(self._chance.random())
        self._site.postgres.start()

    def _kill_redis(self) -> None:
        self._site.redis.kill9()
        time.sleep(2 * self._chance.random())
        self._site.redis.start()

    def _client(self) -> "redis.Redis":
        return redis.Redis.from_url(self._site.redis.url)

    def _fill_redis(self) -> None:
        """As where somebody has put it on the instance of a cache, against all advice."""
        client = self._client()
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.config_set("maxmemory", "1mb")
        until = time.monotonic() + 2
        while time.monotonic() < until:
            try:
                client.set(f"cached-{self._chance.random()}", "x" * 10_000)
            except redis.RedisError:
                time.sleep(0.05)
        client.config_set("maxmemory", "0")
        client.config_set("maxmemory-policy", "noeviction")
