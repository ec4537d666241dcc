"""The real server, as `cups serve` runs it, on a data directory of its own with seeded people, rooms and chats.

`python -m bench.servers.cups --data FOLDER --people N --rooms R [--chats]` prints its port and where the people are written:
first a line with the rooms' ids, then one line each with the session's token and, with --chats, the chat of 2k and 2k+1.
Limits that one address and one fast sender would meet are wide; everything else is as it is set by default.
"""

import argparse
import json
import logging
import secrets
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import structlog
import trio

from cups.accounts import agreements
from cups.accounts.tables import acceptance, account, session
from cups.accounts.visitor import hashed
from cups.app import Cups, serve
from cups.chats.tables import chat
from cups.ids import new_id, new_token
from cups.messages import recent, saying, statements
from cups.messages.tables import channel
from cups.rooms.tables import room
from cups.settings import Settings
from cups.store.backlog import Entry, Way
from cups.store.database import Unit
from cups.store.sqlite import SqliteDatabase
from cups.store.writer import Outcome, Told

RULES = (
    "frames",
    "changes",
    "guest_message",
    "member_message",
    "guest_chat_message",
    "chat_message",
    "room_message",
    "guest_enter",
    "guest_typing",
    "typing",
)
DAY = 86_400_000
FORGOTTEN_AT = 100_000
"""Refs, where there is no index that would take them."""


def settings(folder: Path, port: int, *, unstored: bool = False) -> Settings:
    wide = {f"pace_{rule}_burst": 10_000_000 for rule in RULES} | {f"pace_{rule}_period_ms": 1 for rule in RULES}
    limits = {"max_connections": 70_000, "max_connections_per_address": 70_000, "max_connections_per_person": 70_000}
    # Without a writer to hand to, the loop itself does all the work of a burst, and that is what is measured: none of it is refused.
    patient = {"behind_s": 10.0} if unstored else {}
    return Settings(data_dir=str(folder), port=port, **wide, **limits, **patient)  # type: ignore[arg-type]


def seed(unit: Unit, people: int, rooms: int, chats: bool, now: int) -> list[str]:
    """Many rows at once, where going through the gate would take minutes. The lines of the file."""
    conn = unit.conn
    ids = [new_id(now) for _ in range(people)]
    tokens = [new_token() for _ in range(people)]
    kinds = ["listener" if chats and number % 2 else "guest" for number in range(people)]
    conn.execute(
        account.insert(),
        [
            {
                "id": id,
                "name": f"bench{number}",
                "name_key": f"bench{number}",
                "kind": kind,
                "age_class": "adult",
                "created_at": now,
            }
            for number, (id, kind) in enumerate(zip(ids, kinds, strict=True))
        ],
    )
    conn.execute(
        session.insert(),
        [
            {
                "id": new_id(now),
                "token_hash": hashed(token),
                "account_id": id,
                "created_at": now,
                "expires_at": now + DAY,
            }
            for id, token in zip(ids, tokens, strict=True)
        ],
    )
    conn.execute(
        acceptance.insert(),
        [
            {"account_id": id, "kind": required, "version": agreements.current(required).version, "at": now}
            for id, kind in zip(ids, kinds, strict=True)
            for required in agreements.REQUIRED[kind]
        ],
    )
    made = [new_id(now) for _ in range(rooms)]
    talks = [new_id(now) for _ in range(people // 2)] if chats else []
    conn.execute(
        channel.insert(),
        [{"id": id, "kind": "room", "epoch": new_id(now)} for id in made]
        + [{"id": id, "kind": "chat", "epoch": new_id(now)} for id in talks],
    )
    conn.execute(
        room.insert(),
        [
            {
                "id": id,
                "slug": f"bench-{number}",
                "title": f"Bench {number}",
                "language": "en",
                "audience": "members",
                "age_class": "adult",
                "created_at": now,
            }
            for number, id in enumerate(made)
        ],
    )
    if talks:
        conn.execute(
            chat.insert(),
            [
                {
                    "id": id,
                    "request_id": new_id(now),
                    "member_id": ids[2 * number],
                    "listener_id": ids[2 * number + 1],
                    "topic": "anxiety",
                    "language": "en",
                    "first_at": now,
                    "opened_at": now,
                }
                for number, id in enumerate(talks)
            ],
        )
    seats = [f" {talks[number // 2]}" if number // 2 < len(talks) else "" for number in range(people)]
    return [" ".join(made), *(token + seat for token, seat in zip(tokens, seats, strict=True))]


class WithoutStorage:
    """In place of the writer: what is handed in is done at once, on the loop's thread, in no transaction, and writes no rows. Everything else
    is the server's own: the rights, the pace, the screening, the numbers, the news. What has to be read for that is read once for each person."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db, self._memory, self._hooks = db, dict[str, Any](), dict[Any, Any]()
        self._conn = db._readers.connect()
        self._driver: Any = self._conn.connection.dbapi_connection
        statements.insert = lambda _driver, _rows: None
        saying._Batch._settled = lambda _self, _batch: {}  # type: ignore[method-assign]  # nor is anything asked of it
        saying._Batch._write = lambda self: self._rows.clear()  # type: ignore[method-assign]
        recent.SETTLE_AT = 1 << 60
        db.submit = self._submit  # type: ignore[method-assign]  # here the storage is what is left out

    def _submit(
        self,
        work: Callable[[Unit, Sequence[Any]], Sequence[Any]],
        item: Any,
        done: Callable[[Any], None],
        *,
        weight: int = 1,
    ) -> None:
        unit = Unit(self._conn, self._driver, self._hooks, self._memory)
        outcome = Outcome([Entry(work, item, done, Way.TOGETHER, weight)])
        outcome.results, outcome.news = list(work(unit, [item])), unit.news
        self._db._tell(Told([outcome]))
        known = recent.of(unit)
        if len(known.refs) > FORGOTTEN_AT:
            known.refs.clear()


def free_port() -> int:
    """The port is part of the allowed origins, so it has to be known beforehand."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--rooms", type=int, default=1)
    parser.add_argument("--chats", action="store_true")
    parser.add_argument(
        "--unstored", action="store_true", help="no writer, no transaction and no rows: everything before them is done"
    )
    args = parser.parse_args()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    accounts = args.data / f"accounts-{secrets.token_hex(4)}"

    async def ready(cups: Cups, port: int) -> None:
        lines = await cups.db.write(seed, args.people, args.rooms, args.chats, cups.clock.now())
        accounts.write_text("\n".join(lines))
        if args.unstored:
            WithoutStorage(cups.db)
        print(json.dumps({"port": port, "accounts": str(accounts)}), flush=True)

    trio.run(lambda: serve(settings(args.data, free_port(), unstored=args.unstored), ready=ready))


if __name__ == "__main__":
    main()
