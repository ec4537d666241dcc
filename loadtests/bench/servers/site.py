"""A whole site: gateways as `cups gateway` runs them, on a PostgreSQL and a Redis of their own, with seeded people, rooms and chats.

`python -m bench.servers.site --data FOLDER --gateways N --people N --rooms R [--chats]` prints the gateways' ports and processes, the processes
beside them, and where the people are written, as `bench.servers.cups` does.
"""

import argparse
import json
import signal
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import msgspec
import trio
from bench.servers import cups as one
from bench.settings import ROOT

from cups.app import running
from cups.settings import Settings

sys.path.append(str(ROOT / "tests"))

from harness.postgres import Postgres
from harness.redis import Redis
from harness.server import ServerProcess


class Site:
    """Started when it is made; `close` ends it."""

    def __init__(self, folder: Path, gateways: int) -> None:
        self._stack = ExitStack()
        self.postgres, self.redis = Postgres(), Redis()
        self._stack.callback(self.postgres.close)
        self._stack.callback(self.redis.close)
        self.settings = msgspec.structs.replace(
            one.settings(folder / "data", 0), database=self.postgres.create("site"), redis=self.redis.url
        )
        given = {
            name: value
            for name in Settings.__struct_fields__
            if (value := getattr(self.settings, name)) != getattr(Settings(), name)
        }
        self.gateways = [
            ServerProcess(folder / f"gateway-{number}", demo=False, role="gateway", **given)
            for number in range(gateways)
        ]
        for process in self.gateways:
            process.set("data_dir", folder / "data")
            process.set("port", process.port)
            process.set("origins", ",".join(f"http://127.0.0.1:{other.port}" for other in self.gateways))

    def start(self) -> None:
        for process in self.gateways:
            self._stack.callback(process.close)
            process.start()

    def close(self) -> None:
        self._stack.close()

    @property
    def beside(self) -> list[int]:
        """The first process of the database, and Redis."""
        assert self.redis.process is not None
        return [self.postgres.pids()[0], self.redis.process.pid]


async def seeded(site: Site, people: int, rooms: int, chats: bool) -> list[str]:
    async with running(site.settings) as cups:
        lines: list[str] = await cups.db.write(one.seed, people, rooms, chats, cups.clock.now())
        return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--gateways", type=int, default=1)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rooms", type=int, default=1)
    parser.add_argument("--chats", action="store_true")
    args = parser.parse_args()
    site = Site(args.data, args.gateways)
    try:
        accounts = args.data / "accounts"
        accounts.write_text("\n".join(trio.run(seeded, site, args.people, args.rooms, args.chats)))
        site.start()
        told = {
            "gateways": [(process.port, process.pid) for process in site.gateways],
            "beside": site.beside,
            "accounts": str(accounts),
        }
        print(json.dumps(told), flush=True)
        with suppress(KeyboardInterrupt):
            signal.sigwait([signal.SIGTERM, signal.SIGINT])
    finally:
        site.close()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    main()
