"""The history in memory against the table: whatever was said, changed and deleted, a recovery gives exactly what was missed, or says that it cannot."""

import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from cups.accounts.making import make_member
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.messages import queries, service
from cups.messages.tables import message
from cups.store.database import Unit
from harness.store import settings_at


def _channel(unit: Unit) -> tuple[str, str]:
    author = make_member(unit.conn, name="someTalker", password_hash=None, age="adult", now=1)
    return queries.create_channel(unit.conn, "chat", 1), author


def _missed(conn: sa.Connection, channel: str, since: int) -> list[tuple[int, int, str]]:
    rows = conn.execute(
        sa.select(message.c.seq, message.c.rev, message.c.text)
        .where(message.c.channel_id == channel, message.c.rev > since)
        .order_by(message.c.seq)
    )
    return [tuple(row) for row in rows]


async def _compare(cups: Cups, channel: str) -> int:
    """Checks every position; how many could be continued."""
    history = await cups.channels.histories.load(channel)
    row = await cups.db.read(queries.find_channel, channel)
    assert row is not None and history.tail == row.seq
    continued = 0
    for position in range(history.tail + 1):
        given = cups.channels.histories.since(history, history.epoch, position)
        if given is None:
            assert position < history.floor
            continue
        continued += 1
        missed = await cups.db.read(_missed, channel, position)
        assert [(m.seq, m.rev, m.text) for m in given] == missed, f"from {position} of {history.tail}"
    return continued


@pytest.mark.parametrize("seed", range(8))
async def test_recovery_is_exact_or_refused(tmp_path: Path, seed: int) -> None:
    chance, clock = random.Random(seed), ManualClock()
    settings = settings_at(tmp_path, chat_keep_messages=12)
    async with running(settings, clock) as cups:
        channel, author = await cups.db.write(_channel)
        continued = 0
        for step in range(60):
            clock.advance(1000)
            now = clock.now()
            kind = chance.choice(["say", "say", "say", "edit", "take back", "expire", "forget"])
            seq = chance.randint(1, max(1, step))

            def act(unit: Unit, kind: str = kind, seq: int = seq, step: int = step, now: int = now) -> None:
                match kind:
                    case "say":
                        service.say(unit, channel, author, f"r{step}", f"said {step}", now)
                    case "edit":
                        service.edit(unit, channel, seq, author, f"edited {step}", now, within_ms=10**9)
                    case "take back":
                        service.take_back(unit, channel, seq, author, now, within_ms=10**9)
                    case "expire":
                        service.expire(unit, "chat", keep=chance.randint(3, 12), older_than=0)

            try:
                await cups.db.write(act)
            except Refused as refused:
                assert refused.code == "not-found"
            if kind == "forget":
                cups.channels.histories.forget(channel)
            continued += await _compare(cups, channel)
        assert continued > 100, "almost nothing could be continued: the check has checked nothing"


async def test_retention_under_somebody_in_the_room_swallows_no_event(tmp_path: Path) -> None:
    """What is committed but not yet told when the next one enters must still reach those who were there."""
    settings = settings_at(tmp_path)
    async with running(settings, ManualClock()) as cups:
        channel, author = await cups.db.write(_channel)
        histories = cups.channels.histories
        for i in range(5):
            await cups.db.write(lambda unit, i=i: service.say(unit, channel, author, f"r{i}", "x", 1))
        history = await histories.load(channel)
        await cups.db.write(lambda unit: service.expire(unit, "chat", keep=2, older_than=0))
        assert histories.get(channel) is history, "the history was dropped with somebody in it"
        assert sorted(history.messages) == [4, 5] and history.floor == 3
        reads = histories.reads
        await cups.db.write(lambda unit: service.say(unit, channel, author, "r9", "y", 1))
        await histories.load(channel)
        assert histories.reads == reads and history.tail == 6 and 6 in history.messages
