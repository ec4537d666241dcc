"""What comes back from a backup, and what does not: sessions and single uses, those who were erased, and what time has ended meanwhile."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
import trio
from sqlalchemy import Connection

from backup.installation import Installation, either, member
from cups.accounts.tables import (
    account,
    email_address,
    half_session,
    happening,
    known_browser,
    passkey_challenge,
    reset_link,
    session,
)
from cups.accounts.visitor import Visitor
from cups.app import Cups, RestoreUnfinished, running
from cups.backup.problems import BackupFailed, BackupUnusable
from cups.backup.restoring import Lists
from cups.clock import ManualClock
from cups.consent.tables import consent
from cups.mail.tables import letter
from cups.messages.tables import channel, message
from cups.moderation.tables import audit
from cups.privacy.erased import ErasedList, Erasure
from cups.privacy.tables import departure
from cups.settings import Settings
from cups.store.database import Unit
from cups.store.schema import metadata
from cups.wire.privacy import CloseIn, EraseIn
from cups.wire.rooms import RoomIn
from privacy.filling import Filling

DAY = 86_400_000


class Site:
    """A room and what people say in it, without sockets."""

    def __init__(self, cups: Cups, clock: ManualClock) -> None:
        self.cups, self.clock = cups, clock
        self._count = 0

    async def somebody(self, name: str) -> str:
        return await self.cups.db.write(member, name, self.clock.now())

    async def room(self) -> str:
        return await self.cups.db.write(
            lambda unit: self.cups.rooms.create(unit, RoomIn(slug="here", title="Here", age="adult")).id
        )

    async def say(self, id: str, room: str, text: str) -> int:
        self._count += 1
        said, _ = await self.cups.rooms.say(id, room, f"r{self._count}-{self.clock.now()}", text, None, None)
        return said.seq

    async def visitor(self, id: str) -> Visitor:
        visitor = await self.cups.accounts.visitor(await self.cups.accounts.open_session(id))
        assert visitor is not None
        return msgspec.structs.replace(visitor, signed_up=True, confirmed_at=self.clock.now())

    async def rows(self, table: sa.Table) -> list[Any]:
        return await self.cups.db.read(lambda conn: list(conn.execute(sa.select(table))))


async def back_up(here: Installation) -> Path:
    return (await trio.to_thread.run_sync(here.make)).path


async def brought_back(here: Installation, file: Path, **choices: Any) -> tuple[Settings, Any]:
    there = here.elsewhere()
    done = await trio.to_thread.run_sync(lambda: here.restore(file, there, **choices))
    return there, done


def texts(conn: Connection) -> set[str]:
    return set(conn.execute(sa.select(message.c.text)).scalars())


async def test_who_was_erased_since_does_not_come_back(here: Installation) -> None:
    async with running(here.settings, here.clock) as cups:
        site = Site(cups, here.clock)
        room = await site.room()
        goes, stays, other = [await site.somebody(name) for name in ("goesAway71", "letsStand72", "remains73")]
        for id, text in ((goes, "what goes"), (stays, "what stays"), (other, "to goesAway71 and @letsStand72")):
            await site.say(id, room, text)
        file = await back_up(here)
        here.clock.advance(DAY)
        for id, posts in ((goes, "go"), (stays, "stay")):
            await cups.leaving.erase(await site.visitor(id), EraseIn(posts=posts, sure=True))
            assert cups.erased.of(id), "before the answer"
        await cups.erasing.look()

    there, done = await brought_back(here, file)
    assert done.found.erased == 2 and done.found.audit.intact
    async with running(there, here.clock) as cups:
        site = Site(cups, here.clock)
        assert {row.name for row in await site.rows(account)} == {"", "remains73"}
        assert goes not in {row.id for row in await site.rows(account)}
        assert await cups.db.read(texts) == {"what stays", "to @… and @…", ""}
        assert {row.author_id for row in await site.rows(message)} == {other, "0" * 26}
        assert not await site.rows(departure)
        assert await cups.erasing.look() == 0
        assert cups.erased.of(goes) and cups.erased.of(stays), "and neither by the next backup"
    for made in there.data_path().rglob("*"):
        if made.is_file() and here.kind == "sqlite":
            assert b"what goes" not in made.read_bytes() and b"goesAway71" not in made.read_bytes(), made


@either
async def test_without_a_list_that_reaches_back_nothing_is_restored(here: Installation) -> None:
    async with running(here.settings, here.clock) as cups:
        id = await Site(cups, here.clock).somebody("isHere74")
    file = here.make().path
    list_, beside = here.settings.erased_path(), here.backups / "erased"
    assert list_.read_bytes() == beside.read_bytes(), "the backup took it along"
    for path in (list_, beside):
        path.unlink()
    here.clock.advance(1000)
    async with running(here.settings, here.clock):
        """A new list begins here: it knows nothing of before."""
    there = here.elsewhere()
    with pytest.raises(BackupUnusable, match="no list of erasures reaches back"):
        await trio.to_thread.run_sync(lambda: here.restore(file, there))
    assert {path.name for path in there.data_path().iterdir()} == {"lock", "backup-key"}
    lists = Lists((list_,), required=False)
    done = await trio.to_thread.run_sync(lambda: here.restore(file, there, lists))
    assert done.found.counts["people"] == 1 and done.found.erased == 0 and id
    list_.write_text("since yesterday\n")
    with pytest.raises(Exception, match="no list of erasures, or damaged"):
        await trio.to_thread.run_sync(lambda: here.restore(file, here.elsewhere()))


async def test_what_was_good_for_one_use_is_good_for_none(here: Installation) -> None:
    def fill(unit: Unit, id: str, other: str) -> None:
        Filling(unit.conn, id, other, here.clock.now()).run()
        unit.conn.execute(consent.update().values(state="asked", token_hash="t" * 64, sealed="s", until=1 << 50))
        unit.conn.execute(email_address.update().values(confirmed=False, until=1 << 50))
        for table in (session, half_session, reset_link, letter, known_browser):
            assert unit.conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() > 0, table.name
        unit.conn.execute(happening.update().values(at=here.clock.now()))
        unit.conn.execute(known_browser.update().values(seen_at=here.clock.now()))
        challenge = {"bound_to": "b", "purpose": "p", "challenge": "c", "expires_at": 1 << 50}
        unit.conn.execute(passkey_challenge.insert(), challenge)

    async with running(here.settings, here.clock) as cups:
        site = Site(cups, here.clock)
        await cups.db.write(fill, await site.somebody("one75"), await site.somebody("two76"))
        await cups.accounts.open_session(await site.somebody("one75"))
        before = {table.name: len(await site.rows(table)) for table in metadata.sorted_tables}
        epochs = {row.id: row.epoch for row in await site.rows(channel)}
        file = await back_up(here)

    there, done = await brought_back(here, file)
    assert done.found.sessions == before["session"] and done.found.letters == before["letter"]
    async with running(there, here.clock) as cups:
        site = Site(cups, here.clock)
        for table in (session, half_session, passkey_challenge, reset_link, letter, email_address, known_browser):
            assert await site.rows(table) == [], table.name
        (asked,) = await site.rows(consent)
        assert (asked.state, asked.token_hash, asked.sealed, asked.until) == ("expired", None, None, None)
        assert asked.withdraw_hash is not None, "a parent can still take it back"
        assert len(await site.rows(happening)) == before["happening"] > 0, "what happened, happened"
        assert len(await site.rows(metadata.tables["recovery_code"])) == before["recovery_code"] > 0
        now = {row.id: row.epoch for row in await site.rows(channel)}
        assert len(now) > 3 and now.keys() <= epochs.keys() and not set(now.values()) & set(epochs.values())
        last = (await site.rows(audit))[-1]
        assert (last.act, last.actor) == ("backup.restored", "") and "2027" in last.details


@either
async def test_notes_open_again_and_what_time_has_ended_is_gone(here: Installation) -> None:
    async with running(here.settings, here.clock) as cups:
        site = Site(cups, here.clock)
        room, id = await site.room(), await site.somebody("writes77")
        await site.say(id, room, "of then")
        key, nonce, sealed = cups.keys.seal("a note", "row")
        file = await back_up(here)
        here.clock.advance(8 * DAY)
    there, done = await brought_back(here, file)
    async with running(there, here.clock) as cups:
        assert cups.keys.open(key, nonce, sealed, "row") == "a note"
        assert await cups.db.read(texts) == set(), "a room keeps a week, and no backup makes it more"
    assert done.found.counts["messages"] == 0
    for name in ("secret", "keys"):
        restored = there.data_path() / name
        assert restored.read_bytes() == (here.settings.data_path() / name).read_bytes()
        assert restored.stat().st_mode & 0o777 == 0o600


@either
def test_the_list_is_kept_for_longer_than_any_backup_and_no_longer(here: Installation) -> None:
    here.prepare()
    now = here.clock.now()
    list_, beside = ErasedList.at(here.settings.erased_path(), now), here.backups / "erased"
    list_.add(["a" * 26], "go", now)
    list_.add(["a" * 26], "stay", now + 1)
    here.make()
    assert b"aaaa" not in beside.read_bytes() and beside.stat().st_mode & 0o777 == 0o600
    here.settings.erased_path().unlink()
    here.clock.advance(here.settings.backup_days() * DAY)
    ErasedList.at(here.settings.erased_path(), here.clock.now()).add(["b" * 26], "stay", here.clock.now())
    here.make()
    copy = ErasedList.read(beside)
    assert copy is not None and copy.since == here.clock.now(), "of the time between nothing is known"
    assert copy.of("a" * 26) == Erasure(now // DAY, "go") and copy.of("b" * 26) is not None
    here.clock.advance(8 * DAY)
    here.make()
    copy = ErasedList.read(beside)
    assert copy is not None and copy.of("a" * 26) is None and copy.of("b" * 26) is not None
    list_.forget_before(now // DAY + 1)
    assert list_.of("a" * 26) is None and list_.of("b" * 26) is not None, "what another process wrote is not lost"


@either
async def test_whoever_had_closed_has_a_week_to_come_back_again(here: Installation) -> None:
    async with running(here.settings, here.clock) as cups:
        site = Site(cups, here.clock)
        id = await site.somebody("wavers78")
        await cups.leaving.close(await site.visitor(id), CloseIn(posts="go", sure=True))
        file = await back_up(here)
        await cups.accounts.open_session(id)
        assert await site.rows(departure) == [], "is back, but not in the backup"
        here.clock.advance(here.settings.close_days * DAY + 1)
    there, _ = await brought_back(here, file)
    async with running(there, here.clock) as cups:
        site = Site(cups, here.clock)
        assert await cups.erasing.look() == 0
        assert [row.name for row in await site.rows(account)] == ["wavers78"]
        here.clock.advance(7 * DAY)
        assert await cups.erasing.look() == 1


@either
async def test_no_server_starts_on_half_a_restore(here: Installation) -> None:
    here.prepare()
    file = here.make().path
    there = here.elsewhere()
    there.restoring_path().mkdir()
    with pytest.raises(RestoreUnfinished, match="broken off"):
        async with running(there, here.clock):
            pass
    await trio.to_thread.run_sync(lambda: here.restore(file, there))
    assert not there.restoring_path().exists()
    async with running(there, here.clock):
        pass


def test_an_older_backup_is_brought_up_to_date_and_a_newer_one_refused(here: Installation) -> None:
    from alembic import command

    from cups.store import migrate
    from cups.store.postgres import address

    here.prepare()
    there = here.settings
    url = address(there.database) if there.database else f"sqlite:///{there.data_path() / 'cups.db'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        command.downgrade(migrate.config(connection), "-1")
    older = here.make().path
    with engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = 'of_later'"))
    here.clock.advance(1000)
    newer = here.make().path
    engine.dispose()

    done = here.restore(older, here.elsewhere())
    assert done.manifest.revision != migrate.newest()
    with pytest.raises(BackupUnusable, match="newer cups"):
        here.restore(newer, here.elsewhere())


@either
def test_keys_that_change_meanwhile_make_no_backup(here: Installation) -> None:
    """As when notes are encrypted anew in that very moment: the copy of the database needs the old key."""
    from cups.backup import making
    from cups.keyring import Keyring

    here.prepare()
    Keyring(here.settings).add()
    before = making._files(here.settings)
    ring = Keyring(here.settings)
    assert ring.current and making._files_after(here.settings, before) == before
    ring.add()
    assert making._files_after(here.settings, before)["keys"] != before["keys"], "one more does no harm"
    ring.remove_older()
    with pytest.raises(BackupFailed, match="once more"):
        making._files_after(here.settings, before)
