"""A thousand listeners take from a thousand requests at once, over REST at a real server: nobody is doubled, nobody is lost."""

from collections import Counter
from pathlib import Path

import httpx
import pytest
import trio

from cups.accounts import agreements
from cups.accounts import queries as accounts
from cups.accounts.tables import acceptance, account
from cups.accounts.visitor import hashed
from cups.app import running
from cups.ids import new_id, new_token
from cups.requests.tables import request
from cups.settings import Settings
from cups.store.database import Unit
from harness.server import ServerProcess

MANY = 1000
AT_ONCE = 200
"""Connections of the client; each sends one call after the other, and the server has them all at the same time."""
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
        accounts.add_session(unit.conn, hashed(token), id, now, now + DAY)
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
    _, listeners = await _seeded(Settings(data_dir=str(tmp_path / "data")))
    server = ServerProcess(tmp_path, demo=False, pace_address_changes_burst=100_000, request_hold_s=600).start()
    answers = Counter[int]()
    taken: list[dict[str, str]] = []
    waiting = list(listeners.values())
    try:
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        async with httpx.AsyncClient(base_url=server.base, timeout=60, limits=limits) as http:
            csrf = (await http.get("/api/me")).cookies["cups-csrf"]
            http.cookies.clear()

            async def take_all() -> None:
                while waiting:
                    token = waiting.pop()
                    headers = {
                        "cookie": f"cups={token}; cups-csrf={csrf}",
                        "x-csrf-token": csrf,
                        "origin": server.base,
                    }
                    answer = await http.post("/api/queue/next", headers=headers)
                    answers[answer.status_code] += 1
                    if answer.status_code == 200:
                        taken.append(answer.json())

            with trio.fail_after(120):
                async with trio.open_nursery() as nursery:
                    for _ in range(AT_ONCE):
                        nursery.start_soon(take_all)
    finally:
        server.close()
    assert answers == {200: MANY}, answers
    assert len({one["request"] for one in taken}) == len({one["chat"] for one in taken}) == MANY
    async with running(Settings(data_dir=str(tmp_path / "data"))) as cups:
        held = await cups.db.read(lambda conn: conn.execute(request.select()).all())
        assert {(row.id, row.chat_id) for row in held} == {(one["request"], one["chat"]) for one in taken}
        assert len({row.held_by for row in held}) == MANY
        assert (await cups.keeping.check()).agrees
