"""One site of several processes, on a real PostgreSQL and a real Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import WIDE
from harness.postgres import Postgres
from harness.redis import Redis
from harness.server import ServerProcess, free_port


class SiteProcesses:
    """`front` has pages, REST, sockets and the demo's people; two gateways, an API process and a worker beside it."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.postgres, self.redis = Postgres(), Redis()
        shared = {
            **WIDE, "staff_second_factor": False, "node_beat_s": 0.4, "node_lease_s": 2, "data_dir": folder / "data", "database": self.postgres.create("site"), "redis": self.redis.url,
        } | settings  # fmt: skip
        roles = {"front": "serve", "one": "gateway", "two": "gateway", "api": "api", "worker": "worker"}
        self.all = {
            name: ServerProcess(folder / name, demo=name == "front", role=role, **shared)
            for name, role in roles.items()
        }
        self.proxy_port = free_port()
        """Where a proxy may stand in front of them."""
        origins = ",".join([*(one.base for one in self.all.values()), f"http://localhost:{self.proxy_port}"])
        for one in self.all.values():
            one._settings["CUPS_ORIGINS"] = origins
        self.front, self.one, self.two, self.api, self.worker = self.all.values()

    def start(self) -> "SiteProcesses":
        self.front.start()
        for one in (self.one, self.two, self.api, self.worker):
            one.start()
        return self

    def close(self) -> None:
        for one in self.all.values():
            one.close()
        self.redis.close()
        self.postgres.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteProcesses]:
    made = SiteProcesses(tmp_path_factory.mktemp("site"))
    try:
        yield made.start()
    finally:
        made.close()


@pytest.fixture
def server(site: SiteProcesses) -> ServerProcess:
    """Whom the usual people of tests talk to."""
    return site.front
