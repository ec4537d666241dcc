"""What a restored instance goes through before it serves anybody: who was erased since is erased again, what ended stays ended, and clients are told what was lost."""

from datetime import UTC, datetime

import msgspec

from cups.app import Cups
from cups.backup import queries
from cups.backup.making import Manifest
from cups.ids import new_id
from cups.moderation import audit
from cups.privacy.erased import ErasedList
from cups.store.database import Unit
from cups.wire.staff import AuditCheck

GRACE_MS = 7 * 86_400_000
"""Whoever had closed their account when the backup was made has at least so long to come back again."""
AT_ONCE = 50
"""People of one unit of work."""


class Found(msgspec.Struct, frozen=True):
    """What is in a restored instance, and what was done to it. `audit`: the chain as it was in the backup."""

    audit: AuditCheck
    counts: dict[str, int]
    erased: int
    sessions: int
    letters: int
    channels: int


async def settle(cups: Cups, manifest: Manifest, erased: ErasedList) -> Found:
    """To be run before anybody is served; can be run again."""
    chain = await cups.auditing.check()
    again = await _erase(cups, erased)
    sessions, letters, channels = await cups.db.write(_end, manifest, cups.clock.now())
    # Whose time had come before: that they are not listed says nothing, the list may be older than they are gone.
    while await cups.erasing.look():
        pass
    await cups.retention.tidy()
    return Found(chain, await cups.db.read(queries.counts), again, sessions, letters, channels)


async def _erase(cups: Cups, erased: ErasedList) -> int:
    listed = [id for id in await cups.db.read(lambda conn: list(queries.accounts(conn))) if erased.of(id)]
    done = 0
    for at in range(0, len(listed), AT_ONCE):
        done += await cups.db.write(_begin, cups, erased, listed[at : at + AT_ONCE])
    return done


def _begin(unit: Unit, cups: Cups, erased: ErasedList, ids: list[str]) -> int:
    now = cups.clock.now()
    return sum(cups.leaving.erase_again(unit, id, found.posts, now) for id in ids if (found := erased.of(id)))


def _end(unit: Unit, manifest: Manifest, now: int) -> tuple[int, int, int]:
    conn = unit.conn
    queries.end_tokens(conn, now)
    queries.put_off_closings(conn, now + GRACE_MS)
    queries.free_departures(conn)
    made = datetime.fromtimestamp(manifest.at / 1000, UTC).isoformat(timespec="seconds")
    audit.append(conn, "", "", "backup.restored", "", {"by": "command line", "made": made}, now)
    return queries.end_sessions(conn), queries.drop_letters(conn), queries.begin_epochs(conn, new_id(now))
