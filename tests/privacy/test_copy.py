"""A copy of one's own data: all that is theirs and no more, for them alone, and gone in time."""

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import trio

from conftest import Cast
from cups.errors import Refused
from cups.privacy import queries
from cups.privacy.exporting import told
from cups.store.database import Unit
from cups.store.holding import holding
from cups.store.schema import metadata
from cups.wire.privacy import CopyIn
from harness.person import Person
from harness.store import sqlite_only
from privacy.filling import Filling
from privacy.test_erasing import bytes_of, signed_in
from rooms.world import Place, place

HOUR = 3_600_000


def read(archive: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        assert sorted(file.namelist()) == ["README.txt", "data.json"]
        found: dict[str, Any] = json.loads(file.read("data.json"))
    return found


async def copy_of(here: Place, name: str, *, linked: bool = False) -> dict[str, Any]:
    visitor = await signed_in(here, name)
    asked = await here.cups.exporting.ask(visitor, CopyIn(linked=linked))
    assert await here.cups.exporting.look() == 1
    return read(await here.cups.exporting.fetch(visitor, asked.id))


async def test_all_that_the_map_says_is_in_it_and_nothing_else(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        victim = await here.somebody("copied77")
        filling = await here.cups.db.write(
            lambda unit: Filling(unit.conn, victim, here.ids["moderator"], here.clock.now()).run()
        )
        text = json.dumps(await copy_of(here, "copied77"))
        for mark, (table, column, owner) in filling.marks.items():
            held = holding(metadata.tables[table])
            assert held is not None
            theirs = bool(owner.column) and owner.fate.exported and column in told(metadata.tables[table], held)
            # An archive is bytes, which are no text; and there is none in a copy.
            assert (mark in text or base64.b64encode(mark.encode()).decode() in text) == theirs, (table, column, owner)


async def test_it_tells_of_others_what_was_seen_and_of_the_link_only_if_asked(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.somebody("hears77", of=await here.somebody("asks77"))
        other = await here.somebody("helps77", kind="listener")

        def talk(unit: Unit) -> str:
            ids = {"member": here.ids["asks77"], "listener": other}
            return here.cups.chats.open(unit, request_id="r" * 26, topic="grief", language="en", first_at=1, **ids)

        chat = await here.cups.db.write(talk)
        await here.cups.chats.say(other, chat, "r1", "I am here.", None, None)
        await here.cups.chats.say(here.ids["asks77"], chat, "r2", "Good.", None, None)
        await here.say("elsewhere", "said in a room by somebody else")
        alone = await copy_of(here, "asks77")
        (talked,) = alone["accounts"][0]["chats"]
        assert [(one["from"], one["text"]) for one in talked["messages"]] == [
            ("helps77", "I am here."),
            ("asks77", "Good."),
        ]
        assert talked["with"] == "helps77"
        text = json.dumps(alone)
        assert (
            "hears77" not in text
            and "somebody else" not in text
            and other not in text
            and here.ids["hears77"] not in text
        )
        both = await copy_of(here, "asks77", linked=True)
        assert {one["account"][0]["name"] for one in both["accounts"]} == {"asks77", "hears77"}


@sqlite_only
async def test_it_is_its_owners_alone_and_goes_in_time(tmp_path: Path) -> None:
    async with place(tmp_path, export_hours=48) as here:
        for name in ("mine77", "other77"):
            await here.somebody(name)
        await here.say("mine77", "in the copy")
        mine, other = await signed_in(here, "mine77"), await signed_in(here, "other77")
        asked = await here.cups.exporting.ask(mine, CopyIn())
        with pytest.raises(Refused, match="not-found"):
            await here.cups.exporting.fetch(mine, asked.id)
        await here.cups.exporting.look()
        for visitor in (other, await signed_in(here, "admin")):
            with pytest.raises(Refused, match="not-found"):
                await here.cups.exporting.fetch(visitor, asked.id)
        assert await here.cups.exporting.fetch(mine, asked.id)
        here.clock.advance(48 * HOUR)
        with pytest.raises(Refused):
            await here.cups.exporting.fetch(mine, asked.id)
        row = await here.cups.db.read(lambda conn: conn.execute(queries.export.select()).one())
        start = row.archive[:200]
        assert start in bytes_of(tmp_path)
        await here.cups.retention.tidy()
        assert start not in bytes_of(tmp_path)


async def test_it_is_paced_and_taken_over_http(people: Cast) -> None:
    member = await people.member()
    async with member.live():
        asked = await member.post("/api/me/copies", {"linked": False}, 202)
        with trio.fail_after(15):
            while not (await member.get("/api/me/copies"))["copies"][0]["ready"]:
                await trio.sleep(0.05)
    response = await member.http.get(f"/api/me/copies/{asked['id']}")
    assert response.headers["content-type"] == "application/zip" and response.headers["cache-control"] == "no-store"
    (account,) = read(response.content)["accounts"]
    assert (
        account["account"][0]["name"] == member.name
        and account["session"]
        and "token_hash" not in account["session"][0]
    )
    for person in (await people.member(), await people.demo("admin")):
        await person.get(f"/api/me/copies/{asked['id']}", 404)
    await member.call("DELETE", f"/api/me/copies/{asked['id']}", expect=204)
    await member.get(f"/api/me/copies/{asked['id']}", 404)
    for _ in range(2):
        await member.post("/api/me/copies", {"linked": False}, 202)
    await member.post("/api/me/copies", {"linked": False}, 429)
    await _linked_needs_one(member)


async def _linked_needs_one(member: Person) -> None:
    await member.post("/api/me/copies", {"linked": True}, 403)
