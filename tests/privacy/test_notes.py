"""Notes: read by their author alone, bound to their row, and sealed anew when the key is changed."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
import trio

from conftest import Cast
from cups.accounts.visitor import Visitor
from cups.errors import Refused
from cups.notes.tables import note
from cups.privacy.exporting import Exporting
from cups.store.database import Unit
from cups.wire.notes import NoteChange, NoteIn
from cups.wire.privacy import EraseIn
from harness.server import ServerProcess
from harness.store import rows_at
from privacy.test_erasing import bytes_of, signed_in
from rooms.world import Place, place

SECRET = "plantedInANote"


async def write(here: Place, by: Visitor, about: str, text: str = SECRET) -> str:
    return (await here.cups.notes.add(by, NoteIn(text=text, name=about))).id


async def texts(here: Place, by: Visitor) -> list[str]:
    return [one.text for one in (await here.cups.notes.about(by)).notes]


async def test_its_text_is_in_no_file(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        me = await signed_in(here, "member")
        await write(here, me, "moderator")
        assert await texts(here, me) == [SECRET]
        assert SECRET.encode() not in bytes_of(tmp_path)
    async with place(tmp_path) as here:
        assert await texts(here, await signed_in(here, "member")) == [SECRET], "after a restart"


async def test_rows_that_are_swapped_or_changed_do_not_open(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        me, other = await signed_in(here, "member"), await signed_in(here, "moderator")
        ids = [await write(here, me, "admin", f"{SECRET} {n}") for n in range(3)]
        theirs = await write(here, other, "admin", "of the other")

        def swap(unit: Unit) -> None:
            rows = {row.id: row for row in unit.conn.execute(sa.select(note))}
            for to, of in ((ids[0], ids[1]), (ids[2], theirs)):
                unit.conn.execute(
                    note.update().where(note.c.id == to).values(nonce=rows[of].nonce, sealed=rows[of].sealed)
                )

        await here.cups.db.write(swap)
        assert await texts(here, me) == [f"{SECRET} 1"], "what was put into another row, or is another's, opens no more"
        await here.cups.db.write(lambda unit: unit.conn.execute(note.update().values(person_id=here.ids["overseer"])))
        assert await texts(here, me) == [], "nor what is about somebody else all at once"


async def test_nobody_else_reads_changes_or_deletes_it(people: Cast) -> None:
    author, other, admin = await people.member(), await people.member(), await people.demo("admin")
    made = await author.post("/api/notes", {"name": other.name, "text": "for me alone"}, 201)
    for person in (other, admin):
        assert (await person.get("/api/notes"))["notes"] == []
        assert (await person.get(f"/api/notes?name={other.name}"))["notes"] == []
        await person.call("PUT", f"/api/notes/{made['id']}", {"text": "mine"}, expect=404)
        await person.call("DELETE", f"/api/notes/{made['id']}", expect=404)
    routes = [path for path in (await admin.get("/api/openapi.json"))["paths"] if "note" in path.lower()]
    assert sorted(routes) == ["/api/notes", "/api/notes/{note_id}"]
    changed = await author.call("PUT", f"/api/notes/{made['id']}", {"text": "changed"}, expect=200)
    assert changed.json()["text"] == "changed" and changed.json()["edited_at"]
    assert (await author.get(f"/api/notes?name={other.name}"))["notes"][0]["name"] == other.name
    await author.call("DELETE", f"/api/notes/{made['id']}", expect=204)
    assert (await author.get("/api/notes"))["notes"] == []


async def test_a_note_about_a_chat_is_for_its_two_alone(people: Cast) -> None:
    guest, listener, third = await people.guest(), await people.demo("listener"), await people.guest()
    asked = await guest.ask()
    chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
    await third.post("/api/notes", {"chat": chat, "text": "not mine"}, 404)
    await listener.post("/api/notes", {"chat": chat, "text": "likes tea"}, 201)
    assert (await guest.get(f"/api/notes?chat={chat}"))["notes"] == []
    assert (await listener.get(f"/api/notes?chat={chat}"))["notes"][0]["text"] == "likes tea"
    await listener.post("/api/notes", {"text": "about nothing"}, 422)
    await listener.post("/api/notes", {"chat": chat, "text": "x" * 4001}, 422)
    await listener.post(f"/api/chats/{chat}/end", {})


async def test_there_are_only_so_many(tmp_path: Path) -> None:
    async with place(tmp_path, notes_most=2) as here:
        me = await signed_in(here, "member")
        for _ in range(2):
            await write(here, me, "moderator")
        with pytest.raises(Refused, match="too-many-notes"):
            await write(here, me, "moderator")


async def test_a_copy_has_them_and_erasure_takes_them(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        for name in ("author77", "subject77"):
            await here.somebody(name)
        author, subject = await signed_in(here, "author77"), await signed_in(here, "subject77")
        await write(here, author, "subject77")
        await write(here, author, "moderator", "about another")
        exporting: Exporting = here.cups.exporting
        data = await here.cups.db.read(exporting.data, author.id)
        assert sorted(one["text"] for one in data["notes"]) == ["about another", SECRET]
        assert SECRET not in json.dumps(await here.cups.db.read(exporting.data, subject.id))
        await here.cups.leaving.erase(subject, EraseIn(posts="go", sure=True))
        await here.cups.erasing.look()
        assert await texts(here, author) == ["about another"]
        await here.cups.leaving.erase(author, EraseIn(posts="go", sure=True))
        await here.cups.erasing.look()
        assert await here.cups.db.read(lambda conn: conn.execute(sa.select(note)).all()) == []


def _keys(data: Path) -> tuple[set[str], set[str]]:
    """By which keys notes are sealed, and which there are."""
    with rows_at(data) as database:
        used = {key for (key,) in database.execute("select distinct key_id from note")}
    return used, set(json.loads((data / "keys").read_text())["salts"])


def _rotating(server: ServerProcess) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "cups", "keys", "rotate"]
    return subprocess.Popen(command, env=server.environment(), stdout=subprocess.DEVNULL)


async def test_keys_are_changed_and_a_kill_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with place(data, notes_most=5000) as here:
        me = await signed_in(here, "member")
        for number in range(1500):
            await write(here, me, "moderator", f"{SECRET} {number}")
    before, _ = _keys(data)
    server = ServerProcess(tmp_path)
    running = await trio.to_thread.run_sync(_rotating, server)
    limit = time.monotonic() + 30
    while len(_keys(data)[0]) < 2 and time.monotonic() < limit and running.poll() is None:
        await trio.sleep(0.005)
    running.kill()
    running.wait()
    used, there = _keys(data)
    assert len(used) == 2 and there == used, "it was killed in the middle"
    async with place(data) as here:
        assert len(await texts(here, await signed_in(here, "member"))) == 1500
    done = server.command("keys", "rotate")
    assert done.returncode == 0, done.stderr
    used, there = _keys(data)
    assert len(used) == 1 and used == there and used.isdisjoint(before), "the old key is destroyed"
    async with place(data) as here:
        assert len(await texts(here, await signed_in(here, "member"))) == 1500
        await here.cups.notes.change(
            await signed_in(here, "member"),
            (await here.cups.notes.about(await signed_in(here, "member"))).notes[0].id,
            NoteChange(text="still works"),
        )
