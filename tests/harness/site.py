"""One site of several processes, on a PostgreSQL and a Redis of its own."""

from pathlib import Path

from harness.postgres import Postgres
from harness.redis import Redis
from harness.server import ServerProcess, free_port

QUICK = {"staff_second_factor": False, "node_beat_s": 0.4, "node_lease_s": 2}
"""The demo's staff have no second factor; and tests wait no longer than they must for what ends by time."""


class SiteProcesses:
    """`front` has pages, REST, sockets and the demo's people; two gateways, an API process and a worker beside it."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.postgres, self.redis = Postgres(), Redis()
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

    def start(self) -> "SiteProcesses":
        for one in self.all.values():
            one.start()
        return self

    def close(self) -> None:
        for one in self.all.values():
            one.close()
        self.redis.close()
        self.postgres.close()
