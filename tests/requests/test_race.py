"""A thousand listeners take from a thousand requests at once, at a real server: nobody is doubled, nobody is lost.

Those who wait are connected over WebSockets, as pages are, and each hears of exactly one chat.
"""

import json
from collections import Counter
from pathlib import Path

import httpx
import pytest
import trio
from trio_websocket import open_websocket_url

from cups.accounts import agreements, session_queries
from cups.accounts.tables import acceptance, account
from cups.accounts.visitor import hashed
from cups.app import running
from cups.ids import new_id, new_token
from cups.requests.tables import request
from cups.settings import Settings
from cups.store.database import Unit
from cups.wire.frames import PROTOCOL
from harness.server import ServerProcess
from harness.store import settings_at

MANY = 1000
CONNECTING = 50
"""Handshakes under way at a time; once connected, all are there at once."""
DAY = 86_400_000


def _people(unit: Unit, kind: str, now: int) -> dict[str, str]:
    """Ids and tokens: going through the gate a thousand times would take longer than the race."""
    ids = {new_id(now): new_token() for _ in range(MANY)}
    rows = [
        {
            "id": id,
            "name": f"{kind}{n}",
            "name_key": f"{kind}{n}",
            "kind": kind,
            "age_class": "adult",
            "created_at": now,
        }
        for n, id in enumerate(ids)
    ]
    unit.conn.execute(account.insert(), rows)
    accepted = [
        {"account_id": id, "kind": one.kind, "version": one.version, "at": now}
        for id in ids
        for one in agreements.all_current()
    ]
    unit.conn.execute(acceptance.insert(), accepted)
    for id, token in ids.items():
        session_queries.add(
            unit.conn,
            token_hash=hashed(token),
            id=new_id(now),
            account_id=id,
            created_at=now,
            expires_at=now + DAY,
        )
    return ids


async def _seeded(settings: Settings) -> tuple[dict[str, str], dict[str, str]]:
    async with running(settings) as cups:
        now = cups.clock.now()

        def seed(unit: Unit) -> tuple[dict[str, str], dict[str, str]]:
            askers, listeners = _people(unit, "guest", now), _people(unit, "listener", now)
            rows = [
                {
                    "id": new_id(now),
                    "asker_id": asker,
                    "ref": "r",
                    "topic": "grief",
                    "language": "en",
                    "pool": "adult:en",
                    "severity": n % 3,
                    "first_at": now - n,
                    "opened_at": now,
                    "state": "waiting",
                }
                for n, asker in enumerate(askers)
            ]
            unit.conn.execute(request.insert(), rows)
            return askers, listeners

        return await cups.db.write(seed)


@pytest.mark.slow
async def test_a_thousand_take_from_a_thousand(tmp_path: Path) -> None:
    askers, listeners = await _seeded(settings_at(tmp_path / "data"))
    server = ServerProcess(
        tmp_path,
        demo=False,
        pace_address_changes_burst=100_000,
        request_hold_s=600,
        max_connections_per_address=10_000,
        heartbeat_s=600,  # a thousand clients in one process are slower to answer a ping than any client is
    ).start()
    answers = Counter[int]()
    taken: list[dict[str, str]] = []
    told = {asker: list[str]() for asker in askers}
    connecting, connected = trio.CapacityLimiter(CONNECTING), Counter[str]()
    try:
        limits = httpx.Limits(max_connections=MANY, max_keepalive_connections=MANY)
        async with httpx.AsyncClient(base_url=server.base, timeout=60, limits=limits) as http:
            csrf = (await http.get("/api/me")).cookies["cups-csrf"]
            http.cookies.clear()

            async def take(token: str) -> None:
                headers = {"cookie": f"cups={token}; cups-csrf={csrf}", "x-csrf-token": csrf, "origin": server.base}
                answer = await http.post("/api/queue/next", headers=headers)
                answers[answer.status_code] += 1
                if answer.status_code == 200:
                    taken.append(answer.json())

            async def wait(asker: str, token: str) -> None:
                headers = [("cookie", f"cups={token}"), ("origin", server.base)]
                url = server.base.replace("http", "ws") + "/live"
                await connecting.acquire_on_behalf_of(asker)
                async with open_websocket_url(url, subprotocols=[PROTOCOL], extra_headers=headers) as socket:  # type: ignore[arg-type]
                    connecting.release_on_behalf_of(asker)
                    connected["askers"] += 1
                    while True:
                        frame = json.loads(await socket.get_message())
                        if frame["type"] == "request" and frame["request"]["state"] == "matched":
                            told[asker].append(frame["request"]["chat"])

            with trio.fail_after(400):
                async with trio.open_nursery() as waiting:
                    for asker, token in askers.items():
                        waiting.start_soon(wait, asker, token)
                    while connected["askers"] < MANY:
                        await trio.sleep(0.01)
                    async with trio.open_nursery() as taking:
                        for token in listeners.values():
                            taking.start_soon(take, token)
                    while not all(told.values()):
                        await trio.sleep(0.01)
                    waiting.cancel_scope.cancel()
    finally:
        server.close()
    assert answers == {200: MANY}, answers
    assert len({one["request"] for one in taken}) == len({one["chat"] for one in taken}) == MANY
    async with running(settings_at(tmp_path / "data")) as cups:
        assert {chat for chats in told.values() for chat in chats} == {one["chat"] for one in taken}
        held = await cups.db.read(lambda conn: conn.execute(request.select()).all())
        assert {(row.id, row.chat_id) for row in held} == {(one["request"], one["chat"]) for one in taken}
        assert len({row.held_by for row in held}) == MANY
        assert {row.asker_id: {row.chat_id} for row in held} == {asker: set(chats) for asker, chats in told.items()}
        assert (await cups.keeping.check()).agrees
