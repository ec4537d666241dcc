"""One site of several processes, on a PostgreSQL and a Redis of its own."""

from pathlib import Path

from harness.chaosproxy import ChaosProxy
from harness.postgres import Postgres
from harness.redis import Redis
from harness.server import ServerProcess, free_port

QUICK = {"staff_second_factor": False, "node_beat_s": 0.4, "node_lease_s": 2}
"""The demo's staff have no second factor; and tests wait no longer than they must for what ends by time."""


class SiteProcesses:
    """`front` has pages, REST, sockets and the demo's people; two gateways, an API process and a worker beside it."""

    def __init__(
        self, folder: Path, *, postgres: Postgres | None = None, networked: bool = False, **settings: object
    ) -> None:
        """`networked`: the first gateway reaches database and Redis, and is reached by people, over a network that can be broken: `network`."""
        self.postgres, self.redis = postgres or Postgres(), Redis()
        places = {
            "data_dir": folder / "data",
            "database": self.postgres.create("site"),
            "redis": self.redis.url,
        }
        shared: dict[str, object] = {**QUICK, **places, **settings}
        roles = {"front": "serve", "one": "gateway", "two": "gateway", "api": "api", "worker": "worker"}
        self.all = {
            name: ServerProcess(folder / name, demo=name == "front", role=role, **shared)
            for name, role in roles.items()
        }
        self.proxy_port = free_port()
        """Where a proxy may stand in front of them."""
        origins = ",".join([*(one.base for one in self.all.values()), f"http://localhost:{self.proxy_port}"])
        for one in self.all.values():
            one.set("origins", origins)
        self.front, self.one, self.two, self.api, self.worker = self.all.values()
        self.network: dict[str, ChaosProxy] = {}
        """To whom, or from whom, each leads."""
        if networked:
            self.network = {
                "people": ChaosProxy(self.one.port),
                "database": ChaosProxy(self.postgres.socket),
                "redis": ChaosProxy(self.redis.socket),
            }
            self.one.set("database", self.postgres.url("site", port=self.network["database"].port))
            self.one.set("redis", f"redis://127.0.0.1:{self.network['redis'].port}")

    def start(self) -> "SiteProcesses":
        for one in self.all.values():
            one.start()
        return self

    def close(self) -> None:
        for one in self.all.values():
            one.close()
        for way in self.network.values():
            way.close()
        self.redis.close()
        self.postgres.close()
