"""What has been kept for as long as the map says is gone: from the tables, and from the files' bytes."""

import re
import sqlite3
from pathlib import Path

import pytest
import trio

from cups.privacy import queries
from cups.store.database import Unit
from cups.store.holding import holding
from cups.store.schema import metadata
from cups.wire.privacy import EraseIn
from cups.wire.rooms import SanctionIn
from harness.store import sqlite_only
from privacy.filling import Filling
from privacy.test_erasing import bytes_of
from rooms.world import SLUG, place

DAY = 86_400_000
LASTING = re.compile(
    r"for good|as long as the account|until it |until its (owner|author)|as the chat|until one of the two|for as long as its listener"
)
"""Words of the map for what no time ends. `until …` is ended by what people do."""

FAST = {f"pace_{who}message_burst": 5000 for who in ("room_", "member_", "staff_", "new_", "guest_")}


async def test_all_that_time_ends_is_deleted(tmp_path: Path) -> None:
    """Rows of every table that are from long ago: what is left are the tables of which the map says so."""
    async with place(tmp_path) as here:
        victim, other = await here.somebody("old77"), here.ids["moderator"]
        filling = await here.cups.db.write(lambda unit: Filling(unit.conn, victim, other, here.clock.now()).run())
        await here.cups.retention.tidy()
        await here.cups.sessions.end_expired()
        assert await here.cups.db.truncate_log()
        found = bytes_of(tmp_path)
        left = {table for mark, (table, _, _) in filling.marks.items() if mark.encode() in found}
        lasting = {
            name for name, table in metadata.tables.items() if (held := holding(table)) and LASTING.match(held.kept)
        }
        assert left - lasting == set()
        assert {
            "report",
            "request",
            "concern",
            "warning",
            "removal",
            "sanction",
            "contest",
            "evidence",
            "message",
            "export",
        } <= {table for table, _, _ in filling.marks.values()} - left


async def test_what_is_not_over_yet_stays(tmp_path: Path) -> None:
    async with place(tmp_path, decision_keep_days=366) as here:
        await here.say("member")
        await here.cups.sanctions.give(
            await here.visitor("moderator"),
            SLUG,
            SanctionIn(ref=here.ref(), name="member", act="ban", length="long", rule="kindness", words="Enough."),
        )
        here.clock.advance(366 * DAY)
        await here.cups.retention.tidy()
        assert len((await here.cups.standings.of(here.ids["member"])).decisions) == 1, "it ended less than a year ago"
        here.clock.advance(200 * DAY)
        await here.cups.retention.tidy()
        assert (await here.cups.standings.of(here.ids["member"])).decisions == []


async def test_with_whom_a_chat_was_is_forgotten_and_counts_on(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        listener = await here.somebody("listens77", kind="listener")

        def begin(unit: Unit) -> str:
            chat = here.cups.chats.open(
                unit,
                request_id="r" * 26,
                member=here.ids["member"],
                listener=listener,
                topic="grief",
                language="en",
                first_at=1,
            )
            here.cups.chats.end_all_of(unit, listener, reason="ended")
            return chat

        chat = await here.cups.db.write(begin)
        here.clock.advance(367 * DAY)
        await here.cups.retention.tidy()
        row = await here.cups.db.read(here.cups.chats.find, chat)
        assert row is not None and (row.member_id, row.listener_id, row.topic) == (queries.NOBODY, listener, "")


@sqlite_only
async def test_an_edited_word_is_out_of_the_log_in_time(tmp_path: Path) -> None:
    async with place(tmp_path, log_truncate_every_s=1) as here:
        seq = await here.say("member", "plantedBeforeTheEdit")
        await here.cups.rooms.edit(here.ids["member"], here.room, seq, "something else", None)
        assert b"plantedBeforeTheEdit" in bytes_of(tmp_path)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(here.cups.retention.keep_log_short)
            with trio.fail_after(10):
                while b"plantedBeforeTheEdit" in bytes_of(tmp_path):
                    await trio.sleep(0.05)
            nursery.cancel_scope.cancel()


@sqlite_only
async def test_somebody_who_reads_delays_it_but_holds_up_no_writer(tmp_path: Path) -> None:
    """While a reader keeps the log from being emptied, it says so, and messages go on; then it is done."""
    async with place(tmp_path) as here:
        await here.say("member", "first")
        reader = sqlite3.connect(tmp_path / "cups.db", isolation_level=None)
        reader.execute("begin")
        reader.execute("select count(*) from message").fetchone()
        await here.say("member", "second")
        with trio.fail_after(2):
            assert not await here.cups.db.truncate_log()
            await here.say("member", "third")
        reader.execute("rollback")
        reader.close()
        assert await here.cups.db.truncate_log()
        assert (tmp_path / "cups.db-wal").stat().st_size == 0


@pytest.mark.parametrize("size", [20, 400, 6000])
async def test_many_deleted_words_of_any_length_leave_no_bytes(tmp_path: Path, size: int) -> None:
    """Pages that were split, merged and freed among what others wrote hold nothing of them either."""
    async with place(tmp_path, room_keep_messages=5000, **FAST) as here:
        await here.somebody("writer77")
        for number in range(400):
            await here.say("writer77", f"planted{number:04}" + "x" * size)
            await here.say("moderator", "y" * (number % 700 + 1))
        visitor = await here.cups.accounts.visitor(await here.cups.accounts.open_session(here.ids["writer77"]))
        assert visitor is not None
        await here.cups.leaving.erase(visitor, EraseIn(posts="go", sure=True))
        await here.cups.erasing.look()
        assert re.findall(rb"planted\d{4}", bytes_of(tmp_path)) == []
